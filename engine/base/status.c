/* SPDX-License-Identifier: Apache-2.0 */
/* Texts and exit codes of the status list. */
#include "base/status.h"

const char *weir_status_text(int status)
{
    switch (status) {
    case WEIR_OK:
        return "ok";
#define WEIR_STATUS_CASE(name, number, exit_code, text)                                            \
    case name:                                                                                     \
        return text;
        WEIR_STATUS_MAP(WEIR_STATUS_CASE)
#undef WEIR_STATUS_CASE
    default:
        return "unknown status";
    }
}

int weir_status_exit_code(int status)
{
    switch (status) {
    case WEIR_OK:
        return 0;
#define WEIR_STATUS_CASE(name, number, exit_code, text)                                            \
    case name:                                                                                     \
        return exit_code;
        WEIR_STATUS_MAP(WEIR_STATUS_CASE)
#undef WEIR_STATUS_CASE
    default:
        return 70;
    }
}
