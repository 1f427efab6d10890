/* SPDX-License-Identifier: Apache-2.0 */
/* What the columns of the text are: those that `columns=` names, else the fields that the job asks
 * for, in their order. */
#include "csv.h"

int32_t csv_find_column(const struct csv_self *self, weir_str name)
{
    for (uint32_t i = 0; i < self->count; i++) {
        if (weir_str_equal(self->columns[i].name, name)) {
            return (int32_t)i;
        }
    }
    return -1;
}

static bool is_listed(weir_str columns, weir_str name)
{
    weir_str column;
    while (weir_str_field(&columns, ',', &column)) {
        if (weir_str_equal(weir_str_trim(column), name)) {
            return true;
        }
    }
    return false;
}

int csv_check_field(struct weir_task *task, const struct weir_field *field)
{
    if (field->type[0] == '{' || strncmp(field->type, "list", 4) == 0) {
        return weir_fail(task, WEIR_FATAL, "csv has no lists or structs, but '%s' is %s",
                         field->name, field->type);
    }
    if (weir_param_is_set(task, "columns") &&
        !is_listed(weir_param_str(task, "columns"), weir_str_from_chars(field->name))) {
        return weir_fail(task, WEIR_FATAL, "csv: the schema has '%s', which columns=... lacks",
                         field->name);
    }
    return WEIR_OK;
}

static int check_names(struct weir_task *task)
{
    weir_str rest = weir_param_str(task, "columns");
    weir_str name;
    while (weir_param_is_set(task, "columns") && weir_str_field(&rest, ',', &name)) {
        name = weir_str_trim(name);
        if (name.count == 0 || is_listed(rest, name)) {
            return weir_fail(task, WEIR_FATAL, "csv: columns: '%.*s' is there twice, or empty",
                             (int)name.count, name.bytes);
        }
    }
    return WEIR_OK;
}

int csv_check_parameters(struct weir_task *task)
{
    const weir_str separator = weir_param_str(task, "separator");
    if (separator.count != 1 || strchr("\"\r\n", separator.bytes[0]) != NULL) {
        return weir_fail(task, WEIR_FATAL,
                         "csv: separator is one byte, no quote and no line break, such as \";\"");
    }
    return check_names(task);
}

static int add_column(struct weir_task *task, struct csv_self *self, weir_str name)
{
    if (self->count == CSV_COLUMNS_MAX) {
        return weir_fail(task, WEIR_FATAL, "csv: more than %d columns", CSV_COLUMNS_MAX);
    }
    struct csv_column *columns =
        (struct csv_column *)realloc(self->columns, (self->count + 1) * sizeof *self->columns);
    if (columns == NULL) {
        return weir_fail(task, WEIR_RETRY, "csv: out of memory for columns");
    }
    columns[self->count].name = name;
    columns[self->count].field = -1;
    columns[self->count].kind = 'u';
    self->columns = columns;
    self->count++;
    return WEIR_OK;
}

static int name_columns(struct weir_task *task, struct csv_self *self)
{
    int rc = WEIR_OK;
    weir_str rest, name;
    if (!weir_param_is_set(task, "columns")) {
        for (int64_t c = 0; c < self->schema->n_children && rc == WEIR_OK; c++) {
            rc = add_column(task, self, weir_str_from_chars(self->schema->children[c]->name));
        }
        return rc;
    }
    rest = weir_param_str(task, "columns");
    while (rc == WEIR_OK && weir_str_field(&rest, ',', &name)) {
        rc = add_column(task, self, weir_str_trim(name));
    }
    return rc;
}

int csv_open_columns(struct weir_task *task, const struct ArrowSchema *schema)
{
    struct csv_self *self = weir_self(task, struct csv_self);
    self->schema = schema;
    self->separator = weir_param_str(task, "separator").bytes[0];
    self->has_header = weir_param_bool(task, "header");
    int rc = name_columns(task, self);
    for (int64_t c = 0; c < schema->n_children && rc == WEIR_OK; c++) {
        const weir_row field = {NULL, schema->children[c], 0};
        const int32_t column =
            csv_find_column(self, weir_str_from_chars(schema->children[c]->name));
        if (column < 0) { /* bind has looked; but who knows who opens this */
            return weir_fail(task, WEIR_FATAL, "csv: no column '%s'", schema->children[c]->name);
        }
        self->columns[column].field = (int32_t)c;
        self->columns[column].kind = weir_get_type(field);
    }
    return rc;
}

void csv_close_columns(struct csv_self *self)
{
    free(self->columns);
    weir_blob_free(&self->scratch);
    weir_blob_free(&self->number);
}
