/* SPDX-License-Identifier: Apache-2.0 */
/* Wrong programs: code, place and text of each first mistake, what to do next, and that further
 * mistakes are found in one go but none follows from another. */
#include "mistake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What names mean, and what may stand where in a pipe. */
static const struct mistake of_names[] = {
    {"generate words | filtr true", WEIR_CODE_UNKNOWN_VERB, "filtr",
     "unknown verb 'filtr': did you mean 'filter'?", NULL, NULL},
    {"generate words | map key = word, value = 1 | reduce_bykey i64.add", WEIR_CODE_UNKNOWN_VERB,
     "reduce_bykey", "did you mean 'reduce_by_key'?", NULL, NULL},
    {"generate words | prnt", WEIR_CODE_UNKNOWN_VERB, "prnt", "did you mean 'print'?", NULL, NULL},
    {"fiel \"x\" | count", WEIR_CODE_UNKNOWN_VERB, "fiel", "did you mean 'file'?", NULL, NULL},
    {"hits = generate words\nhist | count", WEIR_CODE_UNKNOWN_VERB, "hist", "did you mean 'hits'?",
     NULL, NULL},
    {"zorgl | count", WEIR_CODE_UNKNOWN_VERB, "zorgl", "unknown input or stream 'zorgl'",
     "a pipe begins with an input", NULL},
    {"generate words | zorgl", WEIR_CODE_UNKNOWN_VERB, "zorgl", "unknown verb 'zorgl'",
     "plugin.operator", NULL},
    {"hits | count\nhits = generate words", WEIR_CODE_UNKNOWN_STREAM, "hits",
     "'hits' is defined further down", "move its definition up", "hits"},
    {"count = generate words", WEIR_CODE_NAME_TAKEN, "count", "may not be called 'count'", "counts",
     NULL},
    {"generate words as file | count", WEIR_CODE_NAME_TAKEN, "file", "like an input or output",
     NULL, NULL},
    {"a = generate words\na = generate lines", WEIR_CODE_TWICE, "a", "'a' is defined twice", NULL,
     "a"},
    {"a = generate words as b", WEIR_CODE_TWICE, "b", "has a name already: 'a'", NULL, "a"},
    {"count | print", WEIR_CODE_NEEDS_INPUT, "count", "'count' needs a stream before it",
     "begin with an input", NULL},
    {"print", WEIR_CODE_MISPLACED, "print", "'print' is an output: it needs a stream before it",
     "STREAM | print", NULL},
    {"generate words | file \"x\"", WEIR_CODE_MISPLACED, "file", "is an input: it begins a pipe",
     "union", NULL},
    {"a = generate words\nb = generate words | a", WEIR_CODE_MISPLACED, "a",
     "'a' is a stream: it begins a pipe", "union a", NULL},
    {"generate words | text.words", WEIR_CODE_MISPLACED, "text.words",
     "'text.words' is an emitter, no verb", "flat_map text.words", NULL},
    {"generate words | text.upper", WEIR_CODE_MISPLACED, "text.upper", "is a function, no verb",
     "map text.upper", NULL},
    {"generate words | i64.add", WEIR_CODE_MISPLACED, "i64.add", "is a reducer, no verb",
     "reduce_by_key i64.add", NULL},
    {"generate words | print | count", WEIR_CODE_AFTER_OUTPUT, "count", "nothing follows an output",
     "give the stream a name", NULL},
    {"a = generate words | print", WEIR_CODE_AFTER_OUTPUT, "a", "'a' would name an output",
     "print as a", NULL},
    {"generate words | print as x\nx | count", WEIR_CODE_MISPLACED, "x", "'x' is an output", NULL,
     "x"},
    {"http://x/y | count", WEIR_CODE_SCHEME, "http://x/y", "unknown scheme 'http://'",
     "tcp://host:port", NULL},
    {"tpc://localhost:1 | count", WEIR_CODE_SCHEME, "tpc://localhost:1", "did you mean 'tcp://'?",
     NULL, NULL},
    {"a = generate words\na 3 | count", WEIR_CODE_MISSING_SEPARATOR, "3",
     "'a' is a stream and takes no value: did you forget '|'?", NULL, "a"},
    {"generate words | count print", WEIR_CODE_MISSING_SEPARATOR, "print",
     "'count' takes no value, found 'print': did you forget '|'?", NULL, NULL},
    {"generate words | count_by_value print", WEIR_CODE_MISSING_SEPARATOR, "print",
     "'count_by_value' takes no value, found 'print': did you forget '|'?", NULL, NULL},
    {"generate words | print count", WEIR_CODE_MISSING_SEPARATOR, "count", "did you forget '|'?",
     NULL, NULL},
    {"a = generate words\na | union b", WEIR_CODE_UNKNOWN_STREAM, "b", "no stream 'b'",
     "define it above", NULL},
    {"words = generate words\nwords | union word", WEIR_CODE_UNKNOWN_STREAM, "word",
     "did you mean 'words'?", NULL, NULL},
    {"a = generate words\na | union 3", WEIR_CODE_UNKNOWN_STREAM, "3",
     "'union' takes the names of streams", NULL, NULL},
    {"param n = 1", WEIR_CODE_EMPTY, NULL, "nothing to run", "generate words", NULL},
};

