/* SPDX-License-Identifier: Apache-2.0 */
/* The entry table of a plugin: who it is, and where its exports lie. */
#include "plugin/load/load.h"

#include <string.h>

enum { ID_BYTES_MAX = 63, VERSION_BYTES_MAX = 27 };

static int check_word(const struct weir_load *load, const char *what, const char *text, size_t max)
{
    size_t count = text == NULL ? 0 : weir_text_length(text, max + 1);
    bool is_right = count > 0 && count <= max;
    for (size_t i = 0; is_right && i < count; i++) {
        char c = text[i];
        is_right = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   memchr("._-+~", c, 5) != NULL;
    }
    if (!is_right) {
        return weir_error_set(load->err, WEIR_ETEXT,
                              "%s: its %s is %s: expected 1 to %zu letters, digits or ._-+~, as in "
                              "WEIR_PLUGIN(\"org.example.logs\", \"1.2.0\", ...)",
                              load->file, what, text == NULL ? "missing" : "malformed", max);
    }
    return WEIR_OK;
}

static int check_table(const struct weir_load *load, const struct weir_plugin *entry)
{
    if (entry->size < sizeof *entry || entry->size > WEIR_TABLE_BYTES_MAX) {
        return weir_error_set(load->err, WEIR_ETEXT,
                              "%s: its entry says it has %u bytes, expected %zu to %d: no struct "
                              "weir_plugin of epoch %d; build it with this SDK",
                              load->file, (unsigned)entry->size, sizeof *entry,
                              WEIR_TABLE_BYTES_MAX, WEIR_EPOCH);
    }
    WEIR_TRY(weir_epoch_check(load->file, entry->epoch, entry->needs_minor, load->err));
    WEIR_TRY(check_word(load, "id", entry->id, ID_BYTES_MAX));
    WEIR_TRY(check_word(load, "version", entry->version, VERSION_BYTES_MAX));
    uintptr_t first = (uintptr_t)entry->first, last = (uintptr_t)entry->last;
    if (first > last || (first == 0) != (last == 0) || (last - first) % sizeof entry->first != 0 ||
        (last - first) / sizeof entry->first > WEIR_EXPORTS_MAX) {
        return weir_error_set(load->err, WEIR_ETEXT,
                              "%s: its export table runs from %p to %p: expected 0 to %d entries; "
                              "a damaged build: build it again with the macros of <weir/plugin.h>",
                              load->file, (const void *)entry->first, (const void *)entry->last,
                              WEIR_EXPORTS_MAX);
    }
    if (first == last) {
        return weir_error_set(load->err, WEIR_ETEXT,
                              "%s: a weir plugin without any operator: add one (WEIR_FUNCTION, "
                              "WEIR_EMITTER ... of <weir/plugin.h>)",
                              load->file);
    }
    return WEIR_OK;
}

/* What was read from the file without running it must be what runs. */
static int check_note(const struct weir_load *load,
                      const struct weir_plugin *entry,
                      const struct weir_note *note)
{
    if (strcmp(note->id, entry->id) != 0 || strcmp(note->version, entry->version) != 0 ||
        note->epoch != entry->epoch || note->needs_minor != entry->needs_minor) {
        return weir_error_set(load->err, WEIR_ETEXT,
                              "%s: its note says %s %s, its entry says %s %s: a damaged build; put "
                              "WEIR_PLUGIN into one file of the plugin only, and build it again",
                              load->file, note->id, note->version, entry->id, entry->version);
    }
    return WEIR_OK;
}

int weir_load_entry(struct weir_loaded *loaded,
                    const struct weir_plugin *entry,
                    const struct weir_note *note,
                    struct weir_error *err)
{
    const struct weir_load load = {loaded->path, &loaded->arena, err};
    WEIR_TRY(check_table(&load, entry));
    if (note != NULL) {
        WEIR_TRY(check_note(&load, entry, note));
    }
    struct weir_plugin *own = weir_arena_alloc(&loaded->arena, sizeof *own);
    memcpy(own, entry, sizeof *own);
    own->id = weir_load_text(&load, entry->id);
    own->version = weir_load_text(&load, entry->version);
    own->summary = weir_load_text(&load, entry->summary);
    own->licence = weir_load_text(&load, entry->licence);
    if (own->summary == NULL || own->licence == NULL) {
        return weir_error_set(err, WEIR_ETEXT,
                              "%s: its summary or licence has no end within %d "
                              "bytes: shorten it in WEIR_PLUGIN(...)",
                              loaded->path, WEIR_PLUGIN_TEXT_BYTES_MAX);
    }
    loaded->entry = own;
    size_t count = (size_t)(entry->last - entry->first);
    const struct weir_export **exports = weir_arena_alloc(&loaded->arena, count * sizeof *exports);
    for (size_t i = 0; i < count; i++) {
        WEIR_TRY(weir_export_read(&load, (uint32_t)i, entry->first[i], &exports[i]));
    }
    return weir_exports_join(&load, loaded, exports, count);
}
