/* SPDX-License-Identifier: Apache-2.0 */
/* The streams of the NEXMark benchmark: persons who register, auctions they open, bids on them. Of
 * 50 events one is a person, three are auctions, 46 are bids; what event number i is follows from
 * the seed and i alone, so that every batch can be read again. Source: Tucker, Tufte, Papadimos,
 * Maier: NEXMark, a benchmark for queries over data streams. */
#include <weir/io.h>
#include <weir/plugin.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CYCLE = 50, AUCTION_FIRST = 1, BID_FIRST = 4, CATEGORIES = 5, TEXT_BYTES_MAX = 64 };

static const char *const names[] = {"Ada", "Bea", "Cyd", "Dan", "Eve", "Finn", "Gus", "Hal"};
static const char *const cities[] = {"Phoenix", "Portland", "Boise", "Redwood City", "Bend"};
static const char *const states[] = {"AZ", "OR", "ID", "CA", "WY"};

/* splitmix64 */
static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static int64_t draw(uint64_t seed, uint64_t event, uint64_t what, uint64_t below)
{
    return (int64_t)(mix(seed + mix(event * 16 + what)) % below);
}

/* Persons and auctions are numbered as they appear; the newest are the most wanted. */
static int64_t recent(uint64_t seed, uint64_t event, uint64_t what, int64_t newest)
{
    int64_t back = draw(seed, event, what, 4) == 0 ? 100 : 10;
    int64_t number = newest - draw(seed, event, what + 1, (uint64_t)back);
    return number < 0 ? 0 : number;
}

static int write_person(struct weir_task *task, struct weir_out *out, uint64_t seed, uint64_t event)
{
    int rc = weir_row_begin(out, task, TEXT_BYTES_MAX);
    if (rc == WEIR_OK) {
        int64_t place = draw(seed, event, 1, 5);
        weir_row_i64(out, 0, (int64_t)(event / CYCLE));
        weir_row_str(out, 1, weir_str_from_chars(names[draw(seed, event, 0, 8)]));
        weir_row_str(out, 2, weir_str_from_chars(cities[place]));
        weir_row_str(out, 3, weir_str_from_chars(states[place]));
        weir_row_end(out);
    }
    return rc;
}

static int write_auction(struct weir_task *task,
                         struct weir_out *out,
                         uint64_t seed,
                         uint64_t event)
{
    int rc = weir_row_begin(out, task, 0);
    if (rc == WEIR_OK) {
        uint64_t cycle = event / CYCLE;
        weir_row_i64(out, 0, (int64_t)(cycle * 3 + event % CYCLE - AUCTION_FIRST));
        weir_row_i64(out, 1, recent(seed, event, 0, (int64_t)cycle));
        weir_row_i64(out, 2, 10 + draw(seed, event, 2, CATEGORIES));
        weir_row_i64(out, 3, 1 + draw(seed, event, 3, 1000));
        weir_row_end(out);
    }
    return rc;
}

static int write_bid(struct weir_task *task, struct weir_out *out, uint64_t seed, uint64_t event)
{
    int rc = weir_row_begin(out, task, 0);
    if (rc == WEIR_OK) {
        int64_t cycle = (int64_t)(event / CYCLE);
        weir_row_i64(out, 0, recent(seed, event, 0, cycle * 3 + 2));
        weir_row_i64(out, 1, recent(seed, event, 2, cycle));
        weir_row_i64(out, 2, 1 + draw(seed, event, 4, 100000));
        weir_row_end(out);
    }
    return rc;
}

/* ---- ranges: batch k holds the events [k * per_batch, (k + 1) * per_batch) ---- */
struct span {
    int64_t first, end;
};

static int next(struct weir_task *task,
                weir_bytes from,
                const struct weir_source_limit *limit,
                struct weir_range *answer)
{
    int64_t count = weir_param_i64(task, "count");
    int64_t per_batch = weir_param_i64(task, "per_batch");
    struct span *spans = (struct span *)weir_arena(task, 2 * sizeof *spans);
    (void)limit;
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

/* Writes those events of the range that are at these places of a cycle. */
static int read(struct weir_task *task,
                weir_bytes range,
                struct weir_scan *scan,
                uint64_t first,
                uint64_t end,
                int (*write)(struct weir_task *, struct weir_out *, uint64_t, uint64_t))
{
    struct span span;
    uint64_t seed = (uint64_t)weir_param_i64(task, "seed");
    memcpy(&span, range.bytes, sizeof span);
    for (uint64_t e = (uint64_t)span.first; e < (uint64_t)span.end; e++) {
        if (e % CYCLE < first || e % CYCLE >= end) {
            continue;
        }
        int rc = write(task, scan->out, seed, e);
        rc = rc == WEIR_OK && scan->out->rows == 1024 ? scan->flush(scan) : rc;
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    return scan->flush(scan);
}

static int read_persons(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    return read(task, range, scan, 0, AUCTION_FIRST, write_person);
}

static int read_auctions(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    return read(task, range, scan, AUCTION_FIRST, BID_FIRST, write_auction);
}

static int read_bids(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    return read(task, range, scan, BID_FIRST, CYCLE, write_bid);
}

#define PARAMS(name)                                                                               \
    WEIR_PARAMS(name, WEIR_PARAM_I64_IN(count, default(50000), 1, 1000000000, "events in all"),    \
                WEIR_PARAM_I64_IN(per_batch, default(1000), 1, 100000000, "events in a batch"),    \
                WEIR_PARAM_I64(seed, default(1), "another seed gives other events"));

WEIR_SOURCE(persons,
            WEIR_FINITE,
            (int64_t, id, weir_str, name, weir_str, city, weir_str, state),
            next,
            split,
            read_persons,
            NULL);
PARAMS(persons)
WEIR_SOURCE(auctions,
            WEIR_FINITE,
            (int64_t, id, int64_t, seller, int64_t, category, int64_t, initial),
            next,
            split,
            read_auctions,
            NULL);
PARAMS(auctions)
WEIR_SOURCE(bids,
            WEIR_FINITE,
            (int64_t, auction, int64_t, bidder, int64_t, price),
            next,
            split,
            read_bids,
            NULL);
PARAMS(bids)

/* ---- query 6: the mean of the newest ten prices of a key ---- */
enum { NEWEST = 10 };
struct newest {
    weir_list(int64_t) prices;
    double mean;
};
WEIR_STATE(newest, 1, prices, mean);
WEIR_UPDATE(newest, newest, (int64_t, key), (int64_t, value))
{
    double sum = 0;
    (void)key;
    for (uint32_t i = 0; i < value.count; i++) {
        weir_push(ctx, &state->prices, value.items[i]);
    }
    uint32_t count = state->prices.count < NEWEST ? state->prices.count : NEWEST;
    uint32_t skipped = state->prices.count - count;
    for (uint32_t i = 0; i < count && skipped > 0; i++) {
        weir_put(ctx, &state->prices, i, state->prices.items[skipped + i]);
    }
    weir_cut(ctx, &state->prices, count);
    for (uint32_t i = 0; i < count; i++) {
        sum += (double)state->prices.items[i];
    }
    state->mean = sum / count;
    return WEIR_KEEP;
}

WEIR_PLUGIN("org.example.nexmark", "1.0.0", "the streams of NEXMark", "Apache-2.0");
