/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin with what the binder must be able to tell apart and weir's own plugins do not have:
 * records of every type, overloads, an emitter of two columns, parameters of every kind. Nothing of
 * it ever runs. */
#include <weir/plugin.h>

static int orders_run(struct weir_receiver *rx)
{
    (void)rx;
    return WEIR_OK;
}
WEIR_RECEIVER(orders, (), orders_run, NULL, NULL);
WEIR_BIND(orders)
{
    static const char *const fields[][2] = {{"item", "str"},
                                            {"price", "f64"},
                                            {"n", "i64"},
                                            {"small", "i32"},
                                            {"ok", "bool"},
                                            {"at", "ts"},
                                            {"raw", "bytes"},
                                            {"tags", "list<str>"},
                                            {"lines", "list<{sku: str, n: i64}>"},
                                            {"geo", "{lat: f64, at: {x: i64}}"}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        int rc = weir_declare(bind, fields[i][0], fields[i][1]);
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    return WEIR_OK;
}

static int book_next(struct weir_task *task,
                     weir_bytes from,
                     const struct weir_source_limit *limit,
                     struct weir_range *answer)
{
    (void)task, (void)from, (void)limit;
    answer->is_last = 1;
    return WEIR_OK;
}
static int book_read(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    (void)task, (void)range, (void)scan;
    return WEIR_OK;
}
WEIR_TEXT_SOURCE(book, WEIR_FINITE, book_next, NULL, book_read, NULL);

WEIR_FUNCTION(bool, is_dear, (double, price))
{
    return price > 100;
}
WEIR_FUNCTION(double, total, (double, price, int64_t, n))
{
    return price * (double)n;
}
WEIR_FUNCTION_AS(half_i64, "half", 0, int64_t, (int64_t, x))
{
    return x / 2;
}
WEIR_FUNCTION_AS(half_f64, "half", 0, double, (double, x))
{
    return x / 2;
}
WEIR_FUNCTION(double, scale, (double, x))
{
    return x * weir_param_f64(ctx, "by");
}
WEIR_PARAMS(scale,
            WEIR_PARAM_F64_IN(by, default(2), 0, 100, "factor"),
            WEIR_PARAM_DURATION(within, default(1s), "for nothing"),
            WEIR_PARAM_STR(unit, optional, "for nothing"));

WEIR_EMITTER(both, (weir_str, item), (weir_str, left, int64_t, right))
{
    WEIR_EMIT(item, 1);
}

WEIR_REDUCER(bool, any, (a, b))
{
    return a || b;
}
WEIR_REDUCER_AS(most_i64, "most", 0, int64_t, (a, b))
{
    return a > b ? a : b;
}
WEIR_REDUCER_AS(most_f64, "most", 0, double, (a, b))
{
    return a > b ? a : b;
}

static int post_begin(struct weir_task *task, weir_str txn)
{
    (void)task, (void)txn;
    return WEIR_OK;
}
static int post_write(struct weir_task *task,
                      const struct weir_chunk *in,
                      const struct ArrowSchema *schema)
{
    (void)task, (void)in, (void)schema;
    return WEIR_OK;
}
static int post_prepare(struct weir_task *task, weir_bytes *token)
{
    (void)task, (void)token;
    return WEIR_OK;
}
static int post_commit(struct weir_task *task,
                       int64_t batch_us,
                       const weir_bytes *const *tokens,
                       size_t count)
{
    (void)task, (void)batch_us, (void)tokens, (void)count;
    return WEIR_OK;
}
WEIR_SINK(post, WEIR_IDEMPOTENT, post_begin, post_write, post_prepare, post_commit, NULL, NULL);
WEIR_PARAMS(post,
            WEIR_PARAM_STR(url, positional, "where to"),
            WEIR_PARAM_STR(token, secret, "who we are"),
            WEIR_PARAM_DURATION_IN(timeout, default(5s), 1ms, 1h, "how long to wait"),
            WEIR_PARAM_SIZE(body, default(1MiB), "at most so much at once"),
            WEIR_PARAM_I64_IN(tries, default(3), 1, 9, "how often"),
            WEIR_PARAM_BOOL(gzip, default(false), "compress"));

WEIR_PLUGIN("org.example.shop", "1.0.0", "for the tests of the binder", "Apache-2.0");
