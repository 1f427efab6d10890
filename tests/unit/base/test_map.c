/* SPDX-License-Identifier: Apache-2.0 */
/* The map of names: every key is found again, keys are bytes, walking is in order of insertion. */
#include "base/base.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static weir_str name_of(char (*text)[16], int i)
{
    int count = snprintf(*text, sizeof *text, "name%d", i);
    return (weir_str){*text, (size_t)count};
}

static void many_keys_are_found_through_growth(void **state)
{
    (void)state;
    enum { KEYS = 5000 };
    static int values[KEYS];
    struct weir_map map;
    weir_map_init(&map);
    assert_null(weir_map_get(&map, weir_str_of("name0")));
    char text[16];
    for (int i = 0; i < KEYS; i++) {
        assert_null(weir_map_put(&map, name_of(&text, i), &values[i]));
    }
    assert_int_equal(map.count, KEYS);
    for (int i = 0; i < KEYS; i++) {
        assert_ptr_equal(weir_map_get(&map, name_of(&text, i)), &values[i]);
        assert_ptr_equal(map.entries[i].value, &values[i]);
    }
    assert_null(weir_map_get(&map, name_of(&text, KEYS)));
    weir_map_finish(&map);
}

static void putting_again_replaces_in_place(void **state)
{
    (void)state;
    int a, b, c;
    struct weir_map map;
    weir_map_init(&map);
    assert_null(weir_map_put(&map, weir_str_of("x"), &a));
    assert_null(weir_map_put(&map, weir_str_of("y"), &b));
    assert_ptr_equal(weir_map_put(&map, weir_str_of("x"), &c), &a);
    assert_int_equal(map.count, 2);
    assert_ptr_equal(map.entries[0].value, &c);
    assert_ptr_equal(weir_map_get(&map, weir_str_of("x")), &c);
    weir_map_finish(&map);
}

static void keys_are_bytes_and_copied(void **state)
{
    (void)state;
    int empty, whole, start;
    struct weir_map map;
    weir_map_init(&map);
    char key[] = {'a', '\0', 'b'};
    weir_map_put(&map, (weir_str){NULL, 0}, &empty);
    weir_map_put(&map, (weir_str){key, 3}, &whole);
    weir_map_put(&map, (weir_str){key, 1}, &start);
    key[2] = 'c';
    assert_null(weir_map_get(&map, (weir_str){key, 3}));
    key[2] = 'b';
    assert_ptr_equal(weir_map_get(&map, (weir_str){key, 3}), &whole);
    assert_ptr_equal(weir_map_get(&map, weir_str_of("a")), &start);
    assert_ptr_equal(weir_map_get(&map, weir_str_of("")), &empty);
    weir_map_finish(&map);
    assert_int_equal(map.count, 0);
    assert_null(weir_map_get(&map, weir_str_of("a")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_keys_are_found_through_growth),
        cmocka_unit_test(putting_again_replaces_in_place),
        cmocka_unit_test(keys_are_bytes_and_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
