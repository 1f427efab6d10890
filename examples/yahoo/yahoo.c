/* SPDX-License-Identifier: Apache-2.0 */
/* The events of the Yahoo streaming benchmark: views, clicks and purchases of ads, ten ads to a
 * campaign. Event number i follows from the seed and i alone. Source: Chintapalli and others,
 * Benchmarking Streaming Computation Engines: Storm, Flink and Spark Streaming. */
#include <weir/io.h>
#include <weir/plugin.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ADS_PER_CAMPAIGN = 10, NAME_BYTES_MAX = 32, CHUNK_ROWS = 1024 };

static const char *const types[] = {"view", "click", "purchase"};
static const char *const formats[] = {"banner", "modal", "sponsored-search", "mail", "mobile"};

/* splitmix64 */
static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* "ad-00000000075bcd15": as long as names of the benchmark are wide. */
static void put_name(struct weir_out *out, uint32_t column, const char *what, uint64_t number)
{
    char text[NAME_BYTES_MAX];
    int count = snprintf(text, sizeof text, "%s-%016" PRIx64, what, number);
    weir_row_str(out, column, weir_str_make(text, (size_t)count));
}

struct span {
    int64_t first, end;
};

/* The next `per_batch` of `count` records. */
static int next_span(struct weir_task *task,
                     weir_bytes from,
                     int64_t count,
                     int64_t per_batch,
                     struct weir_range *answer)
{
    struct span *spans = (struct span *)weir_arena(task, 2 * sizeof *spans);
    if (from.count == sizeof spans->first) {
        memcpy(&spans[0].first, from.bytes, sizeof spans->first);
    }
    spans[0].end = spans[0].first + per_batch < count ? spans[0].first + per_batch : count;
    spans[1].first = spans[0].end;
    answer->range = weir_bytes_make(&spans[0], sizeof spans[0]);
    answer->to = weir_bytes_make(&spans[1].first, sizeof spans[1].first);
    answer->is_last = spans[0].end == count;
    return WEIR_OK;
}

static int split(struct weir_task *task, weir_bytes range, uint32_t parts, struct weir_split *to)
{
    struct span whole, *part = (struct span *)weir_arena(task, sizeof *part);
    memcpy(&whole, range.bytes, sizeof whole);
    for (uint32_t p = 0; p < parts; p++) {
        part->first = whole.first + (whole.end - whole.first) * p / parts;
        part->end = whole.first + (whole.end - whole.first) * (p + 1) / parts;
        int rc = to->part(to, weir_bytes_make(part, sizeof *part));
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    return WEIR_OK;
}

/* ---- events ---- */
static int next_events(struct weir_task *task,
                       weir_bytes from,
                       const struct weir_source_limit *limit,
                       struct weir_range *answer)
{
    (void)limit;
    return next_span(task, from, weir_param_i64(task, "count"), weir_param_i64(task, "per_batch"),
                     answer);
}

static void write_event(struct weir_out *out, uint64_t seed, uint64_t event, uint64_t ads)
{
    uint64_t x = mix(seed + mix(event));
    put_name(out, 0, "user", mix(x) % 10000);
    put_name(out, 1, "page", mix(x + 1) % 1000);
    put_name(out, 2, "ad", mix(x + 2) % ads);
    weir_row_str(out, 3, weir_str_from_chars(formats[mix(x + 3) % 5]));
    weir_row_str(out, 4, weir_str_from_chars(types[mix(x + 4) % 3]));
    weir_row_end(out);
}

static int read_events(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    struct span span;
    uint64_t seed = (uint64_t)weir_param_i64(task, "seed");
    uint64_t ads = (uint64_t)weir_param_i64(task, "campaigns") * ADS_PER_CAMPAIGN;
    memcpy(&span, range.bytes, sizeof span);
    for (int64_t e = span.first; e < span.end; e++) {
        int rc = weir_row_begin(scan->out, task, 5 * NAME_BYTES_MAX);
        if (rc == WEIR_OK) {
            write_event(scan->out, seed, (uint64_t)e, ads);
            rc = scan->out->rows == CHUNK_ROWS ? scan->flush(scan) : WEIR_OK;
        }
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    return scan->flush(scan);
}

WEIR_SOURCE(events,
            WEIR_FINITE,
            (weir_str, user, weir_str, page, weir_str, ad, weir_str, format, weir_str, type),
            next_events,
            split,
            read_events,
            NULL);
WEIR_PARAMS(events,
            WEIR_PARAM_I64_IN(count, default(200000), 1, 1000000000000, "events in all"),
            WEIR_PARAM_I64_IN(per_batch, default(10000), 1, 1000000000, "events in a batch"),
            WEIR_PARAM_I64_IN(campaigns, default(100), 1, 1000000, "as in `ads`"),
            WEIR_PARAM_I64(seed, default(1), "another seed gives other events"));

/* ---- ads: which campaign each belongs to ---- */
static int next_ads(struct weir_task *task,
                    weir_bytes from,
                    const struct weir_source_limit *limit,
                    struct weir_range *answer)
{
    int64_t ads = weir_param_i64(task, "campaigns") * ADS_PER_CAMPAIGN;
    (void)limit;
    return next_span(task, from, ads, ads, answer);
}

static int read_ads(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    struct span span;
    memcpy(&span, range.bytes, sizeof span);
    for (int64_t ad = span.first; ad < span.end; ad++) {
        int rc = weir_row_begin(scan->out, task, 2 * NAME_BYTES_MAX);
        if (rc == WEIR_OK) {
            put_name(scan->out, 0, "ad", (uint64_t)ad);
            put_name(scan->out, 1, "campaign", (uint64_t)(ad / ADS_PER_CAMPAIGN));
            weir_row_end(scan->out);
            rc = scan->out->rows == CHUNK_ROWS ? scan->flush(scan) : WEIR_OK;
        }
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    return scan->flush(scan);
}

WEIR_SOURCE(ads, WEIR_FINITE, (weir_str, ad, weir_str, campaign), next_ads, split, read_ads, NULL);
WEIR_PARAMS(ads, WEIR_PARAM_I64_IN(campaigns, default(100), 1, 1000000, "of ten ads each"));

WEIR_PLUGIN("org.example.yahoo", "1.0.0", "events of the Yahoo streaming benchmark", "Apache-2.0");
