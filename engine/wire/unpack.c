/* SPDX-License-Identifier: Apache-2.0 */
/* The reader: pulls one element after the other out of bytes that may be hostile. Own code, because
 * msgpack_unpack allocates what a length asks for before it looks at the bytes. The first failure
 * stays: every later call returns it. */
#include "wire/wire.h"

#include <inttypes.h>
#include <string.h>

enum element_kind {
    ELEMENT_NIL,
    ELEMENT_BOOL,
    ELEMENT_INT,  /* number */
    ELEMENT_UINT, /* number, too large for int64_t */
    ELEMENT_FLOAT,
    ELEMENT_STR,   /* count bytes follow */
    ELEMENT_BIN,   /* count bytes follow */
    ELEMENT_EXT,   /* count bytes follow, the type's among them */
    ELEMENT_ARRAY, /* count elements follow */
    ELEMENT_MAP    /* 2 * count elements follow */
};

static const char *const kind_texts[] = {
    [ELEMENT_NIL] = "nil",        [ELEMENT_BOOL] = "a bool",
    [ELEMENT_INT] = "an integer", [ELEMENT_UINT] = "an integer of 64 bits",
    [ELEMENT_FLOAT] = "a float",  [ELEMENT_STR] = "a text",
    [ELEMENT_BIN] = "bytes",      [ELEMENT_EXT] = "an extension",
    [ELEMENT_ARRAY] = "an array", [ELEMENT_MAP] = "a map",
};

/* One element's head, decoded. */
struct element {
    enum element_kind kind;
    size_t start; /* of the head */
    size_t end;   /* of the head: the body begins here */
    int64_t number;
    double real;
    uint64_t count;
};

void weir_unpack_init(struct weir_unpack *in, weir_bytes bytes, struct weir_error *err)
{
    WEIR_ASSERT(err != NULL);
    *in = (struct weir_unpack){bytes.bytes, bytes.count, 0, err};
    err->status = WEIR_OK;
    err->text[0] = '\0';
}

static uint64_t big_endian(const uint8_t *bytes, size_t count)
{
    uint64_t number = 0;
    for (size_t i = 0; i < count; i++) {
        number = number << 8 | bytes[i];
    }
    return number;
}

static int fail_end(struct weir_unpack *in, const char *expected)
{
    return weir_error_set(in->err, WEIR_EDAMAGED,
                          "byte %zu: expected %s, found the end of %zu bytes", in->at, expected,
                          in->count);
}

static int fail_found(struct weir_unpack *in, const char *expected, const struct element *found)
{
    return weir_error_set(in->err, WEIR_EDAMAGED, "byte %zu: expected %s, found %s", found->start,
                          expected, kind_texts[found->kind]);
}

/* How the bytes behind the first one are to be understood. */
struct layout {
    enum element_kind kind;
    uint8_t bytes; /* of the number or count that follows */
    uint8_t extra; /* added to the count: the type byte of an extension */
    bool is_signed;
    bool is_known;
};

/* First bytes 0xc0 to 0xdf. */
static const struct layout layouts[32] = {
    [0x00] = {ELEMENT_NIL, 0, 0, false, true},   [0x02] = {ELEMENT_BOOL, 0, 0, false, true},
    [0x03] = {ELEMENT_BOOL, 0, 0, false, true},  [0x04] = {ELEMENT_BIN, 1, 0, false, true},
    [0x05] = {ELEMENT_BIN, 2, 0, false, true},   [0x06] = {ELEMENT_BIN, 4, 0, false, true},
    [0x07] = {ELEMENT_EXT, 1, 1, false, true},   [0x08] = {ELEMENT_EXT, 2, 1, false, true},
    [0x09] = {ELEMENT_EXT, 4, 1, false, true},   [0x0a] = {ELEMENT_FLOAT, 4, 0, false, true},
    [0x0b] = {ELEMENT_FLOAT, 8, 0, false, true}, [0x0c] = {ELEMENT_INT, 1, 0, false, true},
    [0x0d] = {ELEMENT_INT, 2, 0, false, true},   [0x0e] = {ELEMENT_INT, 4, 0, false, true},
    [0x0f] = {ELEMENT_INT, 8, 0, false, true},   [0x10] = {ELEMENT_INT, 1, 0, true, true},
    [0x11] = {ELEMENT_INT, 2, 0, true, true},    [0x12] = {ELEMENT_INT, 4, 0, true, true},
    [0x13] = {ELEMENT_INT, 8, 0, true, true},    [0x14] = {ELEMENT_EXT, 0, 2, false, true},
    [0x15] = {ELEMENT_EXT, 0, 3, false, true},   [0x16] = {ELEMENT_EXT, 0, 5, false, true},
    [0x17] = {ELEMENT_EXT, 0, 9, false, true},   [0x18] = {ELEMENT_EXT, 0, 17, false, true},
    [0x19] = {ELEMENT_STR, 1, 0, false, true},   [0x1a] = {ELEMENT_STR, 2, 0, false, true},
    [0x1b] = {ELEMENT_STR, 4, 0, false, true},   [0x1c] = {ELEMENT_ARRAY, 2, 0, false, true},
    [0x1d] = {ELEMENT_ARRAY, 4, 0, false, true}, [0x1e] = {ELEMENT_MAP, 2, 0, false, true},
    [0x1f] = {ELEMENT_MAP, 4, 0, false, true},
};

