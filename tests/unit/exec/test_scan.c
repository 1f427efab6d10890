/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks and sources into chunks: lines at every border, early ends, failures of a source, and text
 * that somebody keeps while the source reads on. */
#include "world.h"

#include <stdio.h>

/* ---- blocks ---- */

static struct weir_block *text_block(const struct weir_type *schema,
                                     const char *before,
                                     const char *text,
                                     const char *after)
{
    size_t skip = strlen(before);
    size_t bytes = strlen(text);
    struct weir_buffer *buffer = weir_buffer_create(skip + bytes + strlen(after));
    memcpy(buffer->data, before, skip);
    memcpy(buffer->data + skip, text, bytes);
    memcpy(buffer->data + skip + bytes, after, strlen(after));
    buffer->bytes = skip + bytes + strlen(after);
    return weir_block_of_text(schema, buffer, skip, bytes, 0);
}

static void check_lines(const char *text, const char *want, uint64_t records)
{
    struct trial trial;
    struct weir_text have;
    weir_text_init(&have);
    weir_text_put(&have, "");
    trial_open(&trial, "trial.lines | map line | print");
    struct weir_block *block =
        text_block(trial_schema(&trial), "not this line\nnor ", text, "this\n");
    assert_int_equal(weir_scan_block(&trial.task, block, true, trial.first), WEIR_OK);
    weir_block_release(block);
    trial_result(&trial, &have);
    assert_string_equal(have.bytes, want);
    assert_int_equal(trial.task.records_in, records);
    assert_int_equal(trial.task.rows_out, records);
    weir_text_finish(&have);
    trial_close(&trial);
}

static void test_text_block(void **state)
{
    (void)state;
    check_lines("", "", 0);
    check_lines("one line of more than twelve bytes",
                "{\"line\":\"one line of more than twelve bytes\"}\n", 1);
    check_lines("a\n\nb\r\nc",
                "{\"line\":\"a\"}\n{\"line\":\"\"}\n{\"line\":\"b\"}\n{\"line\":\"c\"}\n", 4);
    check_lines("\n", "{\"line\":\"\"}\n", 1);
}

/* Behind a block another thread may be writing: no word of it may be read by way of a line. */
static int find_borders(struct weir_step *step,
                        struct weir_exec_task *task,
                        const struct weir_rows *rows)
{
    const weir_view *views = rows->columns[0].data;
    (void)step;
    for (uint32_t r = 0; r < rows->rows; r++) {
        const struct weir_buffer *heap = rows->heaps->buffers[views[r].buffer];
        if (views[r].count > WEIR_VIEW_INLINE_BYTES) {
            size_t end = (size_t)(views[r].offset + views[r].count);
            bool is_safe = views[r].buffer != 0 ? end == heap->bytes
                                                : end + WEIR_VIEW_INLINE_BYTES <= task->seed;
            assert_true(is_safe);
        }
    }
    return WEIR_OK;
}

static void test_end_of_block(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "first line, which is long\nlast line, which is long\n",
        "first line, which is long\nlast line, which is long",
        "first line, which is long\nshort\n",
        "first line, which is long\n\n\n\n\n",
        "short\n",
        "first line, which is long\nsomewhat longer\r\n\n",
    };
    struct weir_step step = {.push = find_borders};
    struct weir_error err;
    struct weir_graph *graph = world_graph("trial.lines | print");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct weir_block *block =
            text_block(graph->nodes[0].schema, "before\n", texts[i], "words behind the block\n");
        struct weir_exec_task task = {.seed = block->text_offset + block->text_bytes, .err = &err};
        assert_int_equal(weir_scan_block(&task, block, true, &step), WEIR_OK);
        weir_block_release(block);
    }
    weir_graph_destroy(graph);
}

