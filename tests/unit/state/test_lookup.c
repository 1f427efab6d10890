/* SPDX-License-Identifier: Apache-2.0 */
/* Look-ups in tables of plain numbers, which take the short way: against an array of what must be
 * there, for states of several sizes, in pieces, while slots grow and many of them were left. */
#include "state/state.h"
#include "state/table/slots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { KEYS = 30000, WORDS_MAX = 5, BATCHES = 60, SEED = 42 };

struct number {
    bool exists;
    int64_t words[WORDS_MAX];
};

struct plain {
    struct weir_state_field fields[WORDS_MAX];
    struct weir_type_field types[WORDS_MAX];
    struct weir_state_def def;
    struct weir_state_table table;
    uint32_t words;
    struct number now[KEYS], before[KEYS];
    uint64_t random;
};

static uint32_t below(struct plain *plain, uint32_t end)
{
    plain->random = plain->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((plain->random >> 33) % end);
}

static void open_plain(struct plain *plain, uint32_t words, bool has_timeout)
{
    memset(plain, 0, sizeof *plain);
    plain->words = words;
    plain->random = words;
    for (uint32_t i = 0; i < words; i++) {
        plain->fields[i] = (struct weir_state_field){"word", "i64", i * 8, 8, WEIR_FORM_FIXED, 0};
        plain->types[i] = (struct weir_type_field){"word", weir_type_of(WEIR_TYPE_I64)};
    }
    plain->def = (struct weir_state_def){.size = sizeof plain->def,
                                         .version = 1,
                                         .bytes = words * 8,
                                         .align = 8,
                                         .field_count = words,
                                         .field_stride = sizeof plain->fields[0],
                                         .fields = plain->fields,
                                         .name = "words"};
    weir_state_table_init(&plain->table, &plain->def, plain->types, false, has_timeout, SEED, 0);
}

/* Key 0 is all zero, as memory is that was never written; the last one is null. */
static struct weir_key key_of(uint32_t k)
{
    return k == KEYS - 1 ? (struct weir_key){{0, 1}} : (struct weir_key){{k, 0}};
}

static void find(struct plain *plain, const uint32_t *ks, uint32_t count, uint32_t *slots)
{
    static const struct weir_heaps none;
    static struct weir_state_lookup lookup;
    struct weir_key keys[WEIR_CHUNK_ROWS_MAX] = {0};
    for (uint32_t i = 0; i < count; i++) {
        keys[i] = key_of(ks[i]);
    }
    weir_state_lookup_begin(&lookup, &plain->table, keys, NULL, count, &none);
    for (uint32_t done = 0; done < count;) {
        uint32_t most = 1 + below(plain, 300);
        uint32_t found = weir_state_lookup_next(&lookup, most, slots + done);
        assert_true(found > 0 && (found < most + WEIR_STATE_TILE));
        done += found;
        assert_true(done <= count);
    }
}

static uint32_t number_of(struct weir_key key)
{
    return key.half[1] != 0 ? KEYS - 1 : (uint32_t)key.half[0];
}

static void change(struct plain *plain, uint32_t k, uint32_t slot)
{
    struct weir_state_table *table = &plain->table;
    struct number *want = &plain->now[k];
    int64_t *words = table->states[slot];
    struct weir_state_entry *entry = weir_state_table_at(table, slot);
    assert_int_equal(number_of(weir_state_table_view(table, entry).key), k);
    assert_int_equal(table->exists[slot], want->exists);
    assert_memory_equal(words, want->words, plain->words * sizeof *words);
    table->touched[slot] = 1;
    if (want->exists && below(plain, 3) == 0) {
        memset(words, 0, plain->words * sizeof *words);
        *want = (struct number){0};
        table->exists[slot] = 0;
        return;
    }
    for (uint32_t i = 0; i < plain->words; i++) {
        words[i] += below(plain, 1000);
        want->words[i] = words[i];
    }
    want->exists = true;
    table->exists[slot] = 1;
}

static void run_chunk(struct plain *plain, uint32_t first, uint32_t keys)
{
    uint32_t ks[WEIR_CHUNK_ROWS_MAX];
    uint32_t slots[WEIR_CHUNK_ROWS_MAX];
    uint32_t count = 1 + below(plain, WEIR_CHUNK_ROWS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        ks[i] = first + below(plain, keys);
    }
    find(plain, ks, count, slots);
    for (uint32_t i = 0; i < count; i++) {
        change(plain, ks[i], slots[i]);
    }
}

static void check_all(struct plain *plain)
{
    uint32_t live = 0;
    for (uint32_t number = 0; number < plain->table.used; number++) {
        struct weir_state_entry *entry = weir_state_table_entry(&plain->table, number);
        if (weir_state_entry_is_live(entry)) {
            struct weir_state_view view = weir_state_table_view(&plain->table, entry);
            const struct number *want = &plain->now[number_of(view.key)];
            assert_true(want->exists);
            assert_memory_equal(view.state, want->words, plain->words * 8);
            live++;
        }
    }
    for (uint32_t k = 0; k < KEYS; k++) {
        live -= plain->now[k].exists;
    }
    assert_int_equal(live, 0);
}

