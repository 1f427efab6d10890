/* SPDX-License-Identifier: Apache-2.0 */
/* NEWNAME: ticks of a clock. Put your connection in its place. */
#include <weir/plugin.h>

/* Runs in a thread of its own. It returns when its input has ended (WEIR_OK), when it wants to be
 * started again (weir_fail(rx->task, WEIR_RETRY, "why")), or soon after stopping() says so. */
static int NEWNAME_run(struct weir_receiver *rx)
{
    const weir_bytes no_offset = {NULL, 0}; /* where to resume: for inputs that can be read again */
    const int64_t count = weir_param_i64(rx->task, "count");
    rx->status(rx, true, "");
    for (int64_t n = 1; n <= count && !rx->stopping(rx); n++) {
        int rc = weir_row_begin(rx->out, rx->task, 0); /* 0: no text in this row */
        if (rc != WEIR_OK) {
            return rc;
        }
        weir_row_i64(rx->out, 0, n);
        weir_row_ts(rx->out, 1, weir_ts_make(rx->now_us(rx)));
        weir_row_end(rx->out);
        rc = rx->store(rx, no_offset, 0, true); /* waits while the engine holds too much */
        if (rc != WEIR_OK) {
            return rc;
        }
        rx->sleep(rx, weir_param_duration(rx->task, "every"));
    }
    return WEIR_OK;
}

WEIR_RECEIVER(NEWNAME, (int64_t, n, weir_ts, at), NEWNAME_run, NULL, NULL);
WEIR_PARAMS(NEWNAME,
            WEIR_PARAM_I64_IN(count, default(10), 0, 1000000, "ticks until the input ends"),
            WEIR_PARAM_DURATION(every, default(100ms), "time between two ticks"));
WEIR_HELP(NEWNAME, "ticks of a clock, numbered from 1", "NEWNAME.NEWNAME count=3 | print");

WEIR_PLUGIN("org.example.NEWNAME", "0.1.0", "ticks of a clock", "Apache-2.0");
