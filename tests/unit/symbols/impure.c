/* SPDX-License-Identifier: Apache-2.0 */
/* What an engine must not do: the test engine_symbols_selftest wants this to be found out. */
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>

int weir_impure(void);
int weir_impure_caller(void);

int weir_impure(void)
{
    const char *home = getenv("HOME");
    thrd_yield();
    return home == NULL ? snprintf(NULL, 0, "%d", 1) : puts(home);
}

int weir_impure_caller(void)
{
    return weir_impure();
}
