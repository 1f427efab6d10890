/* SPDX-License-Identifier: Apache-2.0 */
/* One entry of a plugin's export table: is it whole, and what is it called? */
#include "plugin/load/load.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int weir_export_fail(const struct weir_load *load,
                     const struct weir_export *export,
                     const char *format,
                     ...)
{
    char text[WEIR_ERROR_TEXT_BYTES / 2];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return weir_error_set(load->err, WEIR_ETEXT,
                          "%s: %s '%s': %s; build the plugin with the macros of <weir/plugin.h>",
                          load->file, weir_kind_name((enum weir_kind) export->kind), export->name,
                          text);
}

const char *weir_load_text(const struct weir_load *load, const char *text)
{
    if (text == NULL) {
        return "";
    }
    size_t count = weir_text_length(text, WEIR_PLUGIN_TEXT_BYTES_MAX + 1);
    if (count > WEIR_PLUGIN_TEXT_BYTES_MAX) {
        return NULL;
    }
    char *copy = weir_arena_strndup(load->arena, text, count);
    for (size_t i = 0; i < count; i++) {
        /* A terminal obeys control characters: what a stranger wrote must not reach it as such. */
        if ((unsigned char)copy[i] < ' ' || copy[i] == '\177') {
            copy[i] = ' ';
        }
    }
    return copy;
}

static int check_head(const struct weir_load *load, uint32_t index, const struct weir_export *from)
{
    if (from == NULL) {
        return weir_error_set(load->err, WEIR_ETEXT,
                              "%s: entry %u of its export table is NULL: a damaged build; build "
                              "the plugin again with the macros of <weir/plugin.h>",
                              load->file, (unsigned)index);
    }
    if (from->size < offsetof(struct weir_export, bind) || from->size > WEIR_TABLE_BYTES_MAX) {
        return weir_error_set(load->err, WEIR_ETEXT,
                              "%s: entry %u of its export table says it has %u bytes, expected %zu "
                              "to %d: no struct weir_export of epoch %d; build it with this SDK",
                              load->file, (unsigned)index, (unsigned)from->size,
                              offsetof(struct weir_export, bind), WEIR_TABLE_BYTES_MAX, WEIR_EPOCH);
    }
    if (from->name == NULL ||
        weir_text_length(from->name, WEIR_NAME_BYTES_MAX + 1) > WEIR_NAME_BYTES_MAX ||
        !weir_is_name(weir_str_of(from->name))) {
        return weir_error_set(load->err, WEIR_ETEXT,
                              "%s: entry %u of its export table has %s: expected letters, digits "
                              "and _, at most %d; give its macro such a name",
                              load->file, (unsigned)index,
                              from->name == NULL ? "no name" : "a name that no text can call",
                              WEIR_NAME_BYTES_MAX);
    }
    if (from->kind == 0 || from->kind > WEIR_KIND_LAST) {
        return weir_error_set(load->err, WEIR_ETEXT,
                              "%s: '%s' is of kind %u, SDK %d.%d knows 1 to %d: update weir, or "
                              "build the plugin again with -DWEIR_TARGET=%d.%d",
                              load->file, from->name, (unsigned)from->kind, WEIR_EPOCH, WEIR_MINOR,
                              WEIR_KIND_LAST, WEIR_EPOCH, WEIR_MINOR);
    }
    return WEIR_OK;
}

static uint32_t inputs_max(uint32_t kind)
{
    switch (kind) {
    case WEIR_KIND_FUNCTION:
    case WEIR_KIND_EMITTER:
    case WEIR_KIND_PARTITION_FUNCTION:
    case WEIR_KIND_AGGREGATE:
    case WEIR_KIND_PARTITIONER:
        return WEIR_PARAMETERS_MAX;
    case WEIR_KIND_UPDATE:
    case WEIR_KIND_TRACK:
        return 2 * WEIR_PARAMETERS_MAX; /* of the key and of the value */
    case WEIR_KIND_REDUCER:
    case WEIR_KIND_INVERSE:
    case WEIR_KIND_CODEC:
        return 1;
    case WEIR_KIND_SINK:
        return WEIR_EXPORT_FIELDS_MAX;
    default:
        return 0;
    }
}

