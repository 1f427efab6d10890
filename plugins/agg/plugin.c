/* SPDX-License-Identifier: Apache-2.0 */
/* agg: many values into one. Results do not depend on how rows were split among machines, nor, but
 * for first, last and collect, on their order; sketches (frequent, approx_distinct, quantile) hold
 * it as long as they are exact, and after that within the bound that their help names. */
#include <weir/operator.h>

WEIR_PLUGIN("org.weir.agg",
            WEIR_VERSION,
            "aggregates: counts, sums, moments, extremes, sketches",
            "Apache-2.0");
