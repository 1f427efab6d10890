/* SPDX-License-Identifier: Apache-2.0 */
/* xoshiro256** (Blackman and Vigna), its state filled by splitmix64 so that near seeds give
 * unrelated sequences. */
#include "env/env.h"

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t rotated(uint64_t x, unsigned bits)
{
    return (x << bits) | (x >> (64 - bits));
}

void weir_random_seed(struct weir_random *random, uint64_t seed)
{
    for (size_t i = 0; i < 4; i++) {
        random->s[i] = splitmix(&seed);
    }
}

uint64_t weir_random_next(struct weir_random *random)
{
    uint64_t *s = random->s;
    uint64_t result = rotated(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotated(s[3], 45);
    return result;
}

uint64_t weir_random_below(struct weir_random *random, uint64_t below)
{
    WEIR_ASSERT(below > 0);
    /* What lies under 2^64 mod below would make small results likelier: it is drawn again. */
    uint64_t uneven = (UINT64_MAX - below + 1) % below;
    uint64_t drawn = weir_random_next(random);
    while (drawn < uneven) {
        drawn = weir_random_next(random);
    }
    return drawn % below;
}
