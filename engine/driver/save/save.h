/* SPDX-License-Identifier: Apache-2.0 */
/* What both directions of the driver's record share. Private to driver.
 *
 *   { zero, start, committed, records, inputs: [[from, ended, reached, dropped] ...], ledger,
 *     stages: [[rdds: [partitions, bits ...], failed, broken] ...], form: nil or
 *     [[none until, failed, broken] ...] }
 *   failed: [time, failure ...]; failure: [phase, status, batch, partition, at, text]
 */
#ifndef WEIR_DRIVER_SAVE_H
#define WEIR_DRIVER_SAVE_H

#include "driver/form/form.h"

enum {
    WEIR_SAVED_MEMBERS = 8,
    WEIR_SAVED_INPUT = 4,
    WEIR_SAVED_STAGE = 3,
    WEIR_SAVED_NODE = 3,
    WEIR_SAVED_FAILURE = 6
};

#endif
