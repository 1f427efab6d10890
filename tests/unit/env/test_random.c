/* SPDX-License-Identifier: Apache-2.0 */
/* The seeded numbers: the published sequence (so that a seed means the same in every build), and an
 * even spread. */
#include "env/env.h"

#include <setjmp.h>

#include <cmocka.h>

/* splitmix64 of 1234567 is the test vector of its author's page; xoshiro256** goes on from such a
 * state. */
static void the_sequence_is_the_published_one(void **state)
{
    (void)state;
    struct weir_random random;
    weir_random_seed(&random, 1234567);
    assert_true(random.s[0] == UINT64_C(6457827717110365317));
    assert_true(random.s[1] == UINT64_C(3203168211198807973));
    assert_true(random.s[2] == UINT64_C(9817491932198370423));
    assert_true(random.s[3] == UINT64_C(4593380528125082431));
    struct weir_random counted = {{1, 2, 3, 4}};
    static const uint64_t expected[] = {11520, 0, 1509978240, 1215971899390074240};
    for (size_t i = 0; i < 4; i++) {
        assert_true(weir_random_next(&counted) == expected[i]);
    }
}

static void near_seeds_are_strangers(void **state)
{
    (void)state;
    struct weir_random a, b, a_again;
    weir_random_seed(&a, 1);
    weir_random_seed(&a_again, 1);
    weir_random_seed(&b, 2);
    int equal_bits = 0;
    for (int i = 0; i < 1000; i++) {
        uint64_t x = weir_random_next(&a), y = weir_random_next(&b);
        assert_true(x == weir_random_next(&a_again));
        equal_bits += __builtin_popcountll(~(x ^ y));
    }
    assert_in_range(equal_bits, 31000, 33000); /* of 64000 */
}

static void below_is_even_and_below(void **state)
{
    (void)state;
    enum { SIDES = 7, THROWS = 70000 };
    int seen[SIDES] = {0};
    struct weir_random random;
    weir_random_seed(&random, 42);
    for (int i = 0; i < THROWS; i++) {
        seen[weir_random_below(&random, SIDES)]++;
    }
    for (int i = 0; i < SIDES; i++) {
        assert_in_range(seen[i], THROWS / SIDES * 95 / 100, THROWS / SIDES * 105 / 100);
    }
    assert_true(weir_random_below(&random, 1) == 0);
    /* Just above half of the range: half of all drawn numbers must be drawn again, none may come
     * through. */
    uint64_t odd = (UINT64_C(1) << 63) + 1, high = 0;
    for (int i = 0; i < 1000; i++) {
        uint64_t drawn = weir_random_below(&random, odd);
        assert_true(drawn < odd);
        high += drawn >= odd / 2;
    }
    assert_in_range(high, 400, 600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sequence_is_the_published_one),
        cmocka_unit_test(near_seeds_are_strangers),
        cmocka_unit_test(below_is_even_and_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
