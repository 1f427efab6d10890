/* SPDX-License-Identifier: Apache-2.0 */
/* Heads of values. Every count is checked against the bytes that are left before anybody acts on
 * it. */
#include "pack.h"

static uint64_t big_endian(const uint8_t *at, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++) {
        value = value << 8 | at[i];
    }
    return value;
}

static const uint8_t *cut(struct pack_head *head)
{
    head->kind = PACK_CUT;
    return NULL;
}

static const uint8_t *take_data(const uint8_t *at,
                                const uint8_t *end,
                                uint64_t count,
                                enum pack_kind kind,
                                struct pack_head *head)
{
    if (count > (uint64_t)(end - at)) {
        return cut(head);
    }
    head->kind = kind;
    head->count = (uint32_t)count;
    head->data = at;
    return at + count;
}

/* EXT of `count` bytes behind its type. */
static const uint8_t *take_ext(const uint8_t *at,
                               const uint8_t *end,
                               uint64_t count,
                               struct pack_head *head)
{
    if (at == end) {
        return cut(head);
    }
    head->type = (int8_t)*at;
    return take_data(at + 1, end, count, PACK_EXT, head);
}

static const uint8_t *set_number(const uint8_t *behind, struct pack_head *head, int64_t number)
{
    head->kind = PACK_INT;
    head->number = number;
    return behind;
}

static const uint8_t *set_count(const uint8_t *behind,
                                struct pack_head *head,
                                enum pack_kind kind,
                                uint64_t count)
{
    head->kind = kind;
    head->count = (uint32_t)count;
    return behind;
}

static const uint8_t *set_float(const uint8_t *behind,
                                struct pack_head *head,
                                uint64_t bits,
                                size_t bytes)
{
    head->kind = PACK_FLOAT;
    if (bytes == 8) {
        memcpy(&head->real, &bits, sizeof head->real);
    } else {
        const uint32_t narrow = (uint32_t)bits;
        float real;
        memcpy(&real, &narrow, sizeof real);
        head->real = (double)real;
    }
    return behind;
}

static const uint8_t *set_unsigned(const uint8_t *behind, struct pack_head *head, uint64_t value)
{
    head->kind = value > INT64_MAX ? PACK_UINT : PACK_INT;
    head->number = (int64_t)value;
    return behind;
}

static const uint8_t *set_signed(const uint8_t *behind,
                                 struct pack_head *head,
                                 uint64_t value,
                                 size_t bytes)
{
    const uint64_t sign = UINT64_C(1) << (8 * bytes - 1);
    return set_number(behind, head, (int64_t)((value ^ sign) - sign));
}

/* Heads 0xc4 to 0xdf, which have `bytes` big-endian bytes behind them: their value. */
static const uint8_t *take_long(const uint8_t *at,
                                const uint8_t *end,
                                uint8_t lead,
                                struct pack_head *head)
{
    static const uint8_t follow[0xe0 - 0xc4] = {1, 2, 4, 1, 2, 4, 4, 8, 1, 2, 4, 8, 1, 2,
                                                4, 8, 0, 0, 0, 0, 0, 1, 2, 4, 2, 4, 2, 4};
    const size_t bytes = follow[lead - 0xc4];
    if ((size_t)(end - at) < bytes) {
        return cut(head);
    }
    const uint64_t value = big_endian(at, bytes);
    const uint8_t *behind = at + bytes;
    switch (lead) {
    case 0xc4:
    case 0xc5:
    case 0xc6: /* bin */
        return take_data(behind, end, value, PACK_BIN, head);
    case 0xc7:
    case 0xc8:
    case 0xc9: /* ext */
        return take_ext(behind, end, value, head);
    case 0xca:
    case 0xcb: /* float */
        return set_float(behind, head, value, bytes);
    case 0xcc:
    case 0xcd:
    case 0xce:
    case 0xcf: /* uint */
        return set_unsigned(behind, head, value);
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3: /* int */
        return set_signed(behind, head, value, bytes);
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8: /* fixext */
        return take_ext(behind, end, UINT64_C(1) << (lead - 0xd4), head);
    case 0xd9:
    case 0xda:
    case 0xdb: /* str */
        return take_data(behind, end, value, PACK_STR, head);
    case 0xdc:
    case 0xdd:
        return set_count(behind, head, PACK_ARRAY, value);
    default: /* 0xde, 0xdf */
        return set_count(behind, head, PACK_MAP, value);
    }
}

const uint8_t *pack_take(const uint8_t *at, const uint8_t *end, struct pack_head *head)
{
    if (at >= end) {
        return cut(head);
    }
    const uint8_t lead = *at++;
    if (lead < 0x80 || lead >= 0xe0) { /* fixint */
        return set_number(at, head, (int8_t)lead);
    }
    if (lead < 0x90) {
        return set_count(at, head, PACK_MAP, lead & 15);
    }
    if (lead < 0xa0) {
        return set_count(at, head, PACK_ARRAY, lead & 15);
    }
    if (lead < 0xc0) {
        return take_data(at, end, lead & 31, PACK_STR, head);
    }
    if (lead >= 0xc4) {
        return take_long(at, end, lead, head);
    }
    head->kind = lead == 0xc0 ? PACK_NIL : lead == 0xc1 ? PACK_WRONG : PACK_BOOL;
    head->number = lead == 0xc3;
    return head->kind == PACK_WRONG ? NULL : at;
}

const uint8_t *pack_skip(const uint8_t *at, const uint8_t *end, enum pack_kind *kind)
{
    struct pack_head head;
    for (uint64_t left = 1; left > 0; left--) {
        at = pack_take(at, end, &head);
        if (at == NULL) {
            *kind = head.kind;
            return NULL;
        }
        left += head.kind == PACK_ARRAY ? head.count
                : head.kind == PACK_MAP ? 2 * (uint64_t)head.count
                                        : 0;
    }
    return at;
}

bool pack_time(const struct pack_head *head, int64_t *us)
{
    int64_t seconds;
    uint64_t nanoseconds = 0;
    if (head->type != -1) {
        return false;
    }
    if (head->count == 4) {
        seconds = (int64_t)big_endian(head->data, 4);
    } else if (head->count == 8) {
        const uint64_t both = big_endian(head->data, 8);
        nanoseconds = both >> 34;
        seconds = (int64_t)(both & ((UINT64_C(1) << 34) - 1));
    } else if (head->count == 12) {
        nanoseconds = big_endian(head->data, 4);
        seconds = (int64_t)big_endian(head->data + 4, 8);
    } else {
        return false;
    }
    return nanoseconds < 1000000000 && !__builtin_mul_overflow(seconds, INT64_C(1000000), us) &&
           !__builtin_add_overflow(*us, (int64_t)(nanoseconds / 1000), us);
}