/* Elements whose first byte says it all. False: there is more to read. */
static bool decode_short(uint8_t first, struct element *element)
{
    if (first < 0x80 || first >= 0xe0) {
        element->kind = ELEMENT_INT;
        element->number = first < 0x80 ? first : (int64_t)first - 256;
    } else if (first < 0xc0) {
        element->kind = first < 0x90 ? ELEMENT_MAP : first < 0xa0 ? ELEMENT_ARRAY : ELEMENT_STR;
        element->count = first < 0xa0 ? first & 0x0f : first & 0x1f;
    } else {
        return false;
    }
    return true;
}

static void decode_number(const struct layout *layout, uint64_t raw, struct element *element)
{
    unsigned shift = 64 - 8U * layout->bytes;
    if (layout->is_signed) {
        element->number = (int64_t)(raw << shift) >> shift;
        return;
    }
    element->number = (int64_t)raw;
    if (raw > INT64_MAX) {
        element->kind = ELEMENT_UINT;
    }
}

static void decode_float(uint64_t raw, size_t bytes, struct element *element)
{
    uint32_t narrow = (uint32_t)raw;
    float real = 0;
    if (bytes == 8) {
        memcpy(&element->real, &raw, sizeof raw);
        return;
    }
    memcpy(&real, &narrow, sizeof narrow);
    element->real = (double)real;
}

/* Is there room for what the count promises? An element takes at least one byte. */
static int check_count(struct weir_unpack *in, const struct element *element)
{
    uint64_t needed = element->kind == ELEMENT_MAP ? element->count * 2 : element->count;
    uint64_t left = in->count - element->end;
    if (needed <= left) {
        return WEIR_OK;
    }
    return weir_error_set(in->err, WEIR_EDAMAGED,
                          "byte %zu: expected %s of %" PRIu64 ", found only %" PRIu64 " bytes more",
                          element->start, kind_texts[element->kind], element->count, left);
}

/* Decodes the head at in->at; consumes nothing. */
static int peek(struct weir_unpack *in, const char *expected, struct element *element)
{
    *element = (struct element){.start = in->at};
    if (in->err->status != WEIR_OK) {
        return in->err->status;
    }
    if (in->at >= in->count) {
        return fail_end(in, expected);
    }
    uint8_t first = in->bytes[in->at];
    element->end = in->at + 1;
    if (decode_short(first, element)) {
        return check_count(in, element);
    }
    const struct layout *layout = &layouts[first - 0xc0];
    if (!layout->is_known) {
        return weir_error_set(in->err, WEIR_EDAMAGED, "byte %zu: expected %s, found 0x%02x", in->at,
                              expected, first);
    }
    if (layout->bytes > in->count - element->end) {
        return fail_end(in, expected);
    }
    uint64_t raw = big_endian(in->bytes + element->end, layout->bytes);
    element->kind = layout->kind;
    element->end += layout->bytes;
    if (element->kind == ELEMENT_INT) {
        decode_number(layout, raw, element);
    } else if (element->kind == ELEMENT_FLOAT) {
        decode_float(raw, layout->bytes, element);
    } else if (element->kind == ELEMENT_BOOL) {
        element->number = first & 1;
    } else {
        element->count = raw + layout->extra;
    }
    return check_count(in, element);
}

