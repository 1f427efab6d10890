/* SPDX-License-Identifier: Apache-2.0 */
/* The one list of error codes of the language. A number is never reused, whatever becomes of its
 * error; the list makes the enum, `weir help E0104` and the tests. Ranges: E01xx syntax and names,
 * E02xx plugins, operators and options, E03xx types, E04xx time and windows. */
#ifndef WEIR_LANG_CODES_H
#define WEIR_LANG_CODES_H

#include "lang/bind/codes.h"

/* X(number, name, title, explanation, wrong sample, right sample) */
#define WEIR_CODE_MAP(X)                                                                           \
    X(101, SYNTAX, "something else was expected here",                                             \
      "The text breaks off or goes on in a way that the grammar does not know. The message says "  \
      "what may stand here.",                                                                      \
      "job batch=1s", "job clicks batch=1s")                                                       \
    X(102, MISSING_SEPARATOR, "a '|' or ',' is missing",                                           \
      "Two things follow each other with nothing between. A '|' comes before every further verb, " \
      "a ',' before every further value of the same verb; options (name=value) need neither.",     \
      "generate words | count_by_value top 10", "generate words | count_by_value | top 10")        \
    X(103, UNCLOSED_STRING, "a quote is missing",                                                  \
      "A string ends on the line on which it begins. Write \\n for a line end inside it.",         \
      "file \"clicks.log | count", "file \"clicks.log\" | count")                                  \
    X(104, UNKNOWN_VERB, "unknown verb",                                                           \
      "The word at this place of a pipe is no verb, no input, no output, and no stream or table "  \
      "defined above.",                                                                            \
      "generate words | map key = word, value = 1 | reduce_bykey i64.add",                         \
      "generate words | map key = word, value = 1 | reduce_by_key i64.add")                        \
    X(105, BRACKET, "brackets do not match",                                                       \
      "Every ( [ { needs its own ) ] } in the right order. The second place in the message is "    \
      "the bracket that was opened last.",                                                         \
      "filter (a > 1 or b > 2", "filter (a > 1 or b > 2)")                                         \
    X(106, SHELL_CHANGED, "the shell seems to have changed the text",                              \
      "In double quotes a shell replaces $name and takes away inner quotes before weir sees the "  \
      "text. Put the whole text in single quotes.",                                                \
      "weir run \"kafka 'clicks' brokers=$brokers | print\"",                                      \
      "weir run 'kafka \"clicks\" brokers=$brokers | print'")                                      \
    X(107, NAME_TAKEN, "a stream may not bear a verb's name",                                      \
      "The word at the head of a pipe is a stream if one of that name is defined above, so a "     \
      "stream named like a verb would hide it.",                                                   \
      "count = generate words | count", "counted = generate words | count")                        \
    X(108, UNIT_APART, "a quantity is written without a blank",                                    \
      "A number and its unit are one word.", "window length=30 s slide=10 s",                      \
      "window length=30s slide=10s")                                                               \
    X(109, UNKNOWN_UNIT, "unknown unit",                                                           \
      "Durations take ns us ms s m h d, sizes B kB MB GB KiB MiB GiB.", "window length=30sec",     \
      "window length=30s")                                                                         \
    X(110, CHAINED_COMPARISON, "comparisons cannot be chained",                                    \
      "'a < b < c' would compare a truth value with c. Join two comparisons with 'and'.",          \
      "filter 0 < ms < 100", "filter 0 < ms and ms < 100")                                         \
    X(111, FOREIGN_OPERATOR, "an operator of another language",                                    \
      "Logic is written in words: not, and, or. They pass through every shell unchanged.",         \
      "filter !done && ms > 5", "filter not done and ms > 5")                                      \
    X(112, EQUALS, "'=' and '==' are mixed up",                                                    \
      "One '=' gives a name a value (a field, an option); '==' compares.", "filter (user = 1)",    \
      "filter (user == 1)")                                                                        \
    X(113, ESCAPE, "unknown escape in a string",                                                   \
      "Strings know the escapes of C: \\n \\t \\r \\\\ \\\" \\' \\0 \\a \\b \\f \\v \\? \\ooo "    \
      "\\xHH \\uHHHH \\UHHHHHHHH. A raw string r\"...\" has none.",                                \
      "filter text.matches(line, pattern=\"\\d+\")",                                               \
      "filter text.matches(line, pattern=r\"\\d+\")")                                              \
    X(114, NUMBER, "a number that cannot be held",                                                 \
      "Whole numbers are i64 (-9223372036854775808 to 9223372036854775807); numbers with a point " \
      "or an exponent are f64. Digits stand on both sides of a point.",                            \
      "map x = 9223372036854775808", "map x = 9223372036854775808.0")                              \
    X(115, QUANTITY, "a quantity that cannot be held",                                             \
      "A duration is a whole number of microseconds, a size a whole number of bytes, both i64.",   \
      "window length=1500ns", "window length=2us")                                                 \
    X(116, CHARACTER, "a character that means nothing here",                                       \
      "Outside of strings and comments the language is plain ASCII. Strings stand in \"...\".",    \
      "file 'clicks.log'", "file \"clicks.log\"")                                                  \
    X(117, TOO_DEEP, "nested too deeply",                                                          \
      "Brackets and blocks may nest 200 deep, an expression may be 1000 operators high.",          \
      "filter ((((...))))", "give parts of it names with extend")                                  \
    X(118, TEXT_TOO_LONG, "the text is too long",                                                  \
      "A pipeline text may have 4 MiB. Data belongs into a file that a table reads.",              \
      "a list of a million users in a filter", "table users = file \"users.csv\" | csv ...")       \
    X(119, UNKNOWN_TYPE, "unknown type",                                                           \
      "Types are bool i32 i64 f64 str bytes ts, list<type> and {name: type, ...}.",                \
      "json schema {user: string}", "json schema {user: str}")                                     \
    X(120, RESERVED_WORD, "a word of the language cannot be a name",                               \
      "and, or, not, as, true, false and null are never names (but may stand after a point and "   \
      "before a colon); job, param, table, use and test begin statements, so no stream bears "     \
      "their name.",                                                                               \
      "test = generate words", "trial = generate words")                                           \
    X(121, CONSTANT, "a named argument must be a constant",                                        \
      "In a call, name=value sets a parameter of the operator, once and for all records: a "       \
      "literal, a list of literals, or $name. Values that differ per record are given by place.",  \
      "filter text.contains(line, pattern=word)", "filter text.contains(line, word)")              \
    X(122, ADDRESS_PLACE, "an address stands only at the head of a pipe",                          \
      "scheme://... without quotes is an input. Everywhere else an address is a string.",          \
      "print | postgres \"top\" dsn=postgres://localhost/x",                                       \
      "print | postgres \"top\" dsn=\"postgres://localhost/x\"")                                   \
    X(123, UNQUOTED, "a path or address without quotes",                                           \
      "Paths, globs and host:port are strings and stand in double quotes.", "file /var/log/x.log", \
      "file \"/var/log/x.log\"")                                                                   \
    X(124, COMMENT, "comments begin with #", "The language has no // and no /* */ comments.",      \
      "generate words // for a try", "generate words # for a try")                                 \
    X(125, PROTOTYPES, "a block of C prototypes is not closed",                                    \
      "The { after use \"library\" holds C prototypes up to its own }. It begins on the same "     \
      "line as its use.",                                                                          \
      "use \"libm.so.6\" as m { double cbrt(double x);",                                           \
      "use \"libm.so.6\" as m { double cbrt(double x); }")                                         \
    X(126, TEST_STEP, "a test is made of steps",                                                   \
      "Each step is 'at TIME feed STREAM [records];' or 'at TIME expect STREAM [records];', with " \
      "the ';' at its end.",                                                                       \
      "test \"t\" { feed hits [{user: \"u1\"}] }",                                                 \
      "test \"t\" { at 0s feed hits [{user: \"u1\"}]; }")                                          \
    X(127, EMPTY_STAGE, "nothing stands between two '|'",                                          \
      "Every '|' has a verb on its right, and an input, stream or table begins the pipe.",         \
      "generate words | | count", "generate words | count")                                        \
    X(128, SETTING, "a setting is a name and a constant",                                          \
      "Each line of a settings file is 'name = value', the value a number, duration, size, "       \
      "string, word or list of these. A '-' of a command-line flag is a '_' here.",                \
      "batch-bytes 64MiB", "batch_bytes = 64MiB")                                                  \
    X(129, CALL_FORM, "brackets after a verb or a longer name",                                    \
      "A verb takes its values without brackets; functions are called as name(...) or "            \
      "plugin.name(...).",                                                                         \
      "generate words | count()", "generate words | count")                                        \
    X(130, CONTINUED_LINE, "a line ends too early or too late",                                    \
      "A statement ends with its line unless the line ends with | , = or an operator, a bracket "  \
      "is open, or the next line begins with |. No '\\' is needed.",                               \
      "generate words \\\n  | count", "generate words\n  | count")                                 \
    WEIR_CODE_BIND_MAP(X)

/* WEIR_CODE_SYNTAX = 101, ... */
enum weir_code {
#define WEIR_CODE_ENUM(number, name, title, explanation, wrong, right) WEIR_CODE_##name = (number),
    WEIR_CODE_MAP(WEIR_CODE_ENUM)
#undef WEIR_CODE_ENUM
};

#endif
