/* SPDX-License-Identifier: Apache-2.0 */
/* web: what web servers write. */
#include <weir/describe.h>

WEIR_PLUGIN("org.weir.web", WEIR_VERSION, "lines of web servers' logs", "Apache-2.0");
