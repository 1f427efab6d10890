/* SPDX-License-Identifier: Apache-2.0 */
/* url: the parts of a URL by RFC 3986, which takes any text apart: what a part needs to be valid is
 * looked at by is_valid and by those that compute (port, decode). Parts are given as they are
 * written, case and percent signs included; a part that is absent is empty. */
#include <weir/describe.h>

WEIR_PLUGIN("org.weir.url", WEIR_VERSION, "parts of URLs", "Apache-2.0");
