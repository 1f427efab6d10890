/* SPDX-License-Identifier: Apache-2.0 */
/* Keyed state that lives from batch to batch: one table for each (stage, partition), and the steps
 * of tasks that work on it. Read table/table.h first. */
#ifndef WEIR_STATE_STATE_H
#define WEIR_STATE_STATE_H

#include "state/table/table.h"

#endif
