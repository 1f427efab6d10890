/* SPDX-License-Identifier: Apache-2.0 */
/* Mistakes with joins, windows, aggregates, states, transforms and tables: each has its code, its
 * place and a next step. */
#include "mistake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define PAIRS "p = generate words | map key = word, value = 1\n"
static const struct mistake of_verbs[] = {
    {"generate clicks | aggregate n = ms + 1 by=url", WEIR_CODE_AGGREGATE, "ms + 1",
     "one call of an aggregate", "agg.count()", NULL},
    {"generate clicks | aggregate url = agg.count() by=url", WEIR_CODE_DUPLICATE, "url",
     "field 'url' is there twice", NULL, NULL},
    {"generate clicks | aggregate n = agg.count() slide=10s", WEIR_CODE_MISSING_OPTION, "slide=10s",
     "it needs length=", NULL, NULL},
    {PAIRS "generate words | join p", WEIR_CODE_NOT_PAIR, "join", "needs a pair", "try: map", NULL},
    {"a = generate words\ngenerate words | map key = word, value = 1 | join a", WEIR_CODE_NOT_PAIR,
     "a", "'a' has {word: str}", NULL, NULL},
    {PAIRS "generate words | map key = 1, value = word | left_outer_join p", WEIR_CODE_JOIN, "p",
     "'key' is i64 here and 'key' is str there", "convert", "key = word"},
    {PAIRS "p | group_by_key partitioner=key", WEIR_CODE_OPTION_VALUE, "key",
     "takes a partitioner, not a value", "partitioner=plugin.partitioner(key)", NULL},
    {PAIRS "generate words | anti_join p", WEIR_CODE_MISSING_OPTION, "anti_join",
     "needs the fields that are equal", "on=word", NULL},
    {PAIRS "generate words | semi_join p on={word: kye}", WEIR_CODE_UNKNOWN_FIELD, "kye", "'key'",
     NULL, NULL},
    {PAIRS "generate words | map key = word, value = 2 | join p on=key", WEIR_CODE_DUPLICATE,
     "join", "both sides of the join have a field 'value'", "suffix=_right", NULL},
    {PAIRS "generate words | join p on={word: key} keep=10s", WEIR_CODE_NOT_YET, "keep",
     "not yet available", NULL, NULL},
    {"shop.orders | map key = item, value = {n: n, cost: price} | update_state_by_key shop.spent",
     WEIR_CODE_PARAMETERS, "shop.spent", "parameter 'price' of", NULL, NULL},
    {"shop.orders | map key = item, value = small | map_with_state shop.rising",
     WEIR_CODE_PARAMETERS, "shop.rising", "is given i32: convert it", NULL, NULL},
    {PAIRS "p | map_with_state shop.rising every=1500ms as r | count_by_window length=1500ms",
     WEIR_CODE_WINDOW, "length=1500ms", "multiple of the slide duration", NULL, NULL},
    {PAIRS "p | map_with_state shop.rising initial=p as r", WEIR_CODE_TABLE, "p",
     "takes a table, 'p' is a stream", NULL, "p"},
    {"generate words | map key = word, value = 1 | map_with_state shop.rising(treshold=1.0)",
     WEIR_CODE_UNKNOWN_OPTION, "treshold", "threshold", NULL, NULL},
    {"generate words | map key = word, value = 1 | reduce_by_key_and_window i64.max length=2s "
     "filter=value > 0",
     WEIR_CODE_INVERSE, "filter=value > 0", "needs an inverse", NULL, NULL},
    {"generate words | extend t = batch_time()", WEIR_CODE_TRANSFORM, "batch_time()",
     "only in a transform", "transform {", NULL},
    {"generate words | cartesian word", WEIR_CODE_UNKNOWN_STREAM, "word", "no stream 'word'", NULL,
     NULL},
    {"generate words | none", WEIR_CODE_STAGE, "none", "stands only in a transform", NULL, NULL},
    {"generate words | transform { window 2s }", WEIR_CODE_STAGE, "window",
     "does not stand in a transform", NULL, NULL},
    {"generate words | transform { print }", WEIR_CODE_OPTION_VALUE, "print",
     "does not stand in a transform", NULL, NULL},
    {"generate words | transform other { union other }", WEIR_CODE_UNKNOWN_STREAM, "other",
     "no stream 'other'", NULL, NULL},
    {"table t = generate words\ngenerate words | union t", WEIR_CODE_TABLE, "generate",
     "never ends", "file", NULL},
    {"table t = file \"x\"\nt | print", WEIR_CODE_TABLE, "print", "here is a table", NULL, NULL},
    {"table t = file \"x\"\nt | window 2s | print", WEIR_CODE_STAGE, "window", "here is a table",
     NULL, NULL},
    {"table t = file \"x\" reload=10\ngenerate lines | union t", WEIR_CODE_NO_UNIT, "10",
     "reload= takes a duration", NULL, NULL},
    {"generate words | slice 0s, 10s", WEIR_CODE_MISPLACED, "slice", "jobs in C and the shell",
     NULL, NULL},
    {"generate words | persist \"MEMRY_ONLY\"", WEIR_CODE_STAGE, "\"MEMRY_ONLY\"", "unknown level",
     NULL, NULL},
    {"shop.orders | shop.visits", WEIR_CODE_MISPLACED, "shop.visits", "is an update, no verb",
     "update_state_by_key shop.visits", NULL},
    {"generate words | map_partitions text.upper(word)", WEIR_CODE_OPERATOR, "text.upper",
     "partition", NULL, NULL},
};

static void joins_states_and_tables(void **state)
{
    (void)state;
    check_mistakes(of_verbs, sizeof of_verbs / sizeof of_verbs[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(joins_states_and_tables)};
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