/* Keys come from a range that moves on: old ones go in time, and entries are used again. */
static void run_batches(struct plain *plain)
{
    struct weir_error err;
    for (uint32_t batch = 0; batch < BATCHES; batch++) {
        uint32_t keys = batch < BATCHES / 2 ? KEYS : 300;
        memcpy(plain->before, plain->now, sizeof plain->now);
        assert_int_equal(weir_state_table_begin(&plain->table, batch, &err), WEIR_OK);
        for (uint32_t chunk = 0; chunk < 4; chunk++) {
            run_chunk(plain, below(plain, KEYS - keys + 1), keys);
        }
        if (below(plain, 4) == 0) {
            weir_state_table_undo(&plain->table);
            memcpy(plain->now, plain->before, sizeof plain->now);
        } else {
            weir_state_table_settle(&plain->table, plain->table.has_timeout);
        }
        if (batch % 8 == 0) {
            check_all(plain);
        }
    }
    check_all(plain);
}

static void test_sizes(void **unused)
{
    (void)unused;
    struct plain *plain = weir_alloc(sizeof *plain);
    for (uint32_t words = 1; words <= WORDS_MAX; words++) {
        open_plain(plain, words, words % 2 == 0);
        run_batches(plain);
        weir_state_table_finish(&plain->table);
    }
    weir_free(plain);
}

/* Keys come once and go: slots do not grow with how many there have ever been. */
static void test_slots_that_were_left(void **unused)
{
    (void)unused;
    enum { ROUNDS = 100, ROWS = 500 };
    struct weir_error err;
    struct plain *plain = weir_alloc(sizeof *plain);
    uint32_t ks[ROWS];
    uint32_t slots[ROWS];
    open_plain(plain, 1, false);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        assert_int_equal(weir_state_table_begin(&plain->table, round, &err), WEIR_OK);
        for (uint32_t i = 0; i < ROWS; i++) {
            ks[i] = round * 250 + i; /* half of them are of the round before */
        }
        find(plain, ks, ROWS, slots);
        for (uint32_t i = 0; i < ROWS; i++) {
            assert_int_equal(plain->table.exists[slots[i]], round > 0 && i < 250);
            plain->table.exists[slots[i]] = i >= 250;
        }
        weir_state_table_settle(&plain->table, false);
        assert_int_equal(plain->table.live_count, 250);
    }
    assert_true(plain->table.slots.bits <= WEIR_STATE_SLOT_BITS_MIN + 1);
    assert_true(plain->table.used <= 1000);
    weir_state_table_finish(&plain->table);
    weir_free(plain);
}

/* The most keys that a partition may have always find room. */
static void test_most_slots(void **unused)
{
    (void)unused;
    const uint32_t most = WEIR_STATE_SLOT_BITS_MAX;
    assert_int_equal(weir_state_slots_next(10, 639), 11);
    assert_int_equal(weir_state_slots_next(10, 300), 10);
    assert_int_equal(weir_state_slots_next(most - 1, 600000000), most);
    assert_int_equal(weir_state_slots_next(most, 700000000), most);
    assert_int_equal(weir_state_slots_next(most, WEIR_STATE_KEYS_MAX), most);
    assert_true(WEIR_STATE_KEYS_MAX < weir_state_slots_limit(most));
}

/* A batch of many keys leaves room that is given back when batches stay small. */
static void test_room_is_given_back(void **unused)
{
    (void)unused;
    struct weir_error err;
    struct plain *plain = weir_alloc(sizeof *plain);
    uint32_t ks[WEIR_CHUNK_ROWS_MAX];
    uint32_t slots[WEIR_CHUNK_ROWS_MAX];
    open_plain(plain, 2, true);
    for (uint32_t batch = 0; batch < 200; batch++) {
        uint32_t count = batch == 0 ? WEIR_CHUNK_ROWS_MAX : 100;
        assert_int_equal(weir_state_table_begin(&plain->table, batch, &err), WEIR_OK);
        for (uint32_t first = 0; first < (batch == 0 ? KEYS - count : 1); first += count) {
            for (uint32_t i = 0; i < count; i++) {
                ks[i] = first + i;
            }
            find(plain, ks, count, slots);
            for (uint32_t i = 0; i < count; i++) {
                change(plain, ks[i], slots[i]);
            }
        }
        weir_state_table_settle(&plain->table, true);
        assert_true(batch > 0 || plain->table.touched_capacity >= KEYS - WEIR_CHUNK_ROWS_MAX);
    }
    assert_true(plain->table.touched_capacity <= 4096);
    check_all(plain);
    weir_state_table_finish(&plain->table);
    weir_free(plain);
}

