/* SPDX-License-Identifier: Apache-2.0 */
/* The sink, and what is in blocks. */
#include "received.h"

#include "play.h"

#include "lang/lang.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

extern const struct weir_plugin weir_plugin_e1_rush;

/* Calls `each` for the text of every record: lines, or the first text column. */
static void each_record(const struct weir_block *block,
                        void (*each)(struct received *r, weir_str text),
                        struct received *r)
{
    if (block->kind == WEIR_BLOCK_TEXT) {
        const char *at = (const char *)block->text->data + block->text_offset;
        const char *end = at + block->text_bytes;
        uint64_t lines = 0;
        for (; at < end; lines++) {
            const char *newline = memchr(at, '\n', (size_t)(end - at));
            assert_non_null(newline);
            each(r, (weir_str){at, (size_t)(newline - at)});
            at = newline + 1;
        }
        assert_int_equal(lines, block->rows);
        return;
    }
    const struct weir_rows *rows = &block->table.all;
    uint32_t column = rows->columns[0].type->kind == WEIR_TYPE_STR ? 0 : 1;
    const weir_view *views = rows->columns[column].data;
    for (uint32_t i = 0; i < rows->rows; i++) {
        if (column == 1) {
            assert_int_equal(((const int64_t *)rows->columns[0].data)[i], r->records);
        }
        each(r, weir_view_str(&views[i], rows->heaps));
    }
}

static void note_record(struct received *r, weir_str text)
{
    weir_text_printf(&r->notes, " %.*s", (int)text.count, text.bytes);
    r->records++;
}

/* The number is at the end, or in front of dots. */
static void check_record(struct received *r, weir_str text)
{
    size_t at = 0;
    while (at < text.count && (text.bytes[at] < '0' || text.bytes[at] > '9')) {
        at++;
    }
    int64_t number = 0;
    for (; at < text.count && text.bytes[at] >= '0' && text.bytes[at] <= '9'; at++) {
        number = number * 10 + (text.bytes[at] - '0');
    }
    assert_int_equal(number, r->records);
    r->records++;
}

static void take_block(void *owner, uint32_t input, struct weir_block *block, int64_t closed_us)
{
    struct received *r = owner;
    assert_int_equal(input, 7);
    assert_true(block->rows > 0 && block->bytes > 0);
    if (!r->is_counting) {
        weir_text_printf(&r->notes, "[%" PRId64 "] block %" PRIu64 ":", closed_us / 1000,
                         block->rows);
    }
    each_record(block, r->is_counting ? check_record : note_record, r);
    if (!r->is_counting) {
        weir_text_put(&r->notes, "\n");
    }
    r->blocks++;
    if (r->seen != NULL) {
        atomic_store(r->seen, r->records);
    }
    if (!r->frees_at_once) {
        r->held_bytes += block->bytes;
        r->most_held = r->held_bytes > r->most_held ? r->held_bytes : r->most_held;
        weir_receiver_held(r->supervisor, r->held_bytes);
    }
    weir_block_release(block);
}

static void take_state(
    void *owner, uint32_t input, enum weir_receiver_state state, int status, const char *text)
{
    static const char *const names[] = {[WEIR_RECEIVER_CONNECTED] = "connected",
                                        [WEIR_RECEIVER_WAITING] = "waiting",
                                        [WEIR_RECEIVER_ENDED] = "ended"};
    struct received *r = owner;
    assert_int_equal(input, 7);
    assert_false(r->has_ended);
    r->waits += state == WEIR_RECEIVER_WAITING ? 1 : 0;
    if (!r->is_counting) {
        weir_text_printf(&r->notes, "[%" PRId64 "] %s%s%s\n", r->env->ops->now_us(r->env) / 1000,
                         names[state], text[0] == '\0' ? "" : ": ", text);
    }
    if (state == WEIR_RECEIVER_ENDED) {
        r->has_ended = true;
        (void)weir_error_set(&r->err, status, "%s", text);
        r->env->ops->stop(r->env);
    }
}

void received_open(struct received *r,
                   struct weir_env *env,
                   const char *job,
                   const struct weir_receive_options *options)
{
    const struct weir_receive_sink sink = {r, take_block, take_state};
    struct weir_error err;
    *r = (struct received){.env = env};
    r->registry = play_registry(env);
    assert_int_equal(
        weir_registry_use_static(r->registry, &weir_plugin_e1_rush, "rush", false, &err), WEIR_OK);
    r->graph = play_graph(r->registry, job);
    assert_int_equal(
        weir_receiver_create(env, 7, &r->graph->nodes[0], options, &sink, &r->supervisor, &err),
        WEIR_OK);
}

void received_close(struct received *r)
{
    weir_receiver_destroy(r->supervisor);
    weir_graph_destroy(r->graph);
    weir_registry_destroy(r->registry);
    weir_text_finish(&r->notes);
}

void received_process(struct received *r)
{
    r->held_bytes = 0;
    weir_receiver_held(r->supervisor, 0);
}
