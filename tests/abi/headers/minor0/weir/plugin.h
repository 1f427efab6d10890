/* SPDX-License-Identifier: Apache-2.0 */
/* All that a plugin needs. Read value.h and operator.h to write operators, io.h to connect weir to
 * the outside; ../../README.md builds a plugin in five minutes. */
#ifndef WEIR_PLUGIN_H
#define WEIR_PLUGIN_H

#include <weir/abi.h>
#include <weir/io.h>
#include <weir/operator.h>
#include <weir/value.h>

#endif