/* States that are far larger than what lies side by side. */
static void test_large_states(void **unused)
{
    (void)unused;
    enum { WORDS = 5000, ROWS = 700 };
    struct weir_error err;
    struct plain *plain = weir_alloc(sizeof *plain);
    uint32_t ks[ROWS];
    uint32_t slots[ROWS];
    open_plain(plain, 1, true);
    weir_state_table_finish(&plain->table);
    plain->def.bytes = WORDS * 8;
    weir_state_table_init(&plain->table, &plain->def, plain->types, false, true, SEED, 0);
    for (uint32_t batch = 0; batch < 4; batch++) {
        assert_int_equal(weir_state_table_begin(&plain->table, batch, &err), WEIR_OK);
        for (uint32_t i = 0; i < ROWS; i++) {
            ks[i] = i;
        }
        find(plain, ks, ROWS, slots);
        for (uint32_t i = 0; i < ROWS; i++) {
            int64_t *words = plain->table.states[slots[i]];
            assert_int_equal(words[WORDS - 1], batch < 2 ? 0 : i);
            words[0]++;
            words[WORDS - 1] = i;
            plain->table.exists[slots[i]] = 1;
        }
        if (batch == 0) {
            weir_state_table_undo(&plain->table);
        } else {
            weir_state_table_settle(&plain->table, true);
        }
    }
    assert_true(plain->table.extent_count > 10);
    weir_state_table_finish(&plain->table);
    weir_free(plain);
}

/* Keys whose tags are the same: a guess is of the other one. */
static void test_equal_tags(void **unused)
{
    (void)unused;
    enum { WORDS = 400000, PAIRS_MAX = 40 };
    struct weir_error err;
    struct plain *plain = weir_alloc(sizeof *plain);
    uint32_t *first = weir_alloc((size_t)WORDS * 2 * sizeof *first); /* by tag, + 1 */
    uint32_t words[2 * PAIRS_MAX];
    uint32_t slots[2 * PAIRS_MAX];
    uint32_t count = 0;
    for (uint32_t word = 0; word < WORDS && count < 2 * PAIRS_MAX; word++) {
        uint32_t tag = weir_state_word_tag(word, SEED);
        uint32_t at = tag % (WORDS * 2);
        while (first[at] != 0 && weir_state_word_tag(first[at] - 1, SEED) != tag) {
            at = (at + 1) % (WORDS * 2);
        }
        if (first[at] != 0) {
            words[count++] = first[at] - 1;
            words[count++] = word;
        }
        first[at] = word + 1;
    }
    assert_true(count >= 8);
    open_plain(plain, 2, true);
    for (uint32_t batch = 0; batch < 3; batch++) {
        assert_int_equal(weir_state_table_begin(&plain->table, batch, &err), WEIR_OK);
        find(plain, words, count, slots);
        for (uint32_t i = 0; i < count; i++) {
            int64_t *state = plain->table.states[slots[i]];
            assert_int_equal(state[0], batch == 0 ? 0 : words[i]);
            state[0] = words[i];
            plain->table.exists[slots[i]] = 1;
        }
        weir_state_table_settle(&plain->table, true);
    }
    assert_int_equal(plain->table.live_count, count);
    weir_state_table_finish(&plain->table);
    weir_free(first);
    weir_free(plain);
}

/* Batches are counted in 32 bits; after the last number the count begins anew. */
static void test_epochs_end(void **unused)
{
    (void)unused;
    enum { ROWS = 100 };
    struct weir_error err;
    struct plain *plain = weir_alloc(sizeof *plain);
    uint32_t ks[ROWS];
    uint32_t slots[ROWS];
    for (int has_timeout = 0; has_timeout < 2; has_timeout++) {
        open_plain(plain, 1, has_timeout != 0);
        plain->table.epoch = UINT32_MAX - 5;
        plain->table.first_epoch = UINT32_MAX - 4;
        for (uint32_t batch = 1; batch < 20; batch++) {
            assert_int_equal(weir_state_table_begin(&plain->table, batch, &err), WEIR_OK);
            for (uint32_t i = 0; i < ROWS; i++) {
                ks[i] = batch * 10 + i;
            }
            find(plain, ks, ROWS, slots);
            for (uint32_t i = 0; i < ROWS; i++) {
                plain->table.exists[slots[i]] = 1;
            }
            uint32_t *due;
            if (has_timeout != 0) { /* ten keys are of no later batch than the fourth before */
                uint32_t count = weir_state_table_due(&plain->table, (int64_t)batch - 3, &due);
                assert_int_equal(count, batch > 4 ? 10 : 0);
                for (uint32_t i = 0; i < count; i++) {
                    plain->table.exists[due[i]] = 0;
                }
                weir_free(due);
            }
            weir_state_table_settle(&plain->table, true);
        }
        assert_true(plain->table.epoch < 20);
        weir_state_table_finish(&plain->table);
    }
    weir_free(plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),        cmocka_unit_test(test_slots_that_were_left),
        cmocka_unit_test(test_most_slots),   cmocka_unit_test(test_room_is_given_back),
        cmocka_unit_test(test_large_states), cmocka_unit_test(test_equal_tags),
        cmocka_unit_test(test_epochs_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