/* Plugins, operators, options, params. */
static const struct mistake of_options[] = {
    {"use \"./none.so\"\ngenerate words", WEIR_CODE_PLUGIN, "\"./none.so\"", "./none.so", NULL,
     NULL},
    {"generate words | map x = text.uper(word)", WEIR_CODE_OPERATOR, "text.uper",
     "did you mean 'upper'?", NULL, NULL},
    {"generate words | map x = txt.upper(word)", WEIR_CODE_OPERATOR, "txt.upper", "text", NULL,
     NULL},
    {"generate words | map key = word, value = 1 | reduce_by_key i64.ad", WEIR_CODE_OPERATOR,
     "i64.ad", "add", NULL, NULL},
    {"generate words | map x = i64.add(1, 2)", WEIR_CODE_OPERATOR, "i64.add", "reducer", NULL,
     NULL},
    {"generate words | top 10 bye=word", WEIR_CODE_UNKNOWN_OPTION, "bye",
     "'top' has no option 'bye': did you mean 'by'?", "it takes by=", NULL},
    {"generate words | count partitions=3", WEIR_CODE_UNKNOWN_OPTION, "partitions",
     "'count' has no option 'partitions'", "takes no options", NULL},
    {"generate words | window 4s, slid=2s", WEIR_CODE_UNKNOWN_OPTION, "slid",
     "did you mean 'slide'?", "length= and slide=", NULL},
    {"generate words | map a = word b = word", WEIR_CODE_UNKNOWN_OPTION, "b",
     "'map' has no option 'b'", "write ',' before it", NULL},
    {"generate words rat=3", WEIR_CODE_UNKNOWN_OPTION, "rat", "did you mean 'rate'?", NULL, NULL},
    {"generate wrds rate=3", WEIR_CODE_OPTION_VALUE, "wrds", "lines, words or clicks", NULL, NULL},
    {"shop.orders | map x = shop.scale(n, bye=3)", WEIR_CODE_UNKNOWN_OPTION, "bye",
     "did you mean 'by'?", NULL, NULL},
    {"shop.orders | map x = shop.scale(n, by=300)", WEIR_CODE_OPTION_VALUE, "300", "100", NULL,
     NULL},
    {"shop.orders | map x = shop.scale(n, by=\"3\")", WEIR_CODE_OPTION_VALUE, "\"3\"", "by", NULL,
     NULL},
    {"shop.orders | shop.post \"x\" tries=\"many\"", WEIR_CODE_OPTION_VALUE, "\"many\"", "tries",
     NULL, NULL},
    {"shop.orders | shop.post \"x\" tries=10s", WEIR_CODE_OPTION_VALUE, "10s",
     "'tries' takes a value of type i64, found a duration", NULL, NULL},
    {"shop.orders | shop.post \"x\" body=10s", WEIR_CODE_OPTION_VALUE, "10s", "found a duration",
     NULL, NULL},
    {"shop.orders | shop.post \"x\" timeout=1kB", WEIR_CODE_OPTION_VALUE, "1kB", "found a size",
     NULL, NULL},
    {"shop.orders | shop.post \"x\" timeout=10", WEIR_CODE_NO_UNIT, "10",
     "'timeout' takes a duration, found a number without a unit", "timeout=10s", NULL},
    {"shop.orders | shop.post timeout=1s", WEIR_CODE_MISSING_OPTION, "post", "url", NULL, NULL},
    {"shop.orders | shop.post \"x\" token=n + 1", WEIR_CODE_NO_CONSTANT, "n + 1",
     "takes a constant", "$param", NULL},
    {"generate words | window 3s, 3s slide=3s", WEIR_CODE_TWICE, "3s", "'slide=' is given twice",
     NULL, NULL},
    {"generate words | top 3 by=word by=word", WEIR_CODE_TWICE, "by=word", "'by=' is given twice",
     NULL, NULL},
    {"generate words | top 3 by=[word, word]", WEIR_CODE_TWICE, "word", "given twice", NULL, NULL},
    {"generate words | top 3 by=\"word\"", WEIR_CODE_OPTION_VALUE, "\"word\"",
     "'by=' takes a field", NULL, NULL},
    {"generate words | limit", WEIR_CODE_VALUES, "limit", "'limit' needs a number", "limit 10",
     NULL},
    {"generate words | limit 0", WEIR_CODE_NUMBER_RANGE, "0", "at least 1", NULL, NULL},
    {"generate words | limit 2.5", WEIR_CODE_NUMBER_RANGE, "2.5", "whole number", NULL, NULL},
    {"generate words | repartition 5000", WEIR_CODE_NUMBER_RANGE, "5000", "from 1 to 4096", NULL,
     NULL},
    {"generate words | limit 3, 4", WEIR_CODE_VALUES, "4", "takes one value, found '4'", NULL,
     NULL},
    {"generate words | filter", WEIR_CODE_VALUES, "filter", "takes one expression", "'and'", NULL},
    {"generate words | filter true, false", WEIR_CODE_VALUES, "false", "takes one expression",
     "'and'", NULL},
    {"generate words | map", WEIR_CODE_VALUES, "map", "needs at least one field", NULL, NULL},
    {"a = generate words\na | union", WEIR_CODE_VALUES, "union", "needs the name", NULL, NULL},
    {"generate words | map key = word, value = 1 | reduce_by_key", WEIR_CODE_VALUES,
     "reduce_by_key", "takes a reducer", "i64.add", NULL},
    {"generate words | map key = word, value = 1 | reduce_by_key i64.add(value)", WEIR_CODE_VALUES,
     "value", "not called with fields", NULL, NULL},
    {"generate words | limit $n", WEIR_CODE_UNKNOWN_PARAM, "$n", "no param 'n'", "param n = VALUE",
     NULL},
    {"param num = 3\ngenerate words | limit $nun", WEIR_CODE_UNKNOWN_PARAM, "$nun",
     "did you mean 'num'?", NULL, NULL},
    {"generate words | limit $n\nparam n = 3", WEIR_CODE_UNKNOWN_PARAM, "$n", "further down", NULL,
     NULL},
    {"param n\ngenerate words | limit $n", WEIR_CODE_PARAM_VALUE, "n", "has no value",
     "--set n=VALUE", NULL},
    {"param n: i64 = \"3\"\ngenerate words | limit $n", WEIR_CODE_PARAM_VALUE, "\"3\"",
     "is i64, but its value is str", NULL, "i64"},
    {"param n = 1 + 1\ngenerate words", WEIR_CODE_NO_CONSTANT, "1 + 1", "constant", NULL, NULL},
    {"param n = 1\nparam n = 2\ngenerate words", WEIR_CODE_TWICE, "n", "defined twice", NULL, NULL},
    {"file $env.NOT_THERE | count", WEIR_CODE_ENV, "$env.NOT_THERE", "no variable 'NOT_THERE'",
     "export NOT_THERE", NULL},
    {"job a bach=1s\ngenerate words", WEIR_CODE_UNKNOWN_OPTION, "bach", "did you mean 'batch'?",
     NULL, NULL},
    {"job a batch=1s batch=2s\ngenerate words", WEIR_CODE_TWICE, "batch=2s", "given twice", NULL,
     NULL},
    {"job a on_error=maybe\ngenerate words", WEIR_CODE_OPTION_VALUE, "maybe",
     "stop, retry, dead or continue", NULL, NULL},
    {"job a\njob b\ngenerate words", WEIR_CODE_TWICE, "job b", "a text is one job", NULL, "job a"},
};

