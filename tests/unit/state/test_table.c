/* SPDX-License-Identifier: Apache-2.0 */
/* The table against a plain map: random batches that are kept, undone, run twice; timeouts; and
 * snapshots that go on meanwhile. */
#include "model.h"

#include <string.h>

enum { ROUNDS = 400, SECOND = 1000000 };

static void change_some(struct model *model, uint32_t most)
{
    uint32_t ks[WEIR_CHUNK_ROWS_MAX];
    uint32_t slots[WEIR_CHUNK_ROWS_MAX];
    for (uint32_t chunk = 0; chunk < 3; chunk++) {
        uint32_t count = 1 + model_random(model, most);
        uint32_t low = model_random(model, 3) == 0 ? 200 : model->key_count;
        for (uint32_t i = 0; i < count; i++) {
            ks[i] = model_random(model, low);
        }
        model_find(model, ks, count, slots);
        for (uint32_t i = 0; i < count; i++) {
            assert_int_equal(model->table.exists[slots[i]], model->now[ks[i]].exists);
            uint32_t what = model_random(model, 8);
            if (what == 0 && model->now[ks[i]].exists) {
                model_remove(model, ks[i], slots[i]);
            } else if (what > 1) {
                model_change(model, ks[i], slots[i]);
            }
            if (model->table.has_timeout && model->now[ks[i]].exists) {
                model->now[ks[i]].touched_us = model->table.batch_us; /* a row is a touch */
            }
        }
        weir_state_slab_settle(&model->table.slab);
    }
}

static void time_out(struct model *model, int64_t threshold)
{
    uint32_t *slots;
    uint32_t expected = 0;
    uint32_t count = weir_state_table_due(&model->table, threshold, &slots);
    for (uint32_t k = 0; k < model->key_count; k++) {
        expected += model->now[k].exists && model->now[k].touched_us < threshold;
    }
    assert_int_equal(count, expected);
    for (uint32_t i = 0; i < count; i++) {
        struct weir_state_entry *entry = weir_state_table_at(&model->table, slots[i]);
        uint32_t k = model_number(weir_state_table_view(&model->table, entry).key);
        assert_true(model->now[k].exists && model->now[k].touched_us < threshold);
        model_remove(model, k, slots[i]);
    }
    weir_free(slots);
}

/* A snapshot, begun at some time, is read on; at its end it must have been the version of then. */
struct reading {
    struct weir_state_snapshot *snapshot;
    struct model_state want[MODEL_KEYS];
    uint32_t seen, pages;
};

static void begin_reading(struct reading *reading, struct model *model)
{
    memcpy(reading->want, model->now, sizeof reading->want);
    reading->snapshot = weir_state_snapshot_begin(&model->table);
    reading->seen = 0;
}

static void read_on(struct reading *reading, struct model *model)
{
    const struct weir_state_view *views;
    uint32_t count;
    uint32_t expected = 0;
    if (weir_state_snapshot_next(reading->snapshot, &views, &count)) {
        for (uint32_t i = 0; i < count; i++) {
            struct model_state *want = &reading->want[model_number(views[i].key)];
            model_check_view(model, want, &views[i]);
            want->exists = false; /* not twice */
            reading->seen++;
        }
        reading->pages++;
        return;
    }
    for (uint32_t k = 0; k < model->key_count; k++) {
        expected += reading->want[k].exists;
    }
    assert_int_equal(expected, 0);
    weir_state_snapshot_end(reading->snapshot);
    reading->snapshot = NULL;
}

static void run_random(uint64_t seed, bool has_timeout)
{
    struct model *model = weir_alloc(sizeof *model);
    struct reading *reading = weir_alloc(sizeof *reading);
    model_init(model, MODEL_KEYS, has_timeout, seed);
    for (int64_t round = 1; round <= ROUNDS; round++) {
        struct weir_error err;
        uint32_t most = round < ROUNDS / 2 ? 40 : 900;
        memcpy(model->before, model->now, sizeof model->now);
        uint32_t failures = model_random(model, 3);
        for (uint32_t attempt = 0;; attempt++) {
            assert_int_equal(weir_state_table_begin(&model->table, round * SECOND, &err), WEIR_OK);
            change_some(model, most);
            if (has_timeout) {
                time_out(model, (round - 5) * SECOND);
            }
            if (attempt < failures && attempt == 0) {
                weir_state_table_undo(&model->table);
            } else {
                weir_state_table_settle(&model->table, has_timeout);
            }
            if (attempt >= failures) {
                break;
            }
            memcpy(model->now, model->before, sizeof model->now);
        }
        model_check(model);
        if (reading->snapshot == NULL && model_random(model, 10) == 0) {
            begin_reading(reading, model);
        } else if (reading->snapshot != NULL && model_random(model, 2) == 0) {
            read_on(reading, model);
        }
    }
    assert_true(reading->pages > 3);
    weir_state_table_commit(&model->table);
    weir_state_table_finish(&model->table);
    weir_free(reading);
    weir_free(model);
}

static void test_random(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        run_random(seed, seed % 2 == 0);
    }
}

static void test_nothing_leaks(void **unused)
{
    (void)unused;
    struct weir_error err;
    struct model *model = weir_alloc(sizeof *model);
    uint32_t ks[1000];
    uint32_t slots[1000];
    model_init(model, MODEL_KEYS, true, 7);
    for (uint32_t i = 0; i < 1000; i++) {
        ks[i] = i;
    }
    for (int64_t round = 1; round <= 50; round++) {
        assert_int_equal(weir_state_table_begin(&model->table, round, &err), WEIR_OK);
        model_find(model, ks, 1000, slots);
        for (uint32_t i = 0; i < 1000; i++) {
            if (round % 2 == 0) {
                model_remove(model, ks[i], slots[i]);
            } else {
                model_change(model, ks[i], slots[i]);
            }
        }
        weir_state_table_settle(&model->table, false);
    }
    weir_state_table_commit(&model->table);
    assert_int_equal(model->table.live_count, 0);
    assert_int_equal(model->table.slab.live_bytes, 0);
    assert_int_equal(model->table.slot_count, 0);
    assert_int_equal(model->table.used, 1000); /* numbers are used again */
    weir_state_table_finish(&model->table);
    weir_free(model);
}