static int check_counts(const struct weir_load *load, const struct weir_export *export)
{
    uint32_t in_max = inputs_max(export->kind);
    if (export->in_count > in_max || export->out_count > WEIR_EXPORT_FIELDS_MAX) {
        return weir_export_fail(load, export,
                                "has %u inputs and %u outputs, expected at most %u and %d",
                                (unsigned)export->in_count, (unsigned)export->out_count,
                                (unsigned)in_max, WEIR_EXPORT_FIELDS_MAX);
    }
    if ((export->in_count > 0 && export->in == NULL) ||
        (export->out_count > 0 && export->out == NULL)) {
        return weir_export_fail(load, export, "has a number of fields but no table of them");
    }
    return WEIR_OK;
}

/* What its kind must have: a loop, one result, columns. */
static int check_kind(const struct weir_load *load, const struct weir_export *export)
{
    bool has_bind = export->bind != NULL;
    bool is_loop = export->kind == WEIR_KIND_FUNCTION || export->kind == WEIR_KIND_EMITTER;
    if (is_loop && export->loop == NULL) {
        return weir_export_fail(load, export, "has no loop");
    }
    switch (export->kind) {
    case WEIR_KIND_FUNCTION:
    case WEIR_KIND_AGGREGATE:
        if (export->out_count != 1 && !(has_bind && export->out_count == 0)) {
            return weir_export_fail(load, export, "gives %u values, %s gives 1",
                                    (unsigned)export->out_count,
                                    weir_kind_with_article((enum weir_kind) export->kind));
        }
        return WEIR_OK;
    case WEIR_KIND_EMITTER:
    case WEIR_KIND_TRACK:
    case WEIR_KIND_PARTITION_FUNCTION:
        if (export->out_count == 0 && !has_bind) {
            return weir_export_fail(load, export, "declares no column that it emits");
        }
        return WEIR_OK;
    case WEIR_KIND_REDUCER:
    case WEIR_KIND_INVERSE:
        if (export->in_count != 1) {
            return weir_export_fail(load, export, "has %u types, a reducer has 1",
                                    (unsigned)export->in_count);
        }
        return WEIR_OK;
    case WEIR_KIND_CODEC:
        if (export->in_count != 1 || (export->out_count == 0 && !has_bind)) {
            return weir_export_fail(load, export,
                                    "has %u encoded columns and %u of rows, "
                                    "expected 1, and columns or a bind",
                                    (unsigned)export->in_count, (unsigned)export->out_count);
        }
        return WEIR_OK;
    case WEIR_KIND_RECEIVER:
    case WEIR_KIND_SOURCE:
        if (export->out_count == 0 && !has_bind && (export->flags & WEIR_TEXT_LINES) == 0) {
            return weir_export_fail(load, export, "declares no column that it gives");
        }
        return WEIR_OK;
    default:
        return WEIR_OK;
    }
}

int weir_export_read(const struct weir_load *load,
                     uint32_t index,
                     const struct weir_export *from,
                     const struct weir_export **copy)
{
    WEIR_TRY(check_head(load, index, from));
    struct weir_export *own = weir_arena_alloc(load->arena, sizeof *own);
    memcpy(own, from, from->size < sizeof *own ? from->size : sizeof *own);
    own->size = sizeof *own;
    own->name = weir_load_text(load, from->name);
    own->help = weir_load_text(load, own->help);
    own->example = weir_load_text(load, own->example);
    *copy = own;
    if (own->help == NULL || own->example == NULL) {
        return weir_export_fail(load, own, "its help or example has no end within %d bytes",
                                WEIR_PLUGIN_TEXT_BYTES_MAX);
    }
    WEIR_TRY(check_counts(load, own));
    WEIR_TRY(check_kind(load, own));
    return weir_table_read(load, own);
}