static const struct mistake of_types[] = {
    {"generate words | map x = wrod", WEIR_CODE_UNKNOWN_FIELD, "wrod",
     "no field 'wrod': did you mean 'word'?", "the fields here are word", "generate words"},
    {"generate words | map n = text.length(word) | filter m > 3", WEIR_CODE_UNKNOWN_FIELD, "m",
     "no field 'm'", "the fields here are n", "map n = text.length(word)"},
    {"generate words | map word, print", WEIR_CODE_UNKNOWN_FIELD, "print", "did you forget '|'?",
     NULL, NULL},
    {"generate words | count_by_value | top 3 by=cuont", WEIR_CODE_UNKNOWN_FIELD, "cuont",
     "did you mean 'count'?", NULL, "count_by_value"},
    {"shop.orders | map x = geo.lon", WEIR_CODE_MEMBER, "lon", "no member 'lon'", NULL,
     "shop.orders"},
    {"shop.orders | map x = geo.at.y", WEIR_CODE_MEMBER, "y", "no member 'y' in {x: i64}", NULL,
     "shop.orders"},
    {"shop.orders | map x = item.size", WEIR_CODE_MEMBER, "size",
     "only a struct has members, this is str", NULL, "shop.orders"},
    {"shop.orders | map x = goe.lat", WEIR_CODE_UNKNOWN_FIELD, "goe", "did you mean 'geo'?", NULL,
     NULL},
    {"shop.orders | map x = item[0]", WEIR_CODE_INDEX, "item", "only a list has elements", NULL,
     "shop.orders"},
    {"shop.orders | map x = tags[item]", WEIR_CODE_INDEX, "item", "number is i64", NULL, NULL},
    {"generate words | map word, word = 1", WEIR_CODE_DUPLICATE, "word", "is there twice", NULL,
     "word"},
    {"generate words | map text.upper(word), text.lower(word)", WEIR_CODE_DUPLICATE,
     "text.lower(word)", "field 'value' is there twice", "give it a name", "text.upper(word)"},
    {"generate words | extend word = 1", WEIR_CODE_DUPLICATE, "word", "there is a 'word' already",
     "map ..., word =", "generate words"},
    {"generate words | count_by_value | count_by_value", WEIR_CODE_DUPLICATE, "count_by_value",
     "adds the field 'count'", "rename it", "count_by_value"},
    {"generate words | map x = {a: 1, a: 2}", WEIR_CODE_DUPLICATE, "a", "twice", NULL, NULL},
    {"generate words | map _x = word", WEIR_CODE_FIELD_NAME, "_x", "may not begin with '_'",
     "try: x", NULL},
    {"generate words | reduce_by_key i64.add", WEIR_CODE_NOT_PAIR, "reduce_by_key",
     "needs a pair, the fields key and value; here are {word: str}", "map key = ..., value = ...",
     "generate words"},
    {"generate words | map key = 1, value = 2, x = 3 | map_values 1", WEIR_CODE_NOT_PAIR,
     "map_values", "needs a pair", "map key, value", NULL},
    {"generate words | filter text.length(word)", WEIR_CODE_NOT_BOOL, "text.length(word)",
     "'filter' needs a bool, found i64", "compare it", "generate words"},
    {"shop.orders | map x = item * 2", WEIR_CODE_ARGUMENTS, "item * 2",
     "'*' does not take (str, i64)", "(a: i64, b: i64) -> i64", "shop.orders"},
    {"shop.orders | map x = shop.half(item)", WEIR_CODE_ARGUMENTS, "shop.half(item)",
     "shop.half does not take (str)", "(x: i64) -> i64", "shop.orders"},
    {"shop.orders | map x = shop.half(n, n)", WEIR_CODE_ARGUMENTS, "shop.half(n, n)",
     "does not take (i64, i64)", NULL, NULL},
    {"shop.orders | map x = at > 5", WEIR_CODE_ARGUMENTS, "at > 5", "'>' does not take (ts, i64)",
     NULL, "shop.orders"},
    {"shop.orders | filter n and ok", WEIR_CODE_OPERANDS, "n", "'and' joins two bools, found i64",
     NULL, "shop.orders"},
    {"shop.orders | map x = n ?\? item", WEIR_CODE_OPERANDS, "n ?\? item",
     "needs two values of one type, found i64 and str", NULL, "shop.orders"},
    {"generate clicks | filter shop.is_dear", WEIR_CODE_BARE_FUNCTION, "shop.is_dear",
     "takes fields called like its parameters, (price: f64) -> bool", "shop.is_dear(FIELD)",
     "generate clicks"},
    {"generate clicks | map n = ms, price = url | map shop.total", WEIR_CODE_ARGUMENTS,
     "shop.total", "does not take (str, i64)", NULL, "price = url"},
    {"generate lines | map x = text.words(line)", WEIR_CODE_EMITTER, "text.words(line)",
     "stands only in flat_map", "flat_map text.words", NULL},
    {"generate lines | flat_map x = text.upper(text.words(line))", WEIR_CODE_EMITTER,
     "text.words(line)", "stands only in flat_map", NULL, NULL},
    {"generate lines | flat_map line", WEIR_CODE_EMITTER, "flat_map", "exactly one emitter",
     "try: map", NULL},
    {"generate lines | flat_map a = text.words(line), b = text.words(line)", WEIR_CODE_EMITTER,
     "b = text.words(line)", "exactly one emitter or list, found 2", "two flat_map",
     "a = text.words(line)"},
    {"shop.orders | flat_map tags, lines", WEIR_CODE_EMITTER, "lines", "found 2", NULL, "tags"},
    {"shop.orders | flat_map x = shop.both(item)", WEIR_CODE_EMITTER, "x", "gives 2 columns",
     "leave the name out", NULL},
    {"shop.orders | flat_map left = n, shop.both(item)", WEIR_CODE_DUPLICATE, "shop.both(item)",
     "'left' is there twice", NULL, "left"},
    {"a = generate words\ngenerate lines | union a", WEIR_CODE_UNION, "a",
     "same fields: {line: str} and {word: str}", "with map", "generate words"},
    {"a = generate words | map x = 1\ngenerate words | map x = word | union a", WEIR_CODE_UNION,
     "a", "'x' is str here and i64 there", NULL, "x = 1"},
    {"generate clicks | reduce i64.add", WEIR_CODE_ONE_FIELD, "reduce", "one field", "map user",
     "generate clicks"},
    {"generate words | map x = null", WEIR_CODE_NULL, "null", "null has no type here", NULL, NULL},
    {"generate words | filter word == null", WEIR_CODE_NULL, "null",
     "'==' of null is null for every record", NULL, NULL},
    {"generate words | map x = [word, 1]", WEIR_CODE_LIST, "1", "found i64", NULL, "word"},
    {"generate words | map x = []", WEIR_CODE_LIST, "[]", "empty list", NULL, NULL},
    {"generate words | map x = schema {a: i64}", WEIR_CODE_SCHEMA_PLACE, "schema {a: i64}",
     "behind a codec", NULL, NULL},
    /* reducers: both ends, and what to try */
    {"generate clicks\n  | map key = url, value = user\n  | reduce_by_key i64.add",
     WEIR_CODE_REDUCER, "i64.add", "i64.add needs a number, but 'value' is str",
     "try: map key = url, value = std.f64(user) | reduce_by_key f64.add", "value = user"},
    {"shop.orders | map key = item, value = price | reduce_by_key i64.add", WEIR_CODE_REDUCER,
     "i64.add", "i64.add needs i64, but 'value' is f64", "try: reduce_by_key f64.add",
     "value = price"},
    {"shop.orders | map key = item, value = n | reduce_by_key f64.min", WEIR_CODE_REDUCER,
     "f64.min", "f64.min needs f64, but 'value' is i64", "try: reduce_by_key i64.min", "value = n"},
    {"shop.orders | map key = item, value = ok | filter true | reduce_by_key i64.add",
     WEIR_CODE_REDUCER, "i64.add", "needs a number, but 'value' is bool",
     "try: map key, value = std.i64(value) | reduce_by_key i64.add", "value = ok"},
    {"shop.orders | map item | reduce shop.any", WEIR_CODE_REDUCER, "shop.any",
     "shop.any needs bool, but 'item' is str", NULL, "item"},
};

