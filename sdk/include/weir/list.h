/* SPDX-License-Identifier: Apache-2.0 */
/* Lists. weir_list(T) is an array and a count: a parameter, a result, this batch's values of a key,
 * or a field of a state. T: bool int32_t int64_t double weir_ts weir_str weir_bytes; in states also
 * uint8_t, a row of bytes. Read list.items[i] for i < list.count; write with the functions below,
 * which know whose memory it is: a list in a state grows in the state's memory, any other in
 * scratch that lasts for the row.
 *
 *   weir_list(int64_t) odd = {NULL, 0, 0};
 *   for (uint32_t i = 0; i < numbers.count; i++) {
 *       if (numbers.items[i] % 2 != 0) {
 *           weir_push(ctx, &odd, numbers.items[i]);
 *       }
 *   }
 *
 * A state is changed by its functions, or by assignment: state->name = text and state->last = list
 * are copied into the state's memory when the body has returned. */
#ifndef WEIR_LIST_H
#define WEIR_LIST_H

#include <weir/context.h>

#define weir_list(T) weir_list_of_##T
#define WEIR_UNUSED_ __attribute__((unused))
#define WEIR_COLD_   __attribute__((noinline, cold))

/* ---- the state that a body works on ---- */
enum { WEIR_STATE_FIELDS_MAX = 16 };
struct weir_block_ { /* made in this call of the body, out of the items of `from` (or NULL) */
    const void *items, *from;
    uint32_t capacity;
};
struct weir_state_place {
    struct weir_slab *slab;
    const struct weir_state_def *def;
    char *state;        /* the plugin's struct, */
    const char *before; /* and what it held before the body ran */
    uint32_t block_count;
    struct weir_block_ blocks[WEIR_STATE_FIELDS_MAX];
};

static inline bool weir_is_in_state_(const struct weir_ctx *ctx, const void *field)
{
    const struct weir_state_place *place = ctx->place;
    return place != NULL && (uintptr_t)field - (uintptr_t)place->state < place->def->bytes;
}

static inline const struct weir_state_field *weir_state_field_(const struct weir_state_def *def,
                                                               uint32_t i)
{
    return (const struct weir_state_field *)(const void *)((const char *)def->fields +
                                                           (size_t)i * def->field_stride);
}

/* Memory of the state; scratch if there is no more of it: the body has failed then, but goes on. */
static inline void *weir_take_(struct weir_ctx *ctx, size_t bytes)
{
    struct weir_slab *slab = ctx->place->slab;
    void *memory = slab->take(slab, ctx->task, bytes);
    if (memory == NULL) {
        ctx->status = WEIR_FATAL;
        memory = ctx->task->host->arena(ctx->task, bytes);
    }
    return memory;
}

/* Copies text into the state's memory. */
static inline weir_str weir_own_text_(struct weir_ctx *ctx, weir_str text)
{
    char *copy;
    if (text.count == 0) {
        return weir_str_make("", 0);
    }
    copy = (char *)weir_take_(ctx, text.count);
    memcpy(copy, text.bytes, text.count);
    return weir_str_make(copy, text.count);
}
static inline void weir_drop_text_(struct weir_ctx *ctx, weir_str text)
{
    if (text.count > 0) {
        ctx->place->slab->drop(ctx->place->slab, (void *)(uintptr_t)text.bytes);
    }
}

/* Is `items` a list that the state held before this call? */
static inline bool weir_was_there_(const struct weir_state_place *place, const void *items)
{
    for (uint32_t i = 0; i < place->def->field_count; i++) {
        const struct weir_state_field *field = weir_state_field_(place->def, i);
        if (field->form >= WEIR_FORM_ITEMS) {
            weir_items list;
            memcpy(&list, place->before + field->offset, sizeof list);
            if (list.items == items) {
                return true;
            }
        }
    }
    return false;
}

/* Notes a block that was made, in the place of the one it was made from. */
static inline void weir_note_block_(struct weir_ctx *ctx,
                                    const void *items,
                                    const void *from,
                                    uint32_t capacity)
{
    struct weir_state_place *place = ctx->place;
    uint32_t i = 0;
    while (i < place->block_count && (from == NULL || place->blocks[i].items != from)) {
        i++;
    }
    if (i < place->block_count) {
        place->slab->drop(place->slab, (void *)(uintptr_t)from);
    } else if (i == WEIR_STATE_FIELDS_MAX) {
        ctx->status = weir_fail(ctx, WEIR_FATAL, "a body makes more lists than its state has");
        return;
    } else {
        place->blocks[i].from = weir_was_there_(place, from) ? from : NULL;
        place->block_count++;
    }
    place->blocks[i].items = items;
    place->blocks[i].capacity = capacity;
}

