/* SPDX-License-Identifier: Apache-2.0 */
/* The pipeline that each aggregate shows: clicks have `at ts, user str, url str, ms i64`. */
#ifndef WEIR_PLUGINS_AGG_EXAMPLE_H
#define WEIR_PLUGINS_AGG_EXAMPLE_H

#define EXAMPLE(call) "generate clicks | aggregate value = agg." call " by=url | print"

#endif
