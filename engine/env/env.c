/* SPDX-License-Identifier: Apache-2.0 */
/* What is the same for every env: so far the trace, which only the simulator keeps. */
#include "env/env.h"

#include "env/sim.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void weir_env_trace(struct weir_env *env, const char *format, ...)
{
    if (!weir_sim_is(env)) {
        return;
    }
    struct weir_sim *sim = weir_sim_of(env);
    va_list args;
    va_start(args, format);
    int count = vsnprintf(NULL, 0, format, args);
    va_end(args);
    WEIR_ASSERT(count >= 0);
    weir_text_printf(&sim->trace, "[%" PRId64 "] ", sim->now_us / 1000);
    char *to = weir_text_reserve(&sim->trace, (size_t)count);
    va_start(args, format);
    (void)vsnprintf(to, (size_t)count + 1, format, args);
    va_end(args);
    sim->trace.count += (size_t)count;
    weir_text_put(&sim->trace, "\n");
}
