/* SPDX-License-Identifier: Apache-2.0 */
/* C++ whose exception would leave the plugin. */
#include <weir/plugin.h>

#include <stdexcept>

WEIR_FUNCTION(weir_str, throws, (weir_str, line))
{
    if (weir_str_contains(line, "fork")) {
        throw std::runtime_error("thrown at a line");
    }
    return line;
}

WEIR_PLUGIN("org.example.throws", "1.0.0", "an exception", "Apache-2.0");
