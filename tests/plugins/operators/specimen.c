/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin linked into test_loop by WEIR_STATIC: operators whose only purpose is to show what the
 * generated loops do with them. */
#include <weir/operator.h>

WEIR_FUNCTION(int64_t, forty_two, ())
{
    return 42;
}

WEIR_FUNCTION(weir_ts, batch_time, (void))
{
    return weir_ts_make(weir_batch_us(ctx));
}

/* One parameter of each type, each with a weight of its own. */
WEIR_FUNCTION(
    double,
    mixed,
    (bool, a, int32_t, b, int64_t, c, double, d, weir_str, e, weir_bytes, f, weir_ts, g, bool, h))
{
    return (a ? 1 : 0) + 10.0 * b + 100.0 * (double)c + d + 1e6 * (double)e.count +
           (f.count > 0 ? 1e7 * f.bytes[f.count - 1] : 0) + (double)g.us + (h ? 0.5 : 0);
}

WEIR_FUNCTION(bool, is_odd, (int32_t, a))
{
    return a % 2 != 0;
}

WEIR_FUNCTION(int32_t, narrow, (int32_t, a))
{
    return -a;
}

/* Fails where b is 0, for good where it is -1. */
WEIR_FUNCTION(int64_t, quotient, (int64_t, a, int64_t, b))
{
    if (b == 0 || b == -1) {
        weir_fail(ctx, b == 0 ? WEIR_BAD_RECORD : WEIR_FATAL, "no %d / %d", (int)a, (int)b);
        return 0;
    }
    return a / b;
}

/* A slice of its second argument. */
WEIR_FUNCTION(weir_str, behind, (weir_str, ignored, weir_str, text, int64_t, start))
{
    (void)ignored;
    return weir_str_slice(text, (size_t)start, text.count);
}

WEIR_FUNCTION(weir_bytes, literal, (int64_t, count))
{
    return weir_bytes_make("0123456789abcdefghij", (size_t)count);
}

/* Cuts a text into pieces of `size` bytes, each with its place and a longer name made on the arena.
 * Fails behind the third piece where size is 3. */
WEIR_EMITTER(pieces,
             (weir_str, text, int64_t, size),
             (weir_str, piece, int64_t, at, weir_str, name))
{
    for (size_t at = 0; at < text.count; at += (size_t)size) {
        weir_str piece = weir_str_slice(text, at, (size_t)size);
        char *name = (char *)weir_arena(ctx, piece.count + 16);
        memcpy(name, "the piece named ", 16);
        memcpy(name + 16, piece.bytes, piece.count);
        WEIR_EMIT(piece, (int64_t)at, weir_str_make(name, piece.count + 16));
        if (size == 3 && at == 6) {
            weir_fail(ctx, WEIR_BAD_RECORD, "three is a crowd");
            return;
        }
    }
}

WEIR_EMITTER(count_to, (int64_t, n), (int32_t, i, bool, is_last))
{
    for (int32_t i = 0; i < n; i++) {
        WEIR_EMIT(i, i + 1 == n);
    }
}

WEIR_EMITTER(always_two, (), (double, half))
{
    WEIR_EMIT(0.5);
    WEIR_EMIT(1.5);
}

WEIR_HELP(forty_two, "the answer", "generate lines | map y = specimen.forty_two() | print");
WEIR_PLUGIN("org.weir.test.specimen", "0.0.1", "for test_loop", "Apache-2.0");
