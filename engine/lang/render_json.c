/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics as editors and scripts read them: one JSON object a line, in valid UTF-8 whatever the
 * text holds. */
#include "data/data.h"
#include "lang/diagnostic.h"

static void put_member(struct weir_text *out, const char *name, const char *value)
{
    if (value != NULL) {
        weir_text_printf(out, ",\"%s\":", name);
        weir_json_string(out, weir_str_of(value));
    }
}

static void put_place(struct weir_text *out,
                      const struct weir_source *source,
                      struct weir_place place)
{
    struct weir_line_column at = weir_source_locate(source, place.offset);
    size_t length = 0;
    for (size_t i = place.offset; i < (size_t)place.offset + place.length; i++) {
        length += i < source->text.count && ((unsigned char)source->text.bytes[i] & 0xC0) != 0x80;
    }
    weir_text_printf(out, "\"line\":%u,\"column\":%u,\"length\":%zu", at.line, at.column, length);
}

void weir_diagnostics_render_json(const struct weir_diagnostics *diagnostics, struct weir_text *out)
{
    const struct weir_source *source = diagnostics->source;
    for (const struct weir_diagnostic *d = diagnostics->first; d != NULL; d = d->next) {
        weir_text_printf(out, "{\"severity\":\"%s\",\"code\":\"E%04u\"",
                         d->is_warning ? "warning" : "error", (unsigned)d->code);
        put_member(out, "message", d->message);
        put_member(out, "file", source->name);
        if (d->place.offset != UINT32_MAX) {
            weir_text_put(out, ",");
            put_place(out, source, d->place);
        }
        put_member(out, "label", d->label);
        put_member(out, "help", d->help);
        if (d->other.offset != UINT32_MAX) {
            weir_text_put(out, ",\"other\":{");
            put_place(out, source, d->other);
            put_member(out, "message", d->other_label);
            weir_text_put(out, "}");
        }
        weir_text_put(out, "}\n");
    }
}
