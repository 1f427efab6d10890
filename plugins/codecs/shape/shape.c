/* SPDX-License-Identifier: Apache-2.0 */
/* Building the tree. Names go into a table of at least four times their number, so that most of
 * those nobody asks for are refused by one look. */
#include "shape.h"

enum { SLOTS_MIN = 16, FIELDS_MAX = 4096 };

static int no_memory(struct weir_task *task)
{
    return weir_fail(task, WEIR_RETRY, "out of memory");
}

static char kind_of(const struct ArrowSchema *schema)
{
    const weir_row row = {NULL, schema, 0};
    return weir_get_type(row);
}

static int set_slots(struct weir_task *task, struct shape *shape)
{
    uint32_t slots = SLOTS_MIN;
    while (slots < 4 * shape->count) {
        slots *= 2;
    }
    shape->slots = (uint16_t *)calloc(slots, sizeof *shape->slots);
    shape->slot_mask = slots - 1;
    if (shape->slots == NULL) {
        return no_memory(task);
    }
    for (uint32_t i = 0; i < shape->count; i++) {
        uint32_t at = shape_slot(shape->parts[i].word, shape->parts[i].name_bytes);
        while (shape->slots[at & shape->slot_mask] != 0) {
            at++;
        }
        shape->slots[at & shape->slot_mask] = (uint16_t)(i + 1);
    }
    return WEIR_OK;
}

static int set_path(struct weir_task *task, struct shape *part, const struct shape *owner)
{
    const bool is_item = owner->kind == '+';
    const size_t bytes = strlen(owner->path) + part->name_bytes + 3;
    part->path = (char *)malloc(bytes);
    if (part->path == NULL) {
        return no_memory(task);
    }
    (void)snprintf(part->path, bytes, "%s%s%s", owner->path,
                   is_item || owner->path[0] == '\0' ? "" : ".", is_item ? "[]" : part->name);
    return WEIR_OK;
}

static int make_parts(struct weir_task *task,
                      const struct ArrowSchema *schema,
                      struct shape *shape,
                      int depth)
{
    int rc = WEIR_OK;
    if (schema->n_children == 0) {
        return WEIR_OK;
    }
    if (depth > SHAPE_DEPTH_MAX || schema->n_children > FIELDS_MAX) {
        return weir_fail(task, WEIR_FATAL,
                         "%s: a schema has at most %d levels and %d fields each: take fewer",
                         shape->path, SHAPE_DEPTH_MAX, FIELDS_MAX);
    }
    shape->parts = (struct shape *)calloc((size_t)schema->n_children, sizeof *shape->parts);
    if (shape->parts == NULL) {
        return no_memory(task);
    }
    shape->count = (uint32_t)schema->n_children;
    for (uint32_t i = 0; i < shape->count && rc == WEIR_OK; i++) {
        struct shape *part = &shape->parts[i];
        const struct ArrowSchema *field = schema->children[i];
        part->name = field->name != NULL ? field->name : "";
        part->name_bytes = strlen(part->name);
        part->word = shape_word(part->name, part->name_bytes);
        part->column = i;
        part->kind = kind_of(field);
        rc = set_path(task, part, shape);
        rc = rc == WEIR_OK ? make_parts(task, field, part, depth + 1) : rc;
    }
    return rc == WEIR_OK && shape->kind == 's' ? set_slots(task, shape) : rc;
}

int shape_make(struct weir_task *task, const struct ArrowSchema *schema, struct shape *root)
{
    memset(root, 0, sizeof *root);
    root->kind = 's';
    root->name = "";
    root->path = (char *)calloc(1, 1);
    if (root->path == NULL) {
        return no_memory(task);
    }
    const int rc = make_parts(task, schema, root, 1);
    return rc == WEIR_OK && root->slots == NULL ? set_slots(task, root) : rc;
}

void shape_free(struct shape *shape)
{
    for (uint32_t i = 0; i < shape->count; i++) {
        shape_free(&shape->parts[i]);
    }
    free(shape->parts);
    free(shape->slots);
    free(shape->path);
    shape->parts = NULL;
    shape->slots = NULL;
    shape->path = NULL;
    shape->count = 0;
}

const char *shape_type(const struct shape *shape)
{
    static const struct {
        char kind;
        const char *type;
    } types[] = {{'b', "bool"}, {'i', "i32"},   {'l', "i64"},  {'g', "f64"},   {'t', "ts"},
                 {'u', "str"},  {'z', "bytes"}, {'+', "list"}, {'s', "struct"}};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (types[i].kind == shape->kind) {
            return types[i].type;
        }
    }
    return "null";
}

int shape_null(struct weir_task *task, struct weir_out *out, const struct shape *shape)
{
    int rc = WEIR_OK;
    if (shape->kind == 's' && out->children != NULL && out->children[shape->column] != NULL) {
        struct weir_out *fields = weir_row_struct(out, shape->column);
        for (uint32_t i = 0; i < shape->count && rc == WEIR_OK; i++) {
            rc = shape_null(task, fields, &shape->parts[i]);
        }
    } else if (shape->kind == '+' && out->children != NULL &&
               out->children[shape->column] != NULL) {
        (void)weir_row_list(out, shape->column);
        weir_row_list_end(out, shape->column);
    }
    return rc == WEIR_OK ? weir_row_null(out, task, shape->column) : rc;
}

int shape_bind(struct weir_bind *bind, const char *codec)
{
    if (bind->schema == NULL || bind->schema_count == 0) {
        return weir_fail(bind->task, WEIR_FATAL,
                         "%s must be told the fields: %s schema {user: str, ms: i64}", codec,
                         codec);
    }
    for (uint32_t i = 0; i < bind->schema_count; i++) {
        const int rc = weir_declare(bind, bind->schema[i].name, bind->schema[i].type);
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    return WEIR_OK;
}
