/* SPDX-License-Identifier: Apache-2.0 */
/* The job's own struct, shared by the files of the facade. */
#ifndef WEIR_ENGINE_PRIVATE_H
#define WEIR_ENGINE_PRIVATE_H

#include "engine.h"

struct weir_run {
    struct weir_env *env;
    struct weir_run_options options;
    struct weir_plan *plan;
    struct weir_driver *driver;
    struct weir_worker *worker;
    struct weir_message_list inbox; /* from the worker, not yet taken by the driver */
    struct weir_driver_actions actions;
    struct weir_timer timer;
    struct weir_history history;
    bool is_draining, is_finished, was_told;
};

#endif