/* More lines than a chunk holds, and a limit that ends the scan. */
static void test_many_lines(void **state)
{
    (void)state;
    enum { LINES = 5000 };
    struct trial trial;
    struct weir_text text;
    struct weir_text want;
    struct weir_text have;
    weir_text_init(&text);
    weir_text_init(&want);
    weir_text_init(&have);
    for (int i = 0; i < LINES; i++) {
        weir_text_printf(&text, "line number %d\n", i);
        weir_text_printf(&want, "{\"line\":\"line number %d\"}\n", i);
    }
    trial_open(&trial, "trial.lines | map line | print");
    struct weir_block *block = text_block(trial_schema(&trial), "", text.bytes, "");
    assert_int_equal(weir_scan_block(&trial.task, block, false, trial.first), WEIR_OK);
    trial_result(&trial, &have);
    assert_string_equal(have.bytes, want.bytes);
    assert_int_equal(trial.task.records_in, 0); /* not input: counted by another stage */

    struct weir_step *limit = weir_limit_create(10, trial.collect);
    trial_begin(&trial);
    assert_int_equal(weir_scan_block(&trial.task, block, true, limit), WEIR_OK);
    assert_true(trial.task.wants_no_more);
    assert_int_equal(trial.task.records_in, WEIR_CHUNK_ROWS_MAX);
    assert_int_equal(limit->finish(limit, &trial.task), WEIR_OK);
    struct weir_block *ten = weir_collect_take(trial.collect);
    assert_int_equal(ten->rows, 10);
    weir_block_release(ten);
    limit->destroy(limit);
    weir_block_release(block);
    weir_text_finish(&text);
    weir_text_finish(&want);
    weir_text_finish(&have);
    trial_close(&trial);
}

/* A block of columns is given as it was collected. */
static void test_column_block(void **state)
{
    (void)state;
    struct random_rows random = {11, 20, 100};
    struct trial trial;
    struct weir_table table;
    struct weir_text want;
    struct weir_text have;
    weir_text_init(&want);
    weir_text_init(&have);
    trial_open(&trial, "trial.rows | filter a < 1000 | print");
    random_table(&random, trial_schema(&trial), 2 * WEIR_CHUNK_ROWS_MAX + 77, &table);
    for (uint32_t r = 0; r < table.all.rows; r++) {
        if (!weir_column_is_null(&table.columns[0], r)) {
            weir_json_row(&want, &table.all, r, 0, NULL);
            weir_text_put(&want, "\n");
        }
    }
    struct weir_block *block = weir_block_of_table(&table);
    assert_int_equal(weir_scan_block(&trial.task, block, true, trial.first), WEIR_OK);
    assert_int_equal(trial.task.records_in, 2 * WEIR_CHUNK_ROWS_MAX + 77);
    trial_result(&trial, &have);
    assert_string_equal(have.bytes, want.bytes);
    weir_block_release(block);
    weir_text_finish(&want);
    weir_text_finish(&have);
    trial_close(&trial);
}

/* ---- sources ---- */

struct reading {
    struct trial trial;
    struct weir_call call;
};

static void reading_open(struct reading *r, const char *pipe)
{
    trial_open(&r->trial, pipe);
    memset(&r->call, 0, sizeof r->call);
    const struct weir_node *input = &r->trial.graph->nodes[0];
    assert_int_equal(weir_call_open(&r->call, input->op, input->params, &r->trial.err), WEIR_OK);
}

static void reading_close(struct reading *r)
{
    weir_call_close(&r->call);
    trial_close(&r->trial);
}

static int read_text(struct reading *r, const char *range)
{
    weir_bytes bytes = {(const uint8_t *)range, strlen(range)};
    return weir_scan_source(&r->trial.task, &r->call, trial_schema(&r->trial), bytes,
                            r->trial.first);
}

/* Pieces are read into one buffer, but what was collected from it stays as it was. */
static void test_text_source(void **state)
{
    (void)state;
    struct reading r;
    struct weir_text have;
    weir_text_init(&have);
    reading_open(&r, "trial.lines | map line | print");
    assert_int_equal(read_text(&r,
                               "the first line of all\nx\n|another line, and a long one\n||last, "
                               "without its end"),
                     WEIR_OK);
    assert_int_equal(r.trial.task.records_in, 4);
    trial_result(&r.trial, &have);
    assert_string_equal(have.bytes, "{\"line\":\"the first line of all\"}\n{\"line\":\"x\"}\n"
                                    "{\"line\":\"another line, and a long one\"}\n"
                                    "{\"line\":\"last, without its end\"}\n");
    weir_text_finish(&have);
    reading_close(&r);
}

