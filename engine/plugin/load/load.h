/* SPDX-License-Identifier: Apache-2.0 */
/* From a file's bytes to a validated table of operators. Nothing that a plugin says is believed
 * before it was checked here: sizes, counts, NULLs, names, types, missing slots. */
#ifndef WEIR_PLUGIN_LOAD_LOAD_H
#define WEIR_PLUGIN_LOAD_LOAD_H

#include "plugin/registry.h"

enum {
    WEIR_EXPORTS_MAX = 16384,
    WEIR_EXPORT_FIELDS_MAX = 256,
    WEIR_EXPORT_PARAMS_MAX = 256,
    WEIR_TABLE_BYTES_MAX = 4096,             /* of one struct of the plugin line */
    WEIR_PLUGIN_TEXT_BYTES_MAX = 8192,       /* a help text, an example */
    WEIR_SELF_BYTES_MAX = 256 * 1024 * 1024, /* an instance */
    WEIR_STATE_BYTES_MAX = 64 * 1024,        /* a state's struct, without its text and lists */
    WEIR_STATE_ALIGN_MAX = 16,
    WEIR_STATE_FIELD_COUNT_MAX = 256
};

/* Where a table came from, for messages; and where its copies go. */
struct weir_load {
    const char *file;
    struct weir_arena *arena;
    struct weir_error *err;
};

/* ---- entry.c, loader.c ---- */
/* Reads, checks, copies (unless in_place) and maps the file at `real`, called `path` in messages,
 * then reads its exports. Same content as a loaded module: *loaded is that module. */
int weir_load_file(struct weir_registry *registry,
                   const char *path,
                   const char *real,
                   bool in_place,
                   struct weir_loaded **loaded,
                   struct weir_error *err);

/* Keeps a copy of the file at `real`, called `path` in messages, under its content's name: *stored
 * and *sha256, both on the registry's arena. */
int weir_load_store(struct weir_registry *registry,
                    const char *path,
                    const char *real,
                    const char **stored,
                    const char **sha256,
                    struct weir_error *err);

/* Reads the exports of an entry table that is already mapped (or linked in). */
int weir_load_entry(struct weir_loaded *loaded,
                    const struct weir_plugin *entry,
                    const struct weir_note *note,
                    struct weir_error *err);

/* ---- note.c ---- */
/* Fills err unless an engine of this SDK can run a plugin built for epoch and needs_minor. */
int weir_epoch_check(const char *file,
                     uint32_t epoch,
                     uint32_t needs_minor,
                     struct weir_error *err);

/* ---- export.c ---- */
/* Checks one export and gives its normalised copy: a tail that the plugin did not know is zero. */
int weir_export_read(const struct weir_load *load,
                     uint32_t index,
                     const struct weir_export *from,
                     const struct weir_export **copy);

/* Fails with file, export, what is wrong, and what to do. */
int weir_export_fail(const struct weir_load *load,
                     const struct weir_export *export,
                     const char *format,
                     ...) __attribute__((format(printf, 3, 4)));

/* ---- table/ ---- */
/* Checks what export->table points to, by kind, and replaces it by a normalised copy. */
int weir_table_read(const struct weir_load *load, struct weir_export *export);

/* ---- field.c ---- */
/* The fields of an export as types (NULL: a type variable), on the arena. */
int weir_fields_read(const struct weir_load *load,
                     const struct weir_export *export,
                     bool is_out,
                     const struct weir_type_field **fields);

/* "(line: str) -> (word: str)", on the arena. */
const char *weir_signature(const struct weir_operator *op, struct weir_arena *arena);

/* ---- join.c ---- */
/* Makes operators of the exports: sorts them, joins inverse, instance and parameters by name. */
int weir_exports_join(const struct weir_load *load,
                      struct weir_loaded *loaded,
                      const struct weir_export **exports,
                      size_t count);

/* ---- order.c ---- */
/* Sets the two orders of a module's operators; two that no call could tell apart are an error. */
int weir_operators_sort(const struct weir_load *load,
                        struct weir_loaded *loaded,
                        struct weir_operator **operators,
                        size_t count);

/* ---- text ---- */
/* A copy without control characters; "" for NULL. Fails (NULL) if it has no end within the limit.
 */
const char *weir_load_text(const struct weir_load *load, const char *text);

#endif
