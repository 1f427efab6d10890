/* SPDX-License-Identifier: Apache-2.0 */
/* Lines against a cutter that looks at one byte at a time. */
#include "random_rows.h"

#include "data/data.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_BYTES_MAX = 700, LINES_MAX = TEXT_BYTES_MAX + 1 };

static uint32_t cut_slowly(const char *text, size_t bytes, weir_str *lines)
{
    uint32_t count = 0;
    size_t start = 0;
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] == '\n') {
            size_t end = i > start && text[i - 1] == '\r' ? i - 1 : i;
            lines[count++] = (weir_str){text + start, end - start};
            start = i + 1;
        }
    }
    if (start < bytes) {
        lines[count++] = (weir_str){text + start, bytes - start};
    }
    return count;
}

static void assert_view(const weir_view *view, weir_str expected, const char *text)
{
    assert_int_equal(view->count, expected.count);
    if (expected.count > WEIR_VIEW_INLINE_BYTES) {
        assert_int_equal(view->buffer, 3);
        assert_ptr_equal(text + view->offset, expected.bytes);
        assert_memory_equal(view->prefix, expected.bytes, 4);
        return;
    }
    char cell[WEIR_VIEW_INLINE_BYTES] = {0};
    memcpy(cell, expected.bytes, expected.count);
    assert_memory_equal((const char *)view + 4, cell, sizeof cell); /* what is unused is zero */
}

static void assert_cut(const char *text, size_t bytes, uint32_t cap)
{
    static weir_str expected[LINES_MAX];
    static weir_view views[LINES_MAX];
    uint32_t lines = cut_slowly(text, bytes, expected);
    uint32_t done = 0;
    size_t at = 0;
    for (;;) {
        uint32_t got = weir_cut_lines((const uint8_t *)text, bytes, &at, 3, views, cap);
        assert_true(got <= cap);
        if (got == 0) {
            break;
        }
        for (uint32_t i = 0; i < got; i++) {
            assert_view(&views[i], expected[done + i], text);
        }
        done += got;
    }
    assert_int_equal(done, lines);
    assert_int_equal(at, bytes);
    assert_int_equal(weir_count_lines((const uint8_t *)text, bytes), lines);
}

static void any_text_is_cut(void **state)
{
    (void)state;
    struct random random = {2718281828, NULL};
    for (int round = 0; round < 3000; round++) {
        size_t bytes = random_below(&random, 4) == 0 ? random_below(&random, 20)
                                                     : random_below(&random, TEXT_BYTES_MAX);
        uint32_t rarity = 1 + random_below(&random, 60);
        char *text = weir_alloc(bytes + 1); /* exactly as long as it is: sanitizers watch the end */
        char *exact = weir_realloc(text, bytes == 0 ? 1 : bytes);
        for (size_t i = 0; i < bytes; i++) {
            uint32_t dice = random_below(&random, rarity + 2);
            exact[i] = dice == 0 ? '\n' : dice == 1 ? '\r' : (char)('a' + dice % 26);
        }
        assert_cut(exact, bytes, 1 + random_below(&random, 40));
        weir_free(exact);
    }
}

static void edges(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",    "\n",    "\r\n",       "\r",       "a",
        "a\r", "a\r\n", "\n\n\r\n\n", "a\r\r\nb", "no feed at the end, more than twelve"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_cut(texts[i], strlen(texts[i]), 1);
        assert_cut(texts[i], strlen(texts[i]), 100);
    }
    size_t at = 0;
    weir_view view;
    assert_int_equal(weir_cut_lines((const uint8_t *)"a\n", 2, &at, 0, &view, 0), 0);
    assert_int_equal(at, 0);
}

/* A line of 100 MB is one view. */
static void a_very_long_line(void **state)
{
    (void)state;
    size_t bytes = 100 * 1000 * 1000;
    struct weir_buffer *buffer = weir_buffer_create(bytes);
    memset(buffer->data, 'x', bytes);
    buffer->data[bytes - 1] = '\n';
    weir_view views[2];
    size_t at = 0;
    assert_int_equal(weir_cut_lines(buffer->data, bytes, &at, 0, views, 2), 1);
    assert_int_equal(views[0].count, bytes - 1);
    assert_int_equal(weir_count_lines(buffer->data, bytes), 1);
    weir_buffer_release(buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_text_is_cut),
        cmocka_unit_test(edges),
        cmocka_unit_test(a_very_long_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