static void test_source_failures(void **state)
{
    (void)state;
    struct reading r;
    reading_open(&r, "trial.lines | map line | print");
    assert_int_equal(read_text(&r, "good\n|!"), WEIR_EJOB);
    assert_string_equal(r.trial.err.text, "org.example.trial/lines: the disk is on fire");
    assert_false(r.trial.task.may_retry);
    r.trial.first->abandon(r.trial.first, &r.trial.task);

    trial_begin(&r.trial);
    assert_int_equal(read_text(&r, "?"), WEIR_EJOB);
    assert_true(r.trial.task.may_retry);
    r.trial.first->abandon(r.trial.first, &r.trial.task);

    trial_begin(&r.trial);
    assert_int_equal(read_text(&r, "#"), WEIR_EJOB);
    assert_non_null(strstr(r.trial.err.text, "commits 1001 bytes of text, but has reserved 101"));
    r.trial.first->abandon(r.trial.first, &r.trial.task);
    reading_close(&r);
}

/* What fails behind a source is not the source's failure; what is enough ends it in peace. */
static void test_chain_ends_source(void **state)
{
    (void)state;
    struct reading r;
    reading_open(&r, "trial.lines | map v = trial.fatal(text.length(line) - 3) | print");
    assert_int_equal(read_text(&r, "abc\n|ab\n|!"), WEIR_EJOB);
    assert_non_null(strstr(r.trial.err.text, "org.example.trial/fatal: no way with -1"));
    r.trial.first->abandon(r.trial.first, &r.trial.task);
    reading_close(&r);
    reading_open(&r, "trial.lines | map line | print");
    struct weir_step *limit = weir_limit_create(2, r.trial.collect);
    struct weir_step *first = r.trial.first;
    r.trial.first = limit;
    assert_int_equal(read_text(&r, "a\nb\nc\n|!"), WEIR_OK);
    assert_int_equal(limit->finish(limit, &r.trial.task), WEIR_OK);
    r.trial.first = first;
    limit->destroy(limit);
    reading_close(&r);
}

static void test_row_source(void **state)
{
    (void)state;
    static const int64_t counts[] = {0, 1, 2047, 2048, 2049, 20000};
    struct reading r;
    reading_open(&r, "trial.counting | map number, text, third | print");
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct weir_text want;
        struct weir_text have;
        weir_text_init(&want);
        weir_text_init(&have);
        weir_text_put(&want, "");
        weir_text_put(&have, "");
        for (int64_t n = 0; n < counts[i]; n++) {
            char letters[64];
            memset(letters, 'a' + (int)(n % 26), sizeof letters);
            weir_text_printf(&want, "{\"number\":%lld,\"text\":\"%.*s\",\"third\":%s}\n",
                             (long long)n, (int)(n % 64), letters, n % 3 == 0 ? "true" : "false");
        }
        weir_bytes range = {(const uint8_t *)&counts[i], sizeof counts[i]};
        trial_begin(&r.trial);
        assert_int_equal(
            weir_scan_source(&r.trial.task, &r.call, trial_schema(&r.trial), range, r.trial.first),
            WEIR_OK);
        assert_int_equal(r.trial.task.records_in, counts[i]);
        trial_result(&r.trial, &have);
        assert_string_equal(have.bytes, want.bytes);
        weir_text_finish(&want);
        weir_text_finish(&have);
    }
    reading_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_block),        cmocka_unit_test(test_end_of_block),
        cmocka_unit_test(test_many_lines),        cmocka_unit_test(test_column_block),
        cmocka_unit_test(test_text_source),       cmocka_unit_test(test_source_failures),
        cmocka_unit_test(test_chain_ends_source), cmocka_unit_test(test_row_source),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
