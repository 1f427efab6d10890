/* SPDX-License-Identifier: Apache-2.0 */
/* Codecs: what was encoded is decoded to the same rows, and bytes that nobody has encoded are bad
 * records, whatever they are. */
#include "kit/try/cell.h"
#include "kit/try/try.h"

#include <string.h>

enum { GARBAGE_RECORDS = 300, GARBAGE_BYTES_MAX = 60, PIECE_BYTES_MAX = 40, MUTATIONS = 4 };

static bool is_stream(const struct weir_try *t)
{
    return t->made.op->codec->decode == NULL;
}

/* All parts encoded: the encoded column, a line each. */
static const char *encode_all(struct weir_try *t, struct weir_text *to)
{
    return weir_try_once(t, t->made.call, to);
}

/* Gives a stream's bytes in pieces of any size. */
static int stream_bytes(struct weir_try *t, struct weir_harness *h, const struct weir_text *bytes)
{
    int failed = 0;
    for (size_t at = 0; at < bytes->count && failed == 0;) {
        size_t piece = 1 + weir_random_below(&t->made.random, PIECE_BYTES_MAX);
        piece = piece < bytes->count - at ? piece : bytes->count - at;
        failed = weir_harness_stream(h, bytes->bytes + at, piece, at + piece == bytes->count);
        at += piece;
    }
    return failed;
}

/* The encoded lines back into rows. */
static const char *decode_all(struct weir_try *t,
                              const struct weir_text *encoded,
                              struct weir_text *to)
{
    struct weir_harness *h;
    const char *why = NULL;
    int failed = weir_harness_open(&h, t->made.file, t->made.call);
    if (is_stream(t)) {
        struct weir_text bytes;
        weir_text_init(&bytes);
        for (const char *line = weir_text_str(encoded).bytes; *line != '\0';) {
            const size_t count = strcspn(line, "\n");
            weir_cell_unescape(line, count, &bytes);
            line += count + (line[count] == '\n' ? 1 : 0);
        }
        failed = failed != 0 ? failed : stream_bytes(t, h, &bytes);
        weir_text_finish(&bytes);
    } else {
        failed = failed != 0 ? failed : weir_harness_feed(h, weir_text_str(encoded).bytes);
    }
    if (failed != 0 || weir_try_take(h, to) != 0) {
        why = weir_arena_printf(&t->made.arena, "%.600s", weir_harness_error(h));
    }
    weir_harness_close(h);
    return why;
}

static void check_round_trip(struct weir_try *t, const struct weir_text *encoded)
{
    struct weir_text rows, found;
    weir_finding_begin("round trip");
    weir_text_init(&rows);
    weir_text_init(&found);
    for (uint32_t i = 0; i < WEIR_TRY_PARTS; i++) {
        weir_text_append(&rows, t->rows[i].bytes, t->rows[i].count);
    }
    const char *why = decode_all(t, encoded, &found);
    weir_try_put_law(t, "round trip", "decode(encode(rows)) = rows", why, &rows, &found);
    weir_text_finish(&rows);
    weir_text_finish(&found);
}

/* ---- garbage ---- */
/* A record of any bytes, or one that was encoded, with some of them changed, lost or doubled. */
static void put_garbage(struct weir_try *t, const struct weir_text *encoded, struct weir_text *to)
{
    struct weir_random *random = &t->made.random;
    if (encoded->count < 2 || weir_random_below(random, 3) == 0) {
        const uint64_t count = weir_random_below(random, GARBAGE_BYTES_MAX);
        for (uint64_t i = 0; i < count; i++) {
            const char byte = (char)weir_random_below(random, 256);
            weir_text_append(to, &byte, 1);
        }
        return;
    }
    const size_t from = weir_random_below(random, encoded->count - 1);
    const char *line = encoded->bytes + from;
    while (line > encoded->bytes && line[-1] != '\n') {
        line--;
    }
    weir_cell_unescape(line, strcspn(line, "\n"), to);
    for (uint64_t i = 0; to->count > 0 && i < MUTATIONS; i++) {
        const size_t at = weir_random_below(random, to->count);
        const uint64_t way = weir_random_below(random, 3);
        if (way == 0) {
            to->bytes[at] = (char)weir_random_below(random, 256);
        } else if (way == 1) {
            to->count = at;
        } else {
            const char byte = to->bytes[at];
            weir_text_append(to, &byte, 1);
        }
    }
}

/* NULL, or why it was not refused as a bad record. A stream may end by failing. */
static const char *try_garbage(struct weir_try *t, const struct weir_text *bytes)
{
    struct weir_text cell;
    struct weir_harness *h;
    const char *why = NULL;
    weir_text_init(&cell);
    int failed = weir_harness_open(&h, t->made.file, t->made.call);
    if (failed == 0 && is_stream(t)) {
        (void)stream_bytes(t, h, bytes);
    } else if (failed == 0) {
        weir_cell_escape(weir_text_str(bytes).bytes, bytes->count, &cell);
        failed = weir_harness_feed(h, weir_text_str(&cell).bytes);
    }
    if (failed != 0) {
        why = weir_arena_printf(&t->made.arena, "expected a bad record of '%.120s', found: %.400s",
                                weir_text_str(&cell).bytes, weir_harness_error(h));
    }
    weir_harness_close(h);
    weir_text_finish(&cell);
    return why;
}

static void check_garbage(struct weir_try *t, const struct weir_text *encoded)
{
    struct weir_text bytes;
    const char *why = NULL;
    weir_finding_begin("garbage");
    weir_text_init(&bytes);
    for (int i = 0; i < GARBAGE_RECORDS && why == NULL; i++) {
        bytes.count = 0;
        put_garbage(t, encoded, &bytes);
        why = try_garbage(t, &bytes);
    }
    weir_text_finish(&bytes);
    weir_finding_put(t->findings, why == NULL ? WEIR_FINDING_PASS : WEIR_FINDING_FAIL, "garbage",
                     "%s", why != NULL ? why : "300 records of random and of changed bytes");
}

void weir_try_codec(struct weir_try *t)
{
    const struct weir_codec_ops *ops = t->made.op->codec;
    struct weir_text encoded;
    weir_text_init(&encoded);
    if (ops->encode == NULL || t->made.count == 0 ||
        (ops->decode == NULL && ops->feed == NULL && ops->frame == NULL)) {
        weir_finding_put(t->findings, WEIR_FINDING_SKIP, "round trip",
                         "it goes one way only, or its fields are not known");
    } else {
        const char *why = encode_all(t, &encoded);
        if (why == NULL) {
            check_round_trip(t, &encoded);
        }
    }
    if (ops->decode != NULL || ops->feed != NULL) {
        check_garbage(t, &encoded);
    }
    weir_text_finish(&encoded);
}
