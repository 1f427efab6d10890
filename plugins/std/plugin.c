/* SPDX-License-Identifier: Apache-2.0 */
/* std: what the operators and casts of the pipeline language stand for. `a + b` is std.add, `-a` is
 * std.neg, `a == b` is std.eq. An i32 argument is widened to i64, and either to f64, by the engine:
 * by std.i64 and std.f64, so these alone have an overload for it. */
#include <weir/describe.h>

WEIR_PLUGIN("org.weir.std", WEIR_VERSION, "arithmetic, comparison, logic and casts", "Apache-2.0");
