/* SPDX-License-Identifier: Apache-2.0 */
/* See mistake.h. */
#include "mistake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static bool is_at(const struct bound *b, struct weir_place place, const char *text)
{
    if (text == NULL) {
        return place.offset == UINT32_MAX;
    }
    return place.offset != UINT32_MAX && strlen(text) == place.length &&
           memcmp(b->source.text.bytes + place.offset, text, place.length) == 0;
}

void check_mistakes(const struct mistake *mistakes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct mistake *m = &mistakes[i];
        struct bound b;
        bind_text(&b, m->text);
        const struct weir_diagnostic *d = b.diagnostics.first;
        if (b.status != WEIR_ETEXT || d == NULL || b.diagnostics.error_count != 1) {
            fail_msg("one mistake is expected, status %d, %zu found, in: %s", b.status,
                     b.diagnostics.error_count, m->text);
        }
        bool is_right =
            d->code == m->code && is_at(&b, d->place, m->at) &&
            strstr(d->message, m->message) != NULL &&
            (m->help == NULL || (d->help != NULL && strstr(d->help, m->help) != NULL)) &&
            (m->at_other == NULL || is_at(&b, d->other, m->at_other));
        if (!is_right) {
            struct weir_text text;
            weir_text_init(&text);
            weir_diagnostics_render(&b.diagnostics, false, &text);
            print_error("%s\n", text.bytes);
            weir_text_finish(&text);
            fail_msg("expected E%04u at '%s': %s (%s)", (unsigned)m->code,
                     m->at == NULL ? "" : m->at, m->message, m->help == NULL ? "" : m->help);
        }
        bound_finish(&b);
    }
}
