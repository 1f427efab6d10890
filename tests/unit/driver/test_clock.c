/* SPDX-License-Identifier: Apache-2.0 */
/* The grid of batch times, as the reference's timer has it. */
#include "driver/driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void the_first_batch_is_the_next_on_the_grid(void **state)
{
    (void)state;
    assert_int_equal(weir_clock_first_us(0, 1000), 1000);
    assert_int_equal(weir_clock_first_us(999, 1000), 1000);
    assert_int_equal(weir_clock_first_us(1000, 1000), 2000);
    assert_int_equal(weir_clock_first_us(1001, 1000), 2000);
    assert_int_equal(weir_clock_first_us(-1, 1000), 0);
    assert_int_equal(weir_clock_first_us(-1000, 1000), 0);
    assert_int_equal(weir_clock_first_us(-1001, 1000), -1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_batch_is_the_next_on_the_grid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