static const struct mistake of_time[] = {
    {"generate words | window 30", WEIR_CODE_NO_UNIT, "30", "found a number without a unit",
     "try: 30s", NULL},
    {"generate words | window slide=10s", WEIR_CODE_MISSING_OPTION, "window", "needs a length",
     "window 30s, 10s", NULL},
    {"generate words | window 0s", WEIR_CODE_DURATION, "0s", "longer than 0", NULL, NULL},
    {"generate words | window word", WEIR_CODE_DURATION, "word", "takes a duration", NULL, NULL},
    {"generate words | window 1500ms", WEIR_CODE_WINDOW, "1500ms",
     "duration of 1500ms must be a multiple of the slide duration of its stream, 1s (the batch)",
     "try: 2s", NULL},
    {"job j batch=2s\ngenerate words | window 4s slide=3s", WEIR_CODE_WINDOW, "slide=3s",
     "duration of 3s must be a multiple of the slide duration of its stream, 2s (the batch)",
     "try: 4s", "job j batch=2s"},
    {"generate words | window 4s, 4s | window 6s", WEIR_CODE_WINDOW, "6s",
     "must be a multiple of the slide duration of its stream, 4s", "try: 8s", "window 4s, 4s"},
    {"a = generate words | window 4s, 2s\ngenerate words | union a", WEIR_CODE_SLIDES, "a",
     "different slide durations: 1s here, 2s there", "same slide=", "window 4s, 2s"},
    {"generate words | checkpoint 1500ms", WEIR_CODE_INTERVAL, "1500ms",
     "interval of 1500ms is not a multiple of its slide time, 1s", "try: 2s", NULL},
    {"generate words | checkpoint 500ms", WEIR_CODE_INTERVAL, "500ms",
     "interval of 500ms is lower than its slide time, 1s", "try: 1s", NULL},
    {"generate words | map key = word, value = 1 | reduce_by_key_and_window i64.add slide=2s",
     WEIR_CODE_MISSING_OPTION, "reduce_by_key_and_window", "needs a length", "length=30s", NULL},
    {"generate words | count_by_window length=3s slide=1500ms", WEIR_CODE_WINDOW, "slide=1500ms",
     "multiple of the slide duration", "try: 2s", NULL},
    {"job j batch=100us\ngenerate words", WEIR_CODE_BATCH, "100us", "too short: at least 1ms", NULL,
     NULL},
    {"job j batch=10\ngenerate words", WEIR_CODE_NO_UNIT, "10", "batch= takes a duration", "10s",
     NULL},
};

