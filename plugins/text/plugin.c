/* SPDX-License-Identifier: Apache-2.0 */
/* text: operators on str. Positions and lengths are bytes unless a name says otherwise; letters are
 * ASCII letters, other bytes pass unchanged, so valid UTF-8 stays valid. */
#include <weir/describe.h>

WEIR_PLUGIN("org.weir.text", WEIR_VERSION, "operators on text", "Apache-2.0");
