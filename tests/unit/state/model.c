/* SPDX-License-Identifier: Apache-2.0 */
/* See model.h. */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct weir_state_field fields[] = {
    {"sum", "i64", offsetof(struct tally, sum), 8, WEIR_FORM_FIXED, 0},
    {"name", "str", offsetof(struct tally, name), sizeof(weir_str), WEIR_FORM_TEXT, 0},
    {"list", "list<i64>", offsetof(struct tally, list), sizeof(weir_items), WEIR_FORM_ITEMS, 8},
};
const struct weir_state_def tally_def = {.size = sizeof tally_def,
                                         .version = 1,
                                         .bytes = sizeof(struct tally),
                                         .align = _Alignof(struct tally),
                                         .field_count = 3,
                                         .field_stride = sizeof fields[0],
                                         .fields = fields,
                                         .name = "tally"};

const struct weir_type_field *tally_fields(void)
{
    static struct weir_type list = {.kind = WEIR_TYPE_LIST};
    static struct weir_type_field types[3];
    list.item = weir_type_of(WEIR_TYPE_I64);
    types[0] = (struct weir_type_field){"sum", weir_type_of(WEIR_TYPE_I64)};
    types[1] = (struct weir_type_field){"name", weir_type_of(WEIR_TYPE_STR)};
    types[2] = (struct weir_type_field){"list", &list};
    return types;
}

void model_init(struct model *model, uint32_t key_count, bool has_timeout, uint64_t seed)
{
    memset(model, 0, sizeof *model);
    model->key_count = key_count;
    model->random = seed * 2 + 1;
    weir_state_table_init(&model->table, &tally_def, tally_fields(), true, has_timeout, 1, 0);
}

uint32_t model_random(struct model *model, uint32_t below)
{
    model->random = model->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((model->random >> 33) % below);
}

static size_t print_key(uint32_t k, char *to)
{
    return (size_t)snprintf(to, 40, k % 3 == 0 ? "%u" : "a rather long key %u", k);
}

struct weir_key model_key(uint32_t k, struct weir_buffer *heap)
{
    char text[40];
    weir_view view = {0};
    struct weir_key key;
    size_t count = print_key(k, text);
    view.count = (int32_t)count;
    if (count <= WEIR_VIEW_INLINE_BYTES) {
        memcpy((char *)&view + offsetof(weir_view, prefix), text, count);
    } else {
        memcpy(view.prefix, text, 4);
        view.offset = (int32_t)heap->bytes;
        assert_true(heap->bytes + count <= heap->capacity);
        memcpy(heap->data + heap->bytes, text, count);
        heap->bytes += count;
    }
    memcpy(&key, &view, sizeof key);
    return key;
}

uint64_t model_hash(uint32_t k)
{
    return (k % 7 == 0 ? k / 14 : k) * UINT64_C(0xff51afd7ed558ccd); /* some collide */
}

uint32_t model_number(struct weir_key key)
{
    char text[40] = "";
    uint32_t count = (uint32_t)key.half[0];
    if (count <= WEIR_VIEW_INLINE_BYTES) {
        memcpy(text, (char *)&key + 4, count);
        return (uint32_t)strtoul(text, NULL, 10);
    }
    memcpy(text, (void *)(uintptr_t)key.half[1], count);
    assert_memory_equal(text, "a rather long key ", 18);
    return (uint32_t)strtoul(text + 18, NULL, 10);
}

void model_find(struct model *model, const uint32_t *ks, uint32_t count, uint32_t *slots)
{
    struct weir_key keys[WEIR_CHUNK_ROWS_MAX];
    uint64_t hashes[WEIR_CHUNK_ROWS_MAX];
    struct weir_heaps heaps;
    struct weir_buffer *heap = weir_buffer_create(count * 40 + 1);
    weir_heaps_init(&heaps);
    (void)weir_heaps_add(&heaps, heap);
    for (uint32_t i = 0; i < count; i++) {
        keys[i] = model_key(ks[i], heap);
        hashes[i] = model_hash(ks[i]);
    }
    weir_state_table_find(&model->table, keys, hashes, count, &heaps, slots);
    weir_heaps_finish(&heaps);
}

