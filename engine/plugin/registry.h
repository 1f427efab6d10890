/* SPDX-License-Identifier: Apache-2.0 */
/* What the registry holds, for the files of this room only.
 *
 *   alias ("text") --> weir_alias --> weir_loaded --> operators, sorted twice
 *                      (info)         (one mapped module, its own arena)
 *
 * Every weir_plugin_info that leaves the room is the first member of a weir_alias. */
#ifndef WEIR_PLUGIN_REGISTRY_H
#define WEIR_PLUGIN_REGISTRY_H

#include "plugin/plugin.h"

struct weir_loaded {
    struct weir_arena arena; /* types, names, normalised structs */
    const char *path, *stored, *sha256;
    bool is_own;
    const struct weir_plugin *entry; /* normalised */
    struct weir_alias *first;        /* the alias it was loaded under: the operators' plugin */
    size_t count;
    struct weir_operator **operators;     /* as exported; the plugin's alias is set later */
    const struct weir_operator **by_name; /* by name, kind, types: find */
    const struct weir_operator **by_kind; /* by kind, name, types: descriptions */
    struct weir_native *native;           /* C functions by prototypes; NULL: a plugin */
};

struct weir_alias {
    struct weir_plugin_info info;
    struct weir_loaded *loaded;
};

struct weir_registry {
    struct weir_env *env;
    struct weir_arena arena;  /* paths, lists handed out */
    const char *store_folder; /* NULL: found out at the first plugin that needs it */
    const char **folders;
    size_t folder_count, folder_capacity;
    const char **own_names; /* NAME of each plugin_home/NAME.so */
    size_t own_count;
    bool own_listed;
    struct weir_map aliases; /* text -> struct weir_alias */
    struct weir_loaded **loaded;
    size_t loaded_count, loaded_capacity;
};

/* ---- registry.c ---- */
/* Gives a loaded module one more name; alias must be free. */
struct weir_alias *weir_registry_name(struct weir_registry *registry,
                                      weir_str alias,
                                      struct weir_loaded *loaded);

/* Takes over a module whose exports were read; refuses an id that another module has, and ids of
 * weir's own. On failure the module is freed. */
int weir_registry_admit(struct weir_registry *registry,
                        struct weir_loaded *loaded,
                        struct weir_error *err);

/* Is `alias` a name, and free for the file at `real` with these prototypes (NULL: a plugin)? name:
 * as the job wrote it. *known: the module that already bears it, if it is that very one. */
int weir_alias_check(struct weir_registry *registry,
                     weir_str alias,
                     const char *name,
                     const char *real,
                     const char *prototypes,
                     struct weir_alias **known,
                     struct weir_error *err);

/* Frees a module's tables; NULL is fine. */
void weir_loaded_destroy(struct weir_loaded *loaded);

/* ---- own.c ---- */
/* The names of weir's own plugins, listed once. */
int weir_own_list(struct weir_registry *registry, struct weir_error *err);

/* Is `alias` one of weir's own plugins (installed or linked in)? */
bool weir_own_has(struct weir_registry *registry, weir_str alias);

/* The alias entry; loads an own plugin on first use. *found NULL: no such plugin. */
int weir_alias_get(struct weir_registry *registry,
                   weir_str alias,
                   struct weir_alias **found,
                   struct weir_error *err);

/* ---- locate.c ---- */
/* Finds the file of a plugin: *path as named, *real without links, both on the registry's arena. */
int weir_plugin_locate(struct weir_registry *registry,
                       const char *name,
                       const char *base_folder,
                       const char **path,
                       const char **real,
                       struct weir_error *err);

/* The alias a file gets when the job gives none: its name without "lib" and ".so"; may be no
 * NAME. */
weir_str weir_alias_of_path(const char *path);

/* Appends the folders that are searched, with commas. */
void weir_registry_put_folders(struct weir_registry *registry, struct weir_text *to);

/* The last part of a path. */
const char *weir_path_base(const char *path);

/* ---- names ---- */
/* Appends "alias.name", or the bare name where a plugin is called as its operator ("print"). */
void weir_operator_put_label(const struct weir_operator *op, struct weir_text *to);

/* The same, on an arena. */
const char *weir_operator_label(const struct weir_operator *op, struct weir_arena *arena);

/* "a function", "an emitter": a kind with its article. */
const char *weir_kind_with_article(enum weir_kind kind);

/* Bytes of a NUL-terminated text; max if it has no end within max bytes. */
size_t weir_text_length(const char *text, size_t max);

/* Is it a NAME of the pipeline language of at most WEIR_NAME_BYTES_MAX bytes? */
bool weir_is_name(weir_str text);

enum { WEIR_NAME_BYTES_MAX = 64, WEIR_KIND_LAST = WEIR_KIND_JOB };

/* Kinds that become operators; and those of them whose verb does not exist yet: found by who asks
 * for them, refused by name to everybody else. Whoever adds the verb takes the kind off that list.
 */
#define WEIR_KINDS_USABLE                                                                          \
    ((1u << WEIR_KIND_FUNCTION) | (1u << WEIR_KIND_EMITTER) | (1u << WEIR_KIND_REDUCER) |          \
     (1u << WEIR_KIND_RECEIVER) | (1u << WEIR_KIND_SOURCE) | (1u << WEIR_KIND_SINK) |              \
     (1u << WEIR_KIND_PARTITION_FUNCTION) | (1u << WEIR_KIND_AGGREGATE) |                          \
     (1u << WEIR_KIND_UPDATE) | (1u << WEIR_KIND_TRACK) | (1u << WEIR_KIND_JOB) |                  \
     (1u << WEIR_KIND_CODEC) | (1u << WEIR_KIND_PARTITIONER) | WEIR_KINDS_WAITING)
#define WEIR_KINDS_WAITING (1u << WEIR_KIND_STORE)

/* The prefix of the ids of weir's own plugins. */
#define WEIR_OWN_ID "org.weir."

/* The prefix of what stands for the id of a library without weir's entry. */
#define WEIR_NATIVE_ID "c:"

#endif
