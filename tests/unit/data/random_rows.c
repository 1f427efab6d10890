/* SPDX-License-Identifier: Apache-2.0 */
/* xorshift, and recursion over types that it made itself. */
#include "random_rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static uint64_t next(struct random *random)
{
    random->state ^= random->state << 13;
    random->state ^= random->state >> 7;
    random->state ^= random->state << 17;
    return random->state * UINT64_C(0x2545f4914f6cdd1d);
}

uint32_t random_below(struct random *random, uint32_t limit)
{
    return (uint32_t)((next(random) >> 32) % limit);
}

static const struct weir_type *random_struct(struct random *random, int depth, uint32_t count)
{
    struct weir_type_field fields[5];
    char names[5][8];
    for (uint32_t i = 0; i < count; i++) {
        (void)snprintf(names[i], sizeof names[i], random_below(random, 9) == 0 ? "f %u" : "f%u", i);
        fields[i].name = names[i];
        fields[i].type = random_type(random, depth - 1);
    }
    return weir_type_struct(random->arena, fields, count);
}

const struct weir_type *random_type(struct random *random, int depth)
{
    uint32_t kind = random_below(random, depth > 1 ? WEIR_TYPE_STRUCT + 1 : WEIR_TYPE_LIST);
    if (kind == WEIR_TYPE_LIST) {
        return weir_type_list(random->arena, random_type(random, depth - 1));
    }
    if (kind == WEIR_TYPE_STRUCT) {
        return random_struct(random, depth, random_below(random, 4));
    }
    return weir_type_of((enum weir_type_kind)kind);
}

const struct weir_type *random_schema(struct random *random)
{
    return random_struct(random, 4, 1 + random_below(random, 5));
}

static void random_text(struct random *random, struct weir_value *value)
{
    static const uint8_t lengths[] = {0, 1, 2, 3, 4, 5, 11, 12, 13, 14, 30, 100};
    static const char letters[] = {'a', 'b', '\0', '\xff'};
    uint32_t count = lengths[random_below(random, sizeof lengths)];
    char *bytes = weir_arena_alloc(random->arena, count + 1);
    memset(bytes, 'a', count); /* few texts, that differ late */
    if (count > 0) {
        bytes[count - 1] = letters[random_below(random, 4)];
    }
    value->str = (weir_str){bytes, count};
}

static double random_f64(struct random *random)
{
    static const double some[] = {0.0, -0.0, 1.5, -2.25, 1e300, (double)INFINITY, (double)NAN};
    return some[random_below(random, sizeof some / sizeof some[0])];
}

void random_value(struct random *random, const struct weir_type *type, struct weir_value *value)
{
    *value = (struct weir_value){.type = type};
    value->is_null = type->kind == WEIR_TYPE_NULL || random_below(random, 5) == 0;
    if (value->is_null) {
        return;
    }
    if (type->kind == WEIR_TYPE_F64) {
        value->f64 = random_f64(random);
    } else if (weir_type_is_text(type)) {
        random_text(random, value);
    } else if (type->kind == WEIR_TYPE_BOOL) {
        value->i64 = random_below(random, 2);
    } else if (type->kind < WEIR_TYPE_LIST) {
        value->i64 = (int64_t)random_below(random, 4) - 2;
        value->i64 *= type->kind != WEIR_TYPE_I32 && random_below(random, 3) == 0
                          ? INT64_C(1) << 62
                          : INT64_C(1) << 30;
    } else {
        bool is_list = type->kind == WEIR_TYPE_LIST;
        value->item_count = is_list ? random_below(random, 4) : type->field_count;
        struct weir_value *items =
            weir_arena_alloc(random->arena, value->item_count * sizeof *items);
        for (uint32_t i = 0; i < value->item_count; i++) {
            random_value(random, is_list ? type->item : type->fields[i].type, &items[i]);
        }
        value->items = items;
    }
}

struct weir_value *random_record(struct random *random, const struct weir_type *schema)
{
    struct weir_value *values =
        weir_arena_alloc(random->arena, schema->field_count * sizeof *values);
    for (uint32_t i = 0; i < schema->field_count; i++) {
        random_value(random, schema->fields[i].type, &values[i]);
    }
    return values;
}

void random_table(struct random *random,
                  const struct weir_type *schema,
                  uint32_t rows,
                  struct weir_table *table)
{
    struct weir_builder *builder = weir_builder_create(schema, false);
    for (uint32_t i = 0; i < rows; i++) {
        weir_builder_add_values(builder, random_record(random, schema));
    }
    weir_builder_finish(builder, table);
    weir_builder_destroy(builder);
}

/* What no loop may look at becomes garbage: cells that are null, and everything below a null
 * struct, validity included. */
static void garble_column(struct random *random,
                          struct weir_column *column,
                          const struct weir_column *parent,
                          uint32_t rows)
{
    size_t width = weir_type_cell_bytes(column->type);
    bool has_cells = width > 0 && column->type->kind != WEIR_TYPE_LIST;
    uint8_t *data = weir_arena_alloc(random->arena, rows * width);
    uint8_t *valid = weir_arena_alloc(random->arena, rows / 8 + 1);
    memcpy(data, has_cells ? column->data : "", has_cells ? rows * width : 0);
    memset(valid, 0xff, rows / 8 + 1);
    for (uint32_t i = 0; i < rows; i++) {
        bool is_below_null = parent != NULL && weir_column_is_null(parent, i);
        bool is_null = weir_column_is_null(column, i);
        if (has_cells && (is_below_null || is_null)) {
            memset(data + i * width, 0x7e, width);
        }
        if (is_null && !is_below_null) {
            valid[i / 8] = (uint8_t)(valid[i / 8] & ~(1U << (i % 8)));
        }
    }
    struct weir_column whole = *column;
    column->data = has_cells ? data : column->data;
    column->valid = valid;
    if (column->type->kind != WEIR_TYPE_STRUCT) {
        return;
    }
    struct weir_column *children =
        weir_arena_alloc(random->arena, column->type->field_count * sizeof *children);
    for (uint32_t i = 0; i < column->type->field_count; i++) {
        children[i] = column->children[i];
        garble_column(random, &children[i], &whole, rows);
    }
    column->children = children;
}

void random_garbage(struct random *random, const struct weir_rows *all, struct weir_rows *garbled)
{
    struct weir_column *columns =
        weir_arena_alloc(random->arena, all->schema->field_count * sizeof *columns);
    *garbled = *all;
    garbled->columns = columns;
    for (uint32_t i = 0; i < all->schema->field_count; i++) {
        columns[i] = all->columns[i];
        garble_column(random, &columns[i], NULL, all->rows);
    }
}

bool same_row(struct weir_arena *arena,
              const struct weir_rows *a,
              uint32_t row_a,
              const struct weir_rows *b,
              uint32_t row_b)
{
    for (uint32_t i = 0; i < a->schema->field_count; i++) {
        struct weir_value value_a;
        struct weir_value value_b;
        weir_column_value(arena, a, i, row_a, &value_a);
        weir_column_value(arena, b, i, row_b, &value_b);
        if (!weir_value_equal(&value_a, &value_b)) {
            return false;
        }
    }
    return true;
}
