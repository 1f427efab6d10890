/* SPDX-License-Identifier: Apache-2.0 */
/* A call is made up by trying: values for what is required, least ones where there is a range, then
 * a schema where a codec wants one, until the harness opens it. */
#include "kit/try/made.h"

#include "kit/try/cell.h"
#include "kit/try/scratch.h"

#include <string.h>

enum { IDEAS = 6, CALL_TYPE_BYTES_MAX = 256 };

/* Types that stand for variables. */
static const char *const any_types[] = {"i64", "str", "list<i64>", "{a: i64, b: str}"};

/* A schema for codecs that take one. */
static const struct weir_field schema[] = {{"a", "i64"}, {"b", "str"}, {"c", "f64"}, {"d", "bool"}};
static const char schema_text[] = " schema {a: i64, b: str, c: f64, d: bool}";

/* ---- types ---- */
/* A declared type with variables replaced: each letter by a type of its own. */
static const char *settle(struct weir_made *made, const char *declared)
{
    struct weir_text text;
    weir_text_init(&text);
    for (const char *c = declared; *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'Z') {
            /* in a list: a plain type */
            const size_t kinds = c == declared ? sizeof any_types / sizeof any_types[0] : 2;
            weir_text_put(&text, any_types[(size_t)(*c - 'A') % kinds]);
        } else {
            weir_text_append(&text, c, 1);
        }
    }
    const char *settled = weir_arena_printf(&made->arena, "%s", text.bytes);
    weir_text_finish(&text);
    return settled;
}

static void add_field(struct weir_made *made, const char *name, const char *type)
{
    if (made->count < WEIR_MADE_FIELDS_MAX) {
        made->names[made->count] = name;
        made->types[made->count++] = settle(made, type);
    }
}

/* The columns of the rows that it takes; of a codec those that it gives; of a sink any. */
static void set_fields(struct weir_made *made, bool has_schema)
{
    const struct weir_export *exported = made->op->exported;
    made->count = 0;
    if (made->op->kind == WEIR_KIND_CODEC && !has_schema) {
        for (uint32_t i = 0; i < exported->out_count; i++) {
            add_field(made, exported->out[i].name, exported->out[i].type);
        }
    } else if (made->op->kind == WEIR_KIND_CODEC || made->op->kind == WEIR_KIND_SINK) {
        for (size_t i = 0; i < sizeof schema / sizeof schema[0]; i++) {
            add_field(made, schema[i].name, schema[i].type);
        }
    } else {
        for (uint32_t i = 0; i < exported->in_count; i++) {
            add_field(made, exported->in[i].name, exported->in[i].type);
        }
    }
}

/* ---- parameters ---- */
static const char *value_of(const struct weir_param *param, size_t idea)
{
    static const char *const texts[IDEAS] = {"a",   "1",           "%Y",
                                             "i64", "127.0.0.1:0", WEIR_SCRATCH_INPUT};
    if (strcmp(param->type, "str") == 0) {
        return texts[idea];
    }
    if (strcmp(param->type, "bool") == 0) {
        return "true";
    }
    if (param->min != NULL) {
        return param->min;
    }
    return strcmp(param->type, "duration") == 0 ? "1s"
           : strcmp(param->type, "size") == 0   ? "1KiB"
                                                : "1";
}

static void put_call(struct weir_made *made, size_t idea, bool has_schema, struct weir_text *to)
{
    const struct weir_operator *op = made->op;
    weir_text_printf(to, "%s %s",
                     op->kind == WEIR_KIND_PARTITION_FUNCTION ? "partition_function"
                                                              : weir_kind_name(op->kind),
                     op->name);
    if (op->kind != WEIR_KIND_CODEC && op->kind != WEIR_KIND_SINK &&
        op->kind != WEIR_KIND_RECEIVER && op->kind != WEIR_KIND_SOURCE) {
        weir_text_put(to, "(");
        for (uint32_t i = 0; i < made->count; i++) {
            weir_text_printf(to, "%s%s", i > 0 ? ", " : "", made->types[i]);
        }
        weir_text_put(to, ")");
    }
    weir_text_put(to, has_schema ? schema_text : "");
    for (uint32_t i = 0; i < op->param_count; i++) {
        const struct weir_param *param = op->params[i];
        if ((param->flags & WEIR_PARAM_REQUIRED) != 0) {
            weir_text_printf(to, " %s=%s", param->name, value_of(param, idea));
        }
    }
}

/* Does it open? */
static bool opens(struct weir_made *made, size_t idea, bool has_schema)
{
    struct weir_text call;
    struct weir_harness *h;
    set_fields(made, has_schema);
    weir_text_init(&call);
    put_call(made, idea, has_schema, &call);
    const bool is_open = weir_harness_open(&h, made->file, call.bytes) == 0;
    made->call = weir_arena_printf(&made->arena, "%s", call.bytes);
    made->refused = is_open ? NULL
                            : weir_arena_printf(&made->arena, "%.300s: %.300s", call.bytes,
                                                weir_harness_error(h));
    weir_harness_close(h);
    weir_text_finish(&call);
    return is_open;
}

void weir_made_init(struct weir_made *made,
                    const struct weir_operator *op,
                    const char *file,
                    uint64_t seed)
{
    memset(made, 0, sizeof *made);
    made->op = op;
    made->file = file;
    made->key_count = op->key_count;
    weir_arena_init(&made->arena);
    weir_random_seed(&made->random, seed);
    for (size_t idea = 0; idea < IDEAS; idea++) {
        /* fields that are declared are those of its rows, whatever the job says */
        const bool takes_schema = op->kind == WEIR_KIND_CODEC && op->exported->out_count == 0;
        if ((takes_schema && opens(made, idea, true)) || opens(made, idea, false)) {
            return;
        }
    }
}

void weir_made_finish(struct weir_made *made)
{
    weir_arena_finish(&made->arena);
}

const char *weir_made_call_with(struct weir_made *made, const char *name, const char *value)
{
    return weir_arena_printf(&made->arena, "%s %s=%s", made->call, name, value);
}

/* ---- rows ---- */
void weir_made_rows(struct weir_made *made,
                    uint32_t count,
                    uint32_t null_share,
                    struct weir_text *to)
{
    enum { KEYS = 5 };
    for (uint32_t row = 0; row < count; row++) {
        for (uint32_t c = 0; c < made->count; c++) {
            struct weir_random of_key;
            struct weir_random *random = &made->random;
            weir_text_put(to, c > 0 ? "|" : "");
            if (c < made->key_count) {
                weir_random_seed(&of_key, weir_random_below(&made->random, KEYS) * 7919 + c);
                random = &of_key;
            } else if (null_share > 0 && weir_random_below(random, null_share) == 0) {
                weir_text_put(to, "\\N");
                continue;
            }
            weir_cell_put(made->types[c], random, to);
        }
        weir_text_put(to, "\n");
    }
}
