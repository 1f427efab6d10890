/* SPDX-License-Identifier: Apache-2.0 */
/* NEWNAME: the numbers from 1 on. Put your file or table in its place: a source gives the same
 * records for the same range, as often as it is asked. */
#include <weir/plugin.h>

enum { NUMBERS_IN_A_BATCH = 1000 };
struct NEWNAME {
    int64_t range[2]; /* after the first, up to the second number */
};

/* What a batch reads. `from` is what the batch before gave as `to`; empty at the beginning. */
static int NEWNAME_next(struct weir_task *task,
                        weir_bytes from,
                        const struct weir_source_limit *limit,
                        struct weir_range *answer)
{
    struct NEWNAME *self = weir_self(task, struct NEWNAME);
    const int64_t last = weir_param_i64(task, "to");
    int64_t end;
    (void)limit;
    self->range[0] = 0;
    if (from.count == sizeof self->range[0]) {
        memcpy(&self->range[0], from.bytes, from.count);
    }
    end = self->range[0] + NUMBERS_IN_A_BATCH;
    self->range[1] = end < last ? end : last;
    answer->range = weir_bytes_make(self->range, sizeof self->range);
    answer->to = weir_bytes_make(&self->range[1], sizeof self->range[1]);
    answer->is_last = self->range[1] == last;
    answer->records = (uint64_t)(self->range[1] - self->range[0]);
    return WEIR_OK;
}

static int NEWNAME_read(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    int64_t part[2];
    int rc = WEIR_OK;
    memcpy(part, range.bytes, sizeof part);
    for (int64_t n = part[0] + 1; n <= part[1] && rc == WEIR_OK; n++) {
        rc = weir_row_begin(scan->out, task, 0);
        if (rc == WEIR_OK) {
            weir_row_i64(scan->out, 0, n);
            weir_row_end(scan->out);
        }
    }
    return rc == WEIR_OK ? scan->flush(scan) : rc;
}

WEIR_SOURCE(NEWNAME, WEIR_FINITE, (int64_t, n), NEWNAME_next, NULL, NEWNAME_read, NULL);
WEIR_INSTANCE(NEWNAME, struct NEWNAME, NULL, NULL);
WEIR_PARAMS(NEWNAME, WEIR_PARAM_I64_IN(to, positional, 1, 1000000000, "the last number"));
WEIR_HELP(NEWNAME, "the numbers from 1 on", "NEWNAME.NEWNAME 3 | print");

WEIR_PLUGIN("org.example.NEWNAME", "0.1.0", "numbers", "Apache-2.0");