/* The state map's own exhaustive test: 3 sets of 3 operations, each put or remove, over 512 keys;
 * a copy after each set; after every operation the map is a plain map's, for every threshold too,
 * and the copies are what they were. */
static void check_thresholds(struct model *model, int64_t now)
{
    for (int64_t threshold = 0; threshold <= now + 1; threshold++) {
        struct weir_error err;
        uint32_t *slots;
        uint32_t expected = 0;
        assert_int_equal(weir_state_table_begin(&model->table, now + 1, &err), WEIR_OK);
        uint32_t count = weir_state_table_due(&model->table, threshold, &slots);
        for (uint32_t k = 0; k < 512; k++) {
            expected += model->now[k].exists && model->now[k].touched_us < threshold;
        }
        assert_int_equal(count, expected);
        weir_free(slots);
        weir_state_table_undo(&model->table);
    }
}

static void test_exhaustive(void **unused)
{
    (void)unused;
    struct model *model = weir_alloc(sizeof *model);
    struct reading *copy = weir_alloc(sizeof *copy);
    struct weir_error err;
    uint32_t ks[512];
    uint32_t slots[512];
    model_init(model, 512, true, 1);
    for (uint32_t k = 0; k < 512; k++) {
        ks[k] = k;
    }
    for (uint32_t op = 0; op < 9; op++) {
        int64_t now = op + 1;
        assert_int_equal(weir_state_table_begin(&model->table, now, &err), WEIR_OK);
        model_find(model, ks, 512, slots);
        for (uint32_t k = 0; k < 512; k++) {
            if ((k >> (8 - op)) % 2 == 0) {
                model_change(model, k, slots[k]);
            } else {
                model_remove(model, k, slots[k]);
            }
        }
        weir_state_table_settle(&model->table, false);
        model_check(model);
        weir_state_table_commit(&model->table);
        check_thresholds(model, now);
        if (op % 3 == 2) {
            while (copy->snapshot != NULL) {
                read_on(copy, model);
            }
            begin_reading(copy, model);
        }
    }
    weir_state_table_finish(&model->table);
    weir_free(copy);
    weir_free(model);
}

/* Keys whose hashes are all the same, or nearly. */
static void test_equal_hashes(void **unused)
{
    (void)unused;
    enum { KEYS = 1000 };
    struct weir_error err;
    struct weir_heaps none;
    struct model *model = weir_alloc(sizeof *model);
    struct weir_key keys[KEYS];
    uint64_t hashes[KEYS];
    uint32_t slots[KEYS];
    weir_heaps_init(&none);
    weir_state_table_init(&model->table, &tally_def, tally_fields(), true, true, 1, 0);
    for (uint32_t i = 0; i < KEYS; i++) {
        keys[i] = (struct weir_key){{UINT64_C(8) | (uint64_t)i << 32, i}}; /* a text of 8 bytes */
        hashes[i] = i % 4 == 0 ? model_hash(i) : 7;
    }
    for (int64_t round = 1; round <= 4; round++) {
        uint32_t *due;
        assert_int_equal(weir_state_table_begin(&model->table, round, &err), WEIR_OK);
        weir_state_table_find(&model->table, keys, hashes, KEYS, &none, slots);
        for (uint32_t i = 0; i < KEYS; i++) {
            struct tally *tally = model->table.states[slots[i]];
            assert_int_equal(model->table.exists[slots[i]], round > 1);
            assert_int_equal(tally->sum, round > 1 ? (round - 1) * i : 0);
            tally->sum += i;
            model->table.exists[slots[i]] = 1;
        }
        assert_int_equal(weir_state_table_due(&model->table, round, &due), 0);
        weir_state_table_settle(&model->table, true);
        assert_int_equal(model->table.live_count, KEYS);
    }
    uint32_t *due;
    assert_int_equal(weir_state_table_begin(&model->table, 9, &err), WEIR_OK);
    assert_int_equal(weir_state_table_due(&model->table, 5, &due), KEYS);
    weir_free(due);
    weir_state_table_undo(&model->table);
    weir_state_table_finish(&model->table);
    weir_free(model);
}

static void test_batches_in_order(void **unused)
{
    (void)unused;
    struct weir_error err;
    struct model *model = weir_alloc(sizeof *model);
    model_init(model, 10, false, 1);
    assert_int_equal(weir_state_table_begin(&model->table, 2 * SECOND, &err), WEIR_OK);
    assert_int_equal(weir_state_table_begin(&model->table, 3 * SECOND, &err), WEIR_EBUG);
    weir_state_table_settle(&model->table, false);
    assert_int_equal(weir_state_table_begin(&model->table, SECOND, &err), WEIR_EBUG);
    assert_non_null(strstr(err.text, "cannot go back to batch 1000 ms"));
    assert_int_equal(weir_state_table_begin(&model->table, 2 * SECOND, &err), WEIR_OK);
    weir_state_table_undo(&model->table);
    assert_false(model->table.has_begun);
    weir_state_table_finish(&model->table);
    weir_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),           cmocka_unit_test(test_nothing_leaks),
        cmocka_unit_test(test_exhaustive),       cmocka_unit_test(test_equal_hashes),
        cmocka_unit_test(test_batches_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
