/* SPDX-License-Identifier: Apache-2.0 */
/* The binder's part of the one list of error codes (lang/codes.h): names, plugins, options, types,
 * time. A number is never reused. */
#ifndef WEIR_LANG_BIND_CODES_H
#define WEIR_LANG_BIND_CODES_H

/* As WEIR_CODE_MAP: X(number, name, title, explanation, wrong sample, right sample) */
#define WEIR_CODE_BIND_MAP(X)                                                                      \
    X(140, NOT_YET, "not yet available",                                                           \
      "This weir knows the word, and a later one brings what it means. It is refused now, "        \
      "rather than ignored.",                                                                      \
      "generate words | event_time at=word late=10s", "generate words | count_by_value | print")   \
    X(141, UNKNOWN_STREAM, "no such stream",                                                       \
      "A stream is defined above the line that uses it, by NAME = pipe, or by as NAME in a "       \
      "pipe.",                                                                                     \
      "a = generate words\na | union b | print",                                                   \
      "a = generate words\nb = generate words\na | union b | print")                               \
    X(142, TWICE, "something is there twice",                                                      \
      "A name is defined once, an option is given once, a text has one job.",                      \
      "a = generate words\na = generate words",                                                    \
      "a = generate words\nb = generate words\na | union b")                                       \
    X(143, NEEDS_INPUT, "a verb without a stream",                                                 \
      "A pipe begins with an input, or with a stream that was defined above.",                     \
      "count_by_value | print", "generate words | count_by_value | print")                         \
    X(144, AFTER_OUTPUT, "nothing follows an output",                                              \
      "An output gives no stream. Name the stream that it reads, and use it twice.",               \
      "generate words | print | count", "w = generate words\nw | print\nw | count")                \
    X(145, MISPLACED, "a word in the wrong place of a pipe",                                       \
      "Inputs and streams begin a pipe, outputs end it, functions and emitters are used by a "     \
      "verb.",                                                                                     \
      "generate words | text.upper | print",                                                       \
      "generate words | map word = text.upper(word) | print")                                      \
    X(146, SCHEME, "unknown scheme of an address",                                                 \
      "An address at the head of a pipe is tcp://host:port. Files are read by: file \"path\".",    \
      "http://localhost:80/ | count", "tcp://localhost:9999 | count")                              \
    X(147, UNKNOWN_PARAM, "no such param",                                                         \
      "$name is a constant that the text declares by: param name = value, above its first use. "   \
      "--set name=value gives it another value.",                                                  \
      "generate words | limit $n", "param n = 10\ngenerate words | limit $n")                      \
    X(148, PARAM_VALUE, "a param without a fitting value",                                         \
      "A param has a default, or gets its value by --set name=value; the value is of the type "    \
      "that is declared, else of the type of the default.",                                        \
      "param n: i64 = \"ten\"\ngenerate words | limit $n",                                         \
      "param n: i64 = 10\ngenerate words | limit $n")                                              \
    X(149, ENV, "a variable that the environment does not have",                                   \
      "$env.X is the value of the environment variable X when weir starts.",                       \
      "file $env.NO_SUCH_VARIABLE | count", "param path = \"words.txt\"\nfile $path | count")      \
    X(150, EMPTY, "nothing to run", "A job has at least one pipe.", "param n = 1",                 \
      "generate words | count")                                                                    \
    X(151, UNUSED, "a stream that nobody reads",                                                   \
      "A named stream is computed when an output needs it. This one is not needed by any.",        \
      "a = generate words\ngenerate words | count", "a = generate words\na | count")               \
    X(152, TABLE, "a table is no stream",                                                          \
      "A table is read whole before the first batch, and again where it has reload=. Streams "     \
      "join it; it has no batches of its own, so nothing is windowed, kept or written of it.",     \
      "table t = generate words",                                                                  \
      "table t = file \"words.txt\"\ngenerate words | map line = "                                 \
      "word | anti_join t on=line")                                                                \
    X(153, UNNAMED, "a state without a name",                                                      \
      "A state outlives the text that made it: a restarted job finds it by its name. as NAME "     \
      "gives it one.",                                                                             \
      "... | update_state_by_key session.track", "... | update_state_by_key session.track as s")   \
    X(154, TRANSFORM, "what stands in a transform, and what does not",                             \
      "transform others { stages } works on the RDDs of one batch. batch_time(), cartesian and "   \
      "none stand only there; windows, states, outputs and transforms only outside.",              \
      "generate words | extend t = batch_time()",                                                  \
      "generate words | transform { extend t = batch_time() }")                                    \
    X(201, PLUGIN, "a plugin cannot be used",                                                      \
      "use takes the path of a plugin (a relative one starts at the folder of the text), or a "    \
      "name that is looked up in the plugin folders.",                                             \
      "use \"./no-such-plugin.so\" as p", "use \"./libsession.so\" as session")                    \
    X(202, OPERATOR, "no such operator",                                                           \
      "plugin.operator names an operator of a plugin: one of weir's own, or one that the text "    \
      "brings by use. weir inspect PLUGIN lists its operators.",                                   \
      "generate words | map x = text.uper(word)", "generate words | map x = text.upper(word)")     \
    X(203, VALUES, "a verb takes other values",                                                    \
      "Each verb says how many values it takes: weir help VERB.", "generate words | limit",        \
      "generate words | limit 10")                                                                 \
    X(204, UNKNOWN_OPTION, "unknown option or parameter",                                          \
      "name=value is an option of the verb or a parameter of the operator; verbs that compute "    \
      "fields take it as a field.",                                                                \
      "generate words | count_by_value | top 10 bye=count",                                        \
      "generate words | count_by_value | top 10 by=count")                                         \
    X(205, OPTION_VALUE, "a value that an option does not take",                                   \
      "Each option says what it takes: weir inspect OPERATOR shows type, range and default.",      \
      "generate words rate=\"fast\" | count", "generate words rate=1000 | count")                  \
    X(206, MISSING_OPTION, "an option is missing",                                                 \
      "Some options have no default and must be given.", "generate words | window slide=10s",      \
      "generate words | window length=30s slide=10s")                                              \
    X(207, NO_CONSTANT, "a constant is due",                                                       \
      "Options and parameters hold for all records: they are literals, lists of literals, "        \
      "$param or $env.X, never fields.",                                                           \
      "param n = 1 + 1\ngenerate words | limit $n", "param n = 2\ngenerate words | limit $n")      \
    X(208, NUMBER_RANGE, "a number out of range",                                                  \
      "The number is whole and in the range that the message says.", "generate words | limit 0",   \
      "generate words | limit 1")                                                                  \
    X(209, LIMIT, "a limit of weir is reached", "The message names the limit.",                    \
      "generate words | repartition 100000", "generate words | repartition 100")                   \
    X(210, PROTOTYPE, "a C prototype that cannot be called",                                       \
      "use \"library\" as NAME { prototypes } makes operators of C functions that take and "       \
      "return numbers, bool, const char *, structs of numbers, and emit rows through void "        \
      "(*emit)(...). What else a function needs, a few lines of C around it give. Where the "      \
      "library was built with -g, its debug information must agree with the prototype.",           \
      "use \"libc.so.6\" as c { long strtol(const char *s, char **end, int base); }\n"             \
      "generate words | map n = c.strtol(word)",                                                   \
      "use \"libc.so.6\" as c { long atol(const char *s); }\n"                                     \
      "generate words | map n = c.atol(word)")                                                     \
    X(301, UNKNOWN_FIELD, "no such field",                                                         \
      "The records at this place have other fields. The second place in the message is the "       \
      "stage that gives them.",                                                                    \
      "generate words | map x = wrod", "generate words | map x = word")                            \
    X(302, DUPLICATE, "a field is there twice",                                                    \
      "Each field of a record has a name of its own. A bare expression is called value.",          \
      "generate words | map word, word = text.upper(word)",                                        \
      "generate words | map word, upper = text.upper(word)")                                       \
    X(303, FIELD_NAME, "a name that a field cannot have",                                          \
      "Names that begin with _ are weir's own: _time and _stream in JSON.",                        \
      "generate words | map _word = word", "generate words | map w = word")                        \
    X(304, NOT_PAIR, "a pair is due",                                                              \
      "Verbs by key need records of exactly two fields, key and value.",                           \
      "generate words | reduce_by_key i64.add",                                                    \
      "generate words | map key = word, value = 1 | reduce_by_key i64.add")                        \
    X(305, NOT_BOOL, "a condition must be a bool",                                                 \
      "filter keeps the records for which its expression is true.",                                \
      "generate words | filter text.length(word)",                                                 \
      "generate words | filter text.length(word) > 3")                                             \
    X(306, ARGUMENTS, "no overload takes these arguments",                                         \
      "A function is chosen by the types of its arguments; i32 widens to i64 and both to f64, "    \
      "nothing else is converted unasked.",                                                        \
      "generate words | map x = word * 2", "generate words | map x = text.length(word) * 2")       \
    X(307, OPERANDS, "operands of the wrong type",                                                 \
      "and, or, not take bools; both sides of ?\? are of one type.",                               \
      "generate words | filter word and true", "generate words | filter word == \"a\" and true")   \
    X(308, BARE_FUNCTION, "a function finds no fields for its parameters",                         \
      "A function without brackets takes the fields that are called like its parameters. With "    \
      "one parameter and one field the names need not match.",                                     \
      "generate clicks | map text.upper", "generate clicks | map url = text.upper(url)")           \
    X(309, EMITTER, "exactly one emitter",                                                         \
      "flat_map has exactly one item that gives any number of rows: a call of an emitter, or a "   \
      "list. Emitters stand nowhere else.",                                                        \
      "generate lines | map word = text.words(line)",                                              \
      "generate lines | flat_map word = text.words(line)")                                         \
    X(310, UNION, "streams with other fields",                                                     \
      "union joins streams with the same fields and types; the order of the fields does not "      \
      "matter.",                                                                                   \
      "a = generate words\nb = generate lines\na | union b",                                       \
      "a = generate words\nb = generate lines | map word = line\na | union b")                     \
    X(311, REDUCER, "a reducer of another type",                                                   \
      "A reducer combines values of one type and gives that type.",                                \
      "generate words | map key = word, value = word | reduce_by_key i64.add",                     \
      "generate words | map key = word, value = 1 | reduce_by_key i64.add")                        \
    X(312, MEMBER, "no such member", "a.b is the member b of the struct a.",                       \
      "generate words | map x = word.size", "generate words | map x = text.length(word)")          \
    X(313, INDEX, "an element of something else than a list",                                      \
      "a[i] is element i of the list a, from 0; null where there is none.",                        \
      "generate words | map x = word[0]", "generate words | map x = [word][0]")                    \
    X(314, NULL, "null without a type",                                                            \
      "null stands where its type is known from elsewhere: beside ?\?.",                           \
      "generate words | map x = null", "generate words | map x = word")                            \
    X(315, LIST, "a list of several types",                                                        \
      "All elements of a list have one type, and there is at least one.",                          \
      "generate words | map x = [word, 1]", "generate words | map x = [word, \"1\"]")              \
    X(316, ONE_FIELD, "a stream of one field is due",                                              \
      "reduce combines all values of the one field that there is.",                                \
      "generate clicks | reduce i64.add", "generate clicks | map ms | reduce i64.add")             \
    X(317, SCHEMA_PLACE, "a schema without a codec",                                               \
      "schema {...} says what fields a codec finds; nothing else takes one.",                      \
      "generate words | map x = schema {a: i64}", "generate words | map x = word")                 \
    X(318, STAGE, "a stage that cannot be", "The message says what does not fit.",                 \
      "a stage that breaks a rule of the graph", "generate words | count")                         \
    X(319, AGGREGATE, "an aggregate is due",                                                       \
      "Each field of aggregate is one call of an aggregate. Compute what it takes before it, "     \
      "what becomes of it behind it.",                                                             \
      "generate clicks | aggregate n = ms + 1 by=url",                                             \
      "generate clicks | aggregate n = agg.max(ms) by=url")                                        \
    X(320, JOIN, "a join of different types",                                                      \
      "What is equal in a join is of one type on both sides.",                                     \
      "a = generate words | map key = word, value = 1\n"                                           \
      "b = generate words | map key = 1, value = 1\na | join b",                                   \
      "a = generate words | map key = word, value = 1\n"                                           \
      "b = generate words | map key = word, value = 2\na | join b")                                \
    X(321, PARAMETERS, "an operator finds nothing for its parameters",                             \
      "Updates and trackers take from key and value, aggregates from value: one parameter takes "  \
      "the value itself, and of a struct each takes the member of its name.",                      \
      "generate words | state_snapshots",                                                          \
      "generate clicks | map key = url, value = ms | combine_by_key agg.max")                      \
    X(322, INVERSE, "a window without an inverse",                                                 \
      "A window is incremental if its reducer has an inverse, its own or that of inverse=. "       \
      "Otherwise it is made anew each time, and needs no filter.",                                 \
      "generate clicks | map key = url, value = ms | "                                             \
      "reduce_by_key_and_window i64.max length=30s filter=value > 0",                              \
      "generate clicks | map key = url, value = ms | "                                             \
      "reduce_by_key_and_window i64.add length=30s filter=value > 0")                              \
    X(330, ENCODED, "a codec finds nothing to decode",                                             \
      "A codec decodes the field line, else value; of=FIELD names another. It is a str or bytes.", \
      "generate words | csv schema {a: str}", "generate words | csv schema {a: str} of=word")      \
    X(331, TEST_RECORD, "a record that its stream cannot have",                                    \
      "The records of a test have the fields and types of their stream; those that are missing "   \
      "are null.",                                                                                 \
      "hits = generate words\nhits | count\n"                                                      \
      "test \"a\" { at 0s feed hits [{word: 1}]; }",                                               \
      "hits = generate words\nhits | count\n"                                                      \
      "test \"a\" { at 0s feed hits [{word: \"1\"}]; }")                                           \
    X(332, TEST_TIME, "a time or a stream that a test cannot speak of",                            \
      "expect compares the batch of that time, which the stream must have; feed gives records to " \
      "the batch that ends after that time. Neither speaks of tables and outputs.",                \
      "n = generate words | count\nn | print\n"                                                    \
      "test \"a\" { at 1500ms expect n [{count: 1}]; }",                                           \
      "n = generate words | count\nn | print\n"                                                    \
      "test \"a\" { at 2s expect n [{count: 1}]; }")                                               \
    X(401, NO_UNIT, "a duration without a unit",                                                   \
      "Durations are written with their unit: 500ms, 10s, 5m.", "generate words | window 30",      \
      "generate words | window 30s")                                                               \
    X(402, DURATION, "a duration is due", "Lengths of time are durations longer than 0.",          \
      "generate words | window 0s", "generate words | window 30s")                                 \
    X(403, WINDOW, "a window that does not fit its batches",                                       \
      "Length and slide of a window are multiples of the slide of its stream: the batch, or "      \
      "the slide of the window before it.",                                                        \
      "job j batch=2s\ngenerate words | window 5s", "job j batch=2s\ngenerate words | window 6s")  \
    X(404, BATCH, "a batch that is too short", "A batch lasts at least 1ms.",                      \
      "job j batch=10us\ngenerate words | count", "job j batch=10ms\ngenerate words | count")      \
    X(405, SLIDES, "streams that slide differently",                                               \
      "Streams that meet must give their records at the same times.",                              \
      "a = generate words | window 4s, 2s\ngenerate words | union a",                              \
      "a = generate words | window 4s, 2s\nb = generate words | window 2s, 2s\na | union b")       \
    X(406, INTERVAL, "an interval of checkpoints that does not fit",                               \
      "States are saved at the end of a batch of theirs: the interval is a multiple of the slide " \
      "of the stream.",                                                                            \
      "generate words | checkpoint 1500ms", "generate words | checkpoint 10s")

#endif