/* Consumes the head of an element of that kind. */
static int take(struct weir_unpack *in, enum element_kind kind, struct element *element)
{
    WEIR_TRY(peek(in, kind_texts[kind], element));
    if (element->kind != kind) {
        return fail_found(in, kind_texts[kind], element);
    }
    in->at = element->end;
    return WEIR_OK;
}

bool weir_unpack_is_nil(const struct weir_unpack *in)
{
    return in->err->status == WEIR_OK && in->at < in->count && in->bytes[in->at] == 0xc0;
}

int weir_unpack_nil(struct weir_unpack *in)
{
    struct element element;
    return take(in, ELEMENT_NIL, &element);
}

int weir_unpack_bool(struct weir_unpack *in, bool *value)
{
    struct element element;
    *value = false;
    WEIR_TRY(take(in, ELEMENT_BOOL, &element));
    *value = element.number != 0;
    return WEIR_OK;
}

int weir_unpack_i64(struct weir_unpack *in, int64_t *value)
{
    struct element element;
    *value = 0;
    WEIR_TRY(take(in, ELEMENT_INT, &element));
    *value = element.number;
    return WEIR_OK;
}

int weir_unpack_u32(struct weir_unpack *in, uint32_t *value)
{
    struct element element;
    *value = 0;
    WEIR_TRY(take(in, ELEMENT_INT, &element));
    if (element.number < 0 || element.number > UINT32_MAX) {
        return weir_error_set(in->err, WEIR_EDAMAGED,
                              "byte %zu: expected an integer from 0 to 4294967295, found %" PRId64,
                              element.start, element.number);
    }
    *value = (uint32_t)element.number;
    return WEIR_OK;
}

int weir_unpack_f64(struct weir_unpack *in, double *value)
{
    struct element element;
    *value = 0;
    WEIR_TRY(peek(in, kind_texts[ELEMENT_FLOAT], &element));
    if (element.kind == ELEMENT_FLOAT) {
        *value = element.real;
    } else if (element.kind == ELEMENT_INT) {
        *value = (double)element.number;
    } else if (element.kind == ELEMENT_UINT) {
        *value = (double)(uint64_t)element.number;
    } else {
        return fail_found(in, "a float or an integer", &element);
    }
    in->at = element.end;
    return WEIR_OK;
}

int weir_unpack_str(struct weir_unpack *in, weir_str *value)
{
    struct element element;
    *value = (weir_str){"", 0};
    WEIR_TRY(take(in, ELEMENT_STR, &element));
    value->bytes = (const char *)in->bytes + in->at;
    value->count = (size_t)element.count;
    in->at += value->count;
    return WEIR_OK;
}

int weir_unpack_bin(struct weir_unpack *in, weir_bytes *value)
{
    struct element element;
    *value = (weir_bytes){(const uint8_t *)"", 0};
    WEIR_TRY(take(in, ELEMENT_BIN, &element));
    value->bytes = in->bytes + in->at;
    value->count = (size_t)element.count;
    in->at += value->count;
    return WEIR_OK;
}

int weir_unpack_array(struct weir_unpack *in, uint32_t *count)
{
    struct element element;
    *count = 0;
    WEIR_TRY(take(in, ELEMENT_ARRAY, &element));
    *count = (uint32_t)element.count;
    return WEIR_OK;
}

int weir_unpack_map(struct weir_unpack *in, uint32_t *count)
{
    struct element element;
    *count = 0;
    WEIR_TRY(take(in, ELEMENT_MAP, &element));
    *count = (uint32_t)element.count;
    return WEIR_OK;
}

int weir_unpack_skip(struct weir_unpack *in)
{
    uint64_t open = 1; /* elements still to come: nesting needs no stack */
    while (open > 0) {
        struct element element;
        WEIR_TRY(peek(in, "an element", &element));
        open--;
        in->at = element.end;
        if (element.kind == ELEMENT_ARRAY) {
            open += element.count;
        } else if (element.kind == ELEMENT_MAP) {
            open += element.count * 2;
        } else {
            in->at += (size_t)element.count;
        }
    }
    return WEIR_OK;
}