/* list.h's way: a list without capacity is copied first. */
static void push(struct weir_state_slab *slab, weir_items *list, int64_t value)
{
    if (list->capacity <= list->count) {
        int64_t *items = weir_state_slab_take(slab, MODEL_LIST * sizeof *items);
        if (list->count > 0) {
            memcpy(items, list->items, list->count * sizeof *items);
        }
        weir_state_slab_drop(slab, (void *)(uintptr_t)list->items);
        list->items = items;
        list->capacity = MODEL_LIST;
    }
    ((int64_t *)(uintptr_t)list->items)[list->count++] = value;
}

void model_change(struct model *model, uint32_t k, uint32_t slot)
{
    struct weir_state_table *table = &model->table;
    struct tally *tally = table->states[slot];
    struct model_state *want = &model->now[k];
    if (!table->exists[slot]) {
        static const struct tally zero;
        assert_memory_equal(tally, &zero, sizeof zero);
        *want = (struct model_state){.exists = true};
    }
    assert_int_equal(tally->sum, want->sum);
    tally->sum = want->sum = want->sum + model_random(model, 100);
    if (model_random(model, 2) == 0) {
        int count =
            snprintf(want->name, sizeof want->name, "%*u", (int)model_random(model, 30) + 1, k);
        char *own = weir_state_slab_take(&table->slab, (size_t)count);
        memcpy(own, want->name, (size_t)count);
        if (tally->name.count > 0) {
            weir_state_slab_drop(&table->slab, (void *)(uintptr_t)tally->name.bytes);
        }
        tally->name = (weir_str){own, (size_t)count};
    }
    if (want->list_count < MODEL_LIST && model_random(model, 3) == 0) {
        want->list[want->list_count++] = want->sum;
        push(&table->slab, &tally->list, want->sum);
    }
    want->touched_us = table->batch_us;
    table->exists[slot] = table->touched[slot] = 1;
}

void model_remove(struct model *model, uint32_t k, uint32_t slot)
{
    struct weir_state_table *table = &model->table;
    weir_state_clear(&table->layout, &table->slab, table->states[slot]);
    table->exists[slot] = 0;
    table->touched[slot] = 1;
    model->now[k].exists = false;
}

void model_check_view(const struct model *model,
                      const struct model_state *want,
                      const struct weir_state_view *view)
{
    const struct tally *tally = view->state;
    assert_true(want->exists);
    assert_int_equal(tally->sum, want->sum);
    if (model->table.has_timeout) {
        assert_int_equal(view->touched_us, want->touched_us);
    }
    assert_int_equal(tally->name.count, strlen(want->name));
    assert_memory_equal(tally->name.bytes == NULL ? "" : tally->name.bytes, want->name,
                        tally->name.count);
    assert_int_equal(tally->list.count, want->list_count);
    assert_memory_equal(tally->list.items == NULL ? want->list : tally->list.items, want->list,
                        want->list_count * sizeof *want->list);
}

void model_check(struct model *model)
{
    uint32_t found = 0;
    uint32_t expected = 0;
    for (uint32_t number = 0; number < model->table.used; number++) {
        struct weir_state_entry *entry = weir_state_table_entry(&model->table, number);
        if (weir_state_entry_is_live(entry)) {
            struct weir_state_view view = weir_state_table_view(&model->table, entry);
            model_check_view(model, &model->now[model_number(view.key)], &view);
            found++;
        }
    }
    for (uint32_t k = 0; k < model->key_count; k++) {
        expected += model->now[k].exists;
    }
    assert_int_equal(found, expected);
    assert_int_equal(model->table.live_count, expected);
}
