/* SPDX-License-Identifier: Apache-2.0 */
/* weir version. */
#include "command/commands.h"

#include <stdio.h>

static int run(struct weir_invocation *invocation)
{
    if (invocation->is_json) {
        (void)printf("{\"weir\":\"%s\",\"sdk_epoch\":%d,\"sdk_minor\":%d}\n", WEIR_VERSION,
                     WEIR_EPOCH, WEIR_MINOR);
    } else {
        (void)printf("weir %s (plugin SDK %d.%d)\n", WEIR_VERSION, WEIR_EPOCH, WEIR_MINOR);
    }
    return 0;
}

static const struct weir_option options[] = {{NULL, 0, NULL, NULL, false, false}};

const struct weir_command weir_command_version = {
    .name = "version",
    .group = "meta",
    .summary = "which weir this is, and which plugins it can load",
    .arguments = "",
    .example = "weir version --json",
    .options = options,
    .run = run,
};