static void names_and_places(void **state)
{
    (void)state;
    check_mistakes(of_names, sizeof of_names / sizeof of_names[0]);
}

static void plugins_and_options(void **state)
{
    (void)state;
    check_mistakes(of_options, sizeof of_options / sizeof of_options[0]);
}

static void types(void **state)
{
    (void)state;
    check_mistakes(of_types, sizeof of_types / sizeof of_types[0]);
}

static void time_and_windows(void **state)
{
    (void)state;
    check_mistakes(of_time, sizeof of_time / sizeof of_time[0]);
}

/* The sample of language.md, byte by byte. */
static void a_clash_shows_both_ends(void **state)
{
    (void)state;
    struct bound b;
    struct weir_text text;
    weir_text_init(&text);
    bind_text(&b, "# shop\n"
                  "shop.orders\n"
                  "  | map key = item, value = item\n"
                  "  | reduce_by_key i64.add\n");
    weir_diagnostics_render(&b.diagnostics, false, &text);
    assert_string_equal(
        text.bytes,
        "error[E0311]: i64.add needs a number, but 'value' is str\n"
        "  --> shop.weir:4:19\n"
        " 3 |   | map key = item, value = item\n"
        "   |                     ------------ 'value' is str here\n"
        " 4 |   | reduce_by_key i64.add\n"
        "   |                   ^^^^^^^ try: map key = item, value = std.f64(item) | reduce_by_key "
        "f64.add\n");
    weir_text_finish(&text);
    bound_finish(&b);
}

