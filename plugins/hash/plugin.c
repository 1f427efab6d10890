/* SPDX-License-Identifier: Apache-2.0 */
/* hash: numbers that stand for texts, the same on every machine and in every version. None of them
 * keeps a secret. Those of 64 bits are given as i64, so half of them are negative. */
#include <weir/describe.h>

WEIR_PLUGIN("org.weir.hash", WEIR_VERSION, "hashes of texts and numbers", "Apache-2.0");