/* Makes a list writable, with room for `room` items. */
WEIR_COLD_ WEIR_UNUSED_ static weir_items weir_list_room_(
    struct weir_ctx *ctx, weir_items list, bool is_in_state, size_t item_bytes, uint32_t room)
{
    uint32_t capacity = room < 4 ? 4 : room;
    void *items;
    if (list.capacity > 0 && capacity < list.capacity + list.capacity / 2) {
        capacity = list.capacity + list.capacity / 2;
    }
    if (is_in_state) {
        items = weir_take_(ctx, capacity * item_bytes);
        memset(items, 0, capacity * item_bytes);
        if (ctx->status == 0) {
            weir_note_block_(ctx, items, list.items, capacity);
        }
    } else {
        items = ctx->task->host->arena(ctx->task, capacity * item_bytes);
    }
    if (list.count > 0) {
        memcpy(items, list.items, list.count * item_bytes);
    }
    list.items = items;
    list.capacity = capacity;
    return list;
}

/* ---- weir_push(ctx, &list, value): appends a value. weir_put(ctx, &list, i, value): replaces the
 * i-th. weir_cut(ctx, &list, count): keeps the first `count`. weir_edit(ctx, &list): its items as
 * T *, to be changed in place (not for text, which has an owner: weir_put). ---- */
#define WEIR_LIST__(T, name, own, disown)                                                          \
    typedef struct {                                                                               \
        const T *items;                                                                            \
        uint32_t count, capacity;                                                                  \
    } weir_list_##name;                                                                            \
    WEIR_STATIC_ASSERT(sizeof(weir_list_##name) == sizeof(weir_items), "a list of the line");      \
    static inline T *weir_cells_##name(struct weir_ctx *ctx, weir_list_##name *list,               \
                                       uint32_t room)                                              \
    {                                                                                              \
        if (list->capacity == 0 || list->capacity < room) {                                        \
            weir_items any;                                                                        \
            any.items = list->items;                                                               \
            any.count = list->count;                                                               \
            any.capacity = list->capacity;                                                         \
            any = weir_list_room_(ctx, any, weir_is_in_state_(ctx, list), sizeof(T), room);        \
            list->items = (const T *)any.items;                                                    \
            list->capacity = any.capacity;                                                         \
        }                                                                                          \
        return (T *)(uintptr_t)list->items;                                                        \
    }                                                                                              \
    static inline void weir_push_##name(struct weir_ctx *ctx, weir_list_##name *list, T value)     \
    {                                                                                              \
        T *cells = weir_cells_##name(ctx, list, list->count + 1);                                  \
        cells[list->count++] = own(ctx, list, value);                                              \
    }                                                                                              \
    static inline void weir_put_##name(struct weir_ctx *ctx, weir_list_##name *list, uint32_t i,   \
                                       T value)                                                    \
    {                                                                                              \
        T *cells = weir_cells_##name(ctx, list, list->count);                                      \
        const T old = cells[i];                                                                    \
        cells[i] = own(ctx, list, value);                                                          \
        disown(ctx, list, old);                                                                    \
    }                                                                                              \
    static inline void weir_cut_##name(struct weir_ctx *ctx, weir_list_##name *list,               \
                                       uint32_t count)                                             \
    {                                                                                              \
        T *cells = weir_cells_##name(ctx, list, list->count);                                      \
        while (list->count > count) {                                                              \
            list->count--;                                                                         \
            disown(ctx, list, cells[list->count]);                                                 \
            memset(&cells[list->count], 0, sizeof(T));                                             \
        }                                                                                          \
    }
#define WEIR_OWN_NUMBER_(ctx, list, value) (value)
#define WEIR_OWN_STR_(ctx, list, value)                                                            \
    (weir_is_in_state_((ctx), (list)) ? weir_own_text_((ctx), (value)) : (value))
#define WEIR_OWN_BYTES_(ctx, list, value)                                                          \
    weir_bytes_from_str(WEIR_OWN_STR_((ctx), (list), weir_str_from_bytes(value)))
#define WEIR_DISOWN_NUMBER_(ctx, list, value) (void)(value)
#define WEIR_DISOWN_STR_(ctx, list, value)                                                         \
    if (weir_is_in_state_((ctx), (list))) {                                                        \
        weir_drop_text_((ctx), (value));                                                           \
    }
#define WEIR_DISOWN_BYTES_(ctx, list, value)                                                       \
    WEIR_DISOWN_STR_((ctx), (list), weir_str_from_bytes(value))