/* All that is wrong is said at once, in the order of the text; what follows from a mistake is not.
 */
static void mistakes_are_found_in_one_go(void **state)
{
    static const enum weir_code expected[] = {WEIR_CODE_UNKNOWN_FIELD, WEIR_CODE_MEMBER,
                                              WEIR_CODE_UNKNOWN_VERB, WEIR_CODE_NOT_BOOL,
                                              WEIR_CODE_UNKNOWN_FIELD};
    (void)state;
    struct bound b;
    bind_text(&b, "a = shop.orders | map x = itm, y = geo.z | filter x > 1 | cuont\n"
                  "a | filter nothing | count | filter also_nothing\n"
                  "shop.orders | filter n | filter itm == \"\" | map item | filter item != \"\"\n");
    const struct weir_diagnostic *d = b.diagnostics.first;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++, d = d->next) {
        assert_non_null(d);
        assert_int_equal(d->code, expected[i]);
    }
    assert_null(d);
    bound_finish(&b);
}

/* --set of names and values that do not fit has no place in the text. */
static void wrong_sets_are_refused(void **state)
{
    static const struct {
        const char *set, *message;
    } cases[] = {{"m=1", "--set m: the job has no such param"},
                 {"limt=1", "did you mean 'limit'?"},
                 {"limit", "write --set name=value"},
                 {"limit=many", "--set limit=many: the param takes i64"},
                 {"wait=10", "the param takes a duration"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bound b;
        bind_with(&b, "param limit = 3\nparam wait = 4s\ngenerate words | limit $limit",
                  (struct weir_bind_options){.sets = &cases[i].set, .set_count = 1});
        assert_int_equal(b.status, WEIR_ETEXT);
        assert_int_equal(b.diagnostics.error_count, 1);
        if (strstr(b.diagnostics.first->message, cases[i].message) == NULL) {
            fail_msg("%s: %s", cases[i].set, b.diagnostics.first->message);
        }
        bound_finish(&b);
    }
}

/* Every page of the binder's codes: its wrong sample gets the code, its right one binds. */
static void every_page_tells_the_truth(void **state)
{
    (void)state;
    size_t count;
    const struct weir_code_page *pages = weir_code_pages(&count);
    for (size_t i = 0; i < count; i++) {
        enum weir_code code = pages[i].code;
        struct bound b;
        if ((unsigned)code < 140 || code == WEIR_CODE_STAGE || code == WEIR_CODE_LIMIT ||
            code == WEIR_CODE_UNNAMED) {
            continue;
        }
        bind_text(&b, pages[i].wrong);
        if (b.diagnostics.first == NULL || b.diagnostics.first->code != code) {
            fail_msg("E%04u is not what this gets (E%04u): %s", (unsigned)code,
                     b.diagnostics.first == NULL ? 0U : (unsigned)b.diagnostics.first->code,
                     pages[i].wrong);
        }
        bound_finish(&b);
        if (code != WEIR_CODE_PLUGIN) {
            bind_text(&b, pages[i].right);
            assert_bound(&b);
            bound_finish(&b);
        }
    }
}

/* A tree that is higher than what the engine evaluates is refused, not walked. */
static void high_expressions_are_refused(void **state)
{
    (void)state;
    for (unsigned terms = 63; terms < 1000; terms = terms == 63 ? 64 : terms + 900) {
        struct bound b;
        struct weir_text text;
        weir_text_init(&text);
        weir_text_put(&text, "generate clicks | map x = ms");
        for (unsigned i = 0; i < terms; i++) {
            weir_text_put(&text, " + ms");
        }
        bind_text(&b, text.bytes);
        assert_int_equal(b.status, terms == 63 ? WEIR_OK : WEIR_ETEXT);
        if (terms != 63) {
            assert_int_equal(b.diagnostics.first->code, WEIR_CODE_TOO_DEEP);
        }
        bound_finish(&b);
        weir_text_finish(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_places),
        cmocka_unit_test(plugins_and_options),
        cmocka_unit_test(types),
        cmocka_unit_test(time_and_windows),
        cmocka_unit_test(a_clash_shows_both_ends),
        cmocka_unit_test(mistakes_are_found_in_one_go),
        cmocka_unit_test(wrong_sets_are_refused),
        cmocka_unit_test(every_page_tells_the_truth),
        cmocka_unit_test(high_expressions_are_refused),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
