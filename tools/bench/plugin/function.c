/* SPDX-License-Identifier: Apache-2.0 */
/* A function in the SDK's form, in a chain of four maps of a pipeline: from the chunk that enters
 * the first to the columns that leave the last, per call. */
#include "bench/plugin/line.h"
#include "bench/plugin/operators.h"
#include "bench/tally.h"
#include "exec/exec.h"
#include "lang/lang.h"

#include <string.h>

enum { MAPS = 4 };
#define ADD " | map n = bench_numbers.add(n, m), m"

struct function_state {
    struct weir_step end; /* first: the chain's last step is ours */
    struct weir_graph *graph;
    struct weir_step *first;
    struct weir_exec_task task;
    struct weir_error failed;
    bool is_looking; /* the next rows are kept */
    struct weir_column columns[2];
    struct weir_rows rows;
    int64_t n[WEIR_BENCH_ROWS], m[WEIR_BENCH_ROWS];
    int64_t sums[WEIR_BENCH_ROWS], limit[WEIR_BENCH_ROWS];
};

static int take(struct weir_step *step, struct weir_exec_task *task, const struct weir_rows *rows)
{
    struct function_state *s = (struct function_state *)(void *)step;
    task->rows_out += weir_rows_count(rows);
    if (s->is_looking) {
        memcpy(s->sums, rows->columns[0].data, sizeof s->sums);
    }
    return WEIR_OK;
}
static int end(struct weir_step *step, struct weir_exec_task *task)
{
    (void)step, (void)task;
    return WEIR_OK;
}
static void forget(struct weir_step *step, struct weir_exec_task *task)
{
    (void)step, (void)task;
}

static int turn(void *state, struct weir_error *err)
{
    struct function_state *s = state;
    weir_arena_reset(&s->task.arena);
    int status = weir_step_push(s->first, &s->task, &s->rows);
    if (status != WEIR_OK) {
        *err = s->failed;
    }
    return status;
}

__attribute__((noinline)) static void add_all(int64_t *sums, const int64_t *a, const int64_t *b)
{
    for (size_t i = 0; i < WEIR_BENCH_ROWS; i++) {
        sums[i] = a[i] + b[i];
    }
}

static void limit_turn(void *state)
{
    struct function_state *s = state;
    add_all(s->limit, s->n, s->m);
    for (int i = 1; i < MAPS; i++) {
        add_all(s->limit, s->limit, s->m);
    }
}

static bool is_same(const void *state)
{
    const struct function_state *s = state;
    return memcmp(s->sums, s->limit, sizeof s->sums) == 0;
}

static void close_line(void *state)
{
    struct function_state *s = state;
    if (s->first != NULL) {
        weir_chain_destroy(s->first, &s->end);
    }
    weir_arena_finish(&s->task.arena);
    weir_graph_destroy(s->graph);
}

static int compile(const struct weir_bench_place *place,
                   struct function_state *s,
                   struct weir_error *err)
{
    const struct weir_source source = {
        "bench", weir_str_of("bench_numbers" ADD ADD ADD ADD " | bench_tally"), false};
    const struct weir_bind_options options = {.registry = place->registry};
    struct weir_diagnostics diagnostics;
    WEIR_TRY(weir_registry_use_static(place->registry, &weir_plugin_e1_bench_numbers,
                                      "bench_numbers", true, err));
    WEIR_TRY(weir_registry_use_static(place->registry, &weir_plugin_e1_bench_tally, "bench_tally",
                                      true, err));
    weir_diagnostics_init(&diagnostics, &source);
    const int status = weir_lang_compile(&source, &options, &diagnostics, &s->graph, err);
    weir_diagnostics_finish(&diagnostics);
    return status;
}

int weir_bench_function(struct weir_bench_place *place,
                        struct weir_bench_line *line,
                        struct weir_error *err)
{
    struct function_state *s = weir_arena_alloc(place->arena, sizeof *s);
    const struct weir_node *nodes[MAPS];
    *s = (struct function_state){.end = {.push = take, .finish = end, .abandon = forget},
                                 .task = {.partition_count = 1},
                                 .is_looking = true};
    s->task.err = &s->failed;
    weir_arena_init(&s->task.arena);
    *line = (struct weir_bench_line){.name = "function",
                                     .what = "an i64 function of the SDK, in a chain of maps",
                                     .unit = "record",
                                     .limit = "a bare C loop",
                                     .target_ns = 0.6,
                                     .units = (uint64_t)MAPS * WEIR_BENCH_ROWS,
                                     .state = s,
                                     .turn = turn,
                                     .limit_turn = limit_turn,
                                     .is_same = is_same,
                                     .close = close_line};
    WEIR_TRY(compile(place, s, err));
    for (uint32_t i = 0; i < MAPS; i++) {
        nodes[i] = &s->graph->nodes[i + 1];
    }
    WEIR_TRY(weir_chain_create(s->graph, nodes, MAPS, &s->end, &s->first, err));
    for (uint32_t i = 0; i < WEIR_BENCH_ROWS; i++) {
        s->n[i] = i * 7;
        s->m[i] = i % 100;
    }
    const struct weir_type *schema = s->graph->nodes[0].schema;
    s->columns[0] = (struct weir_column){.type = schema->fields[0].type, .data = s->n};
    s->columns[1] = (struct weir_column){.type = schema->fields[1].type, .data = s->m};
    static const struct weir_heaps none = {0};
    s->rows = (struct weir_rows){
        .schema = schema, .rows = WEIR_BENCH_ROWS, .columns = s->columns, .heaps = &none};
    WEIR_TRY(turn(s, err)); /* what it gives is looked at once, not while it is measured */
    s->is_looking = false;
    return WEIR_OK;
}
