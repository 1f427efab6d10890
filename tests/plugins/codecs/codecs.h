/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the codecs share: a harness on one of weir's codecs, and lines fed as they are,
 * whatever the harness's own text would escape. */
#ifndef TESTS_PLUGINS_CODECS_H
#define TESTS_PLUGINS_CODECS_H

#include <weir/harness.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The call succeeds. */
#define OK(h, call)                                                                                \
    do {                                                                                           \
        if ((call) != 0) {                                                                         \
            fail_msg("%s", weir_harness_error(h));                                                 \
        }                                                                                          \
    } while (0)

/* The call fails, and says so among other things. */
#define FAILS(h, call, text)                                                                       \
    do {                                                                                           \
        if ((call) == 0) {                                                                         \
            fail_msg("expected the failure '%s'", text);                                           \
        }                                                                                          \
        if (strstr(weir_harness_error(h), text) == NULL) {                                         \
            fail_msg("expected '%s', found '%s'", text, weir_harness_error(h));                    \
        }                                                                                          \
    } while (0)

/* Opens `call`, which begins with the codec's name. */
static inline struct weir_harness *open_codec(const char *call)
{
    char path[1024];
    struct weir_harness *h;
    (void)snprintf(path, sizeof path, "%s/%.*s.so", WEIR_CODECS, (int)strcspn(call, " "), call);
    OK(h, weir_harness_open(&h, path, call));
    return h;
}

/* Bytes as the harness's text of one cell; the caller's to free. lines: '\n' ends a row. */
static inline char *escaped(const void *bytes, size_t count, bool lines)
{
    const char *from = bytes;
    char *text = malloc(2 * count + 1);
    char *to = text;
    for (size_t i = 0; i < count; i++) {
        const bool is_end = from[i] == '\n';
        if (from[i] == '\\' || from[i] == '|' || (is_end && !lines)) {
            *to++ = '\\';
        }
        *to++ = is_end && !lines ? 'n' : from[i];
    }
    *to = '\0';
    return text;
}

static inline void feed_lines(struct weir_harness *h, const char *lines)
{
    char *text = escaped(lines, strlen(lines), true);
    OK(h, weir_harness_feed(h, text));
    free(text);
}

/* Feeds the lines and compares the rows. */
static inline void gives(struct weir_harness *h, const char *lines, const char *rows)
{
    feed_lines(h, lines);
    OK(h, weir_harness_expect(h, rows));
}

/* One line, which is a bad record; the next one is read all the same. */
static inline void is_bad(struct weir_harness *h, const char *line, const char *why)
{
    feed_lines(h, line);
    if (weir_harness_expect_bad(h, why) != 0) {
        fail_msg("%s: %s", line, weir_harness_error(h));
    }
    OK(h, weir_harness_expect(h, ""));
}

/* A generator of the tests' own: the same numbers everywhere. */
static inline uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

#endif
