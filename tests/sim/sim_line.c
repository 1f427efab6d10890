/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of simulated jobs. */
#include "sim_plugin.h"

#include <stdio.h>
#include <string.h>

static uint64_t mix(uint64_t z) /* splitmix64 */
{
    z += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

size_t sim_line(uint64_t seed, uint64_t number, char *to)
{
    uint64_t state = mix(seed) ^ mix(number);
    size_t at = 0;
    uint64_t words = mix(state) % 9; /* empty lines too */
    for (uint64_t w = 0; w < words; w++) {
        uint64_t r = mix(state + w + 1);
        uint64_t rank = (r % 97) * (r / 97 % 97) / 97;
        const char *blank = r % 7 == 0 ? " \t " : " ";
        const char *stem = rank % 5 == 0 ? "a-word-longer-than-a-view-" : "w";
        at += (size_t)snprintf(to + at, SIM_LINE_BYTES_MAX - at, "%s%s%u", w == 0 ? "" : blank,
                               stem, (unsigned)rank);
    }
    to[at++] = '\n';
    return at;
}