WEIR_LIST__(bool, bool, WEIR_OWN_NUMBER_, WEIR_DISOWN_NUMBER_)
WEIR_LIST__(int32_t, i32, WEIR_OWN_NUMBER_, WEIR_DISOWN_NUMBER_)
WEIR_LIST__(int64_t, i64, WEIR_OWN_NUMBER_, WEIR_DISOWN_NUMBER_)
WEIR_LIST__(double, f64, WEIR_OWN_NUMBER_, WEIR_DISOWN_NUMBER_)
WEIR_LIST__(weir_ts, ts, WEIR_OWN_NUMBER_, WEIR_DISOWN_NUMBER_)
WEIR_LIST__(uint8_t, u8, WEIR_OWN_NUMBER_, WEIR_DISOWN_NUMBER_)
WEIR_LIST__(weir_str, str, WEIR_OWN_STR_, WEIR_DISOWN_STR_)
WEIR_LIST__(weir_bytes, bytes, WEIR_OWN_BYTES_, WEIR_DISOWN_BYTES_)
#undef WEIR_LIST__

typedef weir_list_bool weir_list_of_bool;
typedef weir_list_i32 weir_list_of_int32_t;
typedef weir_list_i64 weir_list_of_int64_t;
typedef weir_list_f64 weir_list_of_double;
typedef weir_list_ts weir_list_of_weir_ts;
typedef weir_list_u8 weir_list_of_uint8_t;
typedef weir_list_str weir_list_of_weir_str;
typedef weir_list_bytes weir_list_of_weir_bytes;

#ifdef __cplusplus
extern "C++" {
#define WEIR_LIST__(T, name)                                                                       \
    static inline void weir_push(weir_ctx *ctx, weir_list_##name *list, T value)                   \
    {                                                                                              \
        weir_push_##name(ctx, list, value);                                                        \
    }                                                                                              \
    static inline void weir_put(weir_ctx *ctx, weir_list_##name *list, uint32_t i, T value)        \
    {                                                                                              \
        weir_put_##name(ctx, list, i, value);                                                      \
    }                                                                                              \
    static inline void weir_cut(weir_ctx *ctx, weir_list_##name *list, uint32_t count)             \
    {                                                                                              \
        weir_cut_##name(ctx, list, count);                                                         \
    }
#define WEIR_EDIT__(T, name)                                                                       \
    WEIR_LIST__(T, name)                                                                           \
    static inline T *weir_edit(weir_ctx *ctx, weir_list_##name *list)                              \
    {                                                                                              \
        return weir_cells_##name(ctx, list, list->count);                                          \
    }
WEIR_EDIT__(bool, bool)
WEIR_EDIT__(int32_t, i32)
WEIR_EDIT__(int64_t, i64)
WEIR_EDIT__(double, f64)
WEIR_EDIT__(weir_ts, ts)
WEIR_EDIT__(uint8_t, u8)
WEIR_LIST__(weir_str, str)
WEIR_LIST__(weir_bytes, bytes)
#undef WEIR_LIST__
#undef WEIR_EDIT__
}
#else
typedef weir_list_bool weir_list_of__Bool; /* weir_list(bool) where <stdbool.h> replaced the word */
#define WEIR_LISTS_(list, stem)                                                                    \
    _Generic((list),                                                                               \
        weir_list_bool *: stem##bool,                                                              \
        weir_list_i32 *: stem##i32,                                                                \
        weir_list_i64 *: stem##i64,                                                                \
        weir_list_f64 *: stem##f64,                                                                \
        weir_list_ts *: stem##ts,                                                                  \
        weir_list_u8 *: stem##u8,                                                                  \
        weir_list_str *: stem##str,                                                                \
        weir_list_bytes *: stem##bytes)
#define weir_push(ctx, list, value)   WEIR_LISTS_(list, weir_push_)((ctx), (list), (value))
#define weir_put(ctx, list, i, value) WEIR_LISTS_(list, weir_put_)((ctx), (list), (i), (value))
#define weir_cut(ctx, list, count)    WEIR_LISTS_(list, weir_cut_)((ctx), (list), (count))
#define weir_edit(ctx, list)                                                                       \
    _Generic((list), weir_list_bool *                                                              \
             : weir_cells_bool, weir_list_i32 *                                                    \
             : weir_cells_i32, weir_list_i64 *                                                     \
             : weir_cells_i64, weir_list_f64 *                                                     \
             : weir_cells_f64, weir_list_ts *                                                      \
             : weir_cells_ts, weir_list_u8 *                                                       \
             : weir_cells_u8)((ctx), (list), (list)->count)
#endif

#endif
