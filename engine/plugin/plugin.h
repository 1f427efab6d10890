/* SPDX-License-Identifier: Apache-2.0 */
/* From a .so to operators: loading, names, overloads, parameters, descriptions; and the engine's
 * side of every call into a plugin (struct weir_call). Graphs and messages hold canonical names
 * ("org.weir.text/words"); aliases live in texts only. */
#ifndef WEIR_PLUGIN_PLUGIN_H
#define WEIR_PLUGIN_PLUGIN_H

#include "base/base.h"
#include "data/data.h"
#include "env/env.h"
#include "plugin/call/current.h"
#include "plugin/out/lent.h"

struct weir_registry;

struct weir_plugin_info {
    const char *alias;  /* as texts call it */
    const char *path;   /* real path of the file that was named */
    const char *stored; /* the content-addressed copy that is mapped; own plugins: path */
    const char *sha256; /* 64 hex digits */
    const char *id, *version, *summary, *licence;
    uint32_t minor, needs_minor;
    bool is_own; /* shipped with weir: found without `use` */
    uint32_t operator_count;
    const char *prototypes; /* NULL: a plugin; else C functions, declared by this text */
    bool is_serial;         /* prototypes: one call at a time */
};

/* One export, with what is joined to it by name: of every kind but inverse, instance and
 * parameters. Immutable; lives as long as the registry. Overloads are several operators of one
 * canonical name. */
struct weir_operator {
    const struct weir_plugin_info *plugin;
    const char *name;      /* "words" */
    const char *canonical; /* "org.weir.text/words" */
    const char *signature; /* "(line: str) -> (word: str)" */
    enum weir_kind kind;
    uint32_t flags;                     /* enum weir_export_flags */
    const struct weir_export *exported; /* normalised copy: a missing tail is zero */
    uint32_t in_count, out_count;
    const struct weir_type_field *in,
        *out;                           /* a type variable: type NULL, see exported->in[i].type */
    const struct weir_reducer *reducer; /* reducer */
    const struct weir_reducer *inverse; /* reducer: NULL without one */
    const struct weir_receiver_ops *receiver;
    const struct weir_source_ops *source;
    const struct weir_sink_ops *sink;
    const struct weir_instance *instance; /* NULL: nothing of its own */
    uint32_t param_count;
    const struct weir_param *const *params; /* normalised copies */
    const struct weir_partition_ops *partition;
    const struct weir_aggregate_ops *aggregate;
    const struct weir_update_ops *update;
    const struct weir_track_ops *track;
    const struct weir_partitioner_ops *partitioner;
    const struct weir_codec_ops *codec;
    const struct weir_store_ops *store;
    const struct weir_job_ops *job;
    const struct weir_state_def *state;         /* partition function, aggregate, update, track */
    const struct weir_type_field *state_fields; /* state->field_count: its fields as types */
    uint32_t key_count; /* update, track: in[0] to in[key_count - 1] are of the key */
};

/* An empty registry. env is borrowed for its life. store_folder: where copies go (NULL:
 * $XDG_CACHE_HOME/weir/plugins or
 * ~/.cache/weir/plugins). */
int weir_registry_create(struct weir_env *env,
                         const char *store_folder,
                         struct weir_registry **registry,
                         struct weir_error *err);
void weir_registry_destroy(
    struct weir_registry *registry); /* Frees the tables; modules stay mapped. NULL is fine. */

/* Adds a folder searched for plugins named without a slash, after those added before. */
void weir_registry_add_path(struct weir_registry *registry, const char *folder);

/* Loads a plugin. name: a path (a relative one starts at base_folder, NULL = working directory) or
 * a name looked up in the search folders. alias NULL: file name without "lib" and ".so". An alias
 * of weir's own or one in use for another file is refused. Loading the same file under the same
 * alias again is fine. */
int weir_registry_use(struct weir_registry *registry,
                      const char *name,
                      const char *alias,
                      const char *base_folder,
                      const struct weir_plugin_info **plugin,
                      struct weir_error *err);

/* A `use` with C prototypes: functions of a library that knows nothing of weir. */
struct weir_native_use {
    const char *name;        /* with a slash: a file, as for a plugin; without: "libm.so.6", which
                                the system's loader finds and which is never copied */
    const char *alias;       /* NULL: as for a plugin */
    const char *base_folder; /* where a relative path starts; NULL: working directory */
    const char *prototypes;  /* "double cbrt(double x);" */
    bool is_serial;          /* threadsafe=false: calls come one at a time */
};

/* Opens the library and makes an operator of each prototype: a function, or an emitter where it
 * emits or returns a struct. Their plugin's id is "c:" and the file's name. The same library,
 * prototypes and alias again are fine. On failure *place (may be NULL) is what is wrong in the
 * prototypes, or {0, 0} where it is the library. WEIR_ETEXT, WEIR_ENOINPUT, WEIR_ECONFIG,
 * WEIR_EPERMISSION (callbacks are denied by the system). */
int weir_registry_use_native(struct weir_registry *registry,
                             const struct weir_native_use *use,
                             const struct weir_plugin_info **plugin,
                             struct weir_place *place,
                             struct weir_error *err);

/* Is it a C function by its prototype? */
bool weir_operator_is_native(const struct weir_operator *op);

/* Calls a C function once, with zeros and empty texts, whatever it answers. To be run in a child
 * process (weir_os_checked_child), before the job starts: a prototype that does not match may
 * crash. WEIR_EJOB if the function misbehaved and came back. */
int weir_native_probe(const struct weir_operator *op, struct weir_error *err);

/* What became of a child that did not finish the probe: appends "calling cbrt crashed with SIGSEGV
 * (...): the prototype may not match..." to `why`. signal: "" if none ended it. True if the end
 * speaks for no mistake (an integer division by the zero that it was given); `why` is then left as
 * it is. */
bool weir_native_probe_verdict(const struct weir_operator *op,
                               const char *signal,
                               bool is_timeout,
                               struct weir_text *why);

/* How C passes a value of a prototype, for comparison with a library's debug information. */
enum weir_declared_class {
    WEIR_DECLARED_VOID = 0,
    WEIR_DECLARED_INTEGER, /* also bool */
    WEIR_DECLARED_FLOAT,
    WEIR_DECLARED_TEXT, /* const char *, as a result also char * */
    WEIR_DECLARED_STRUCT,
    WEIR_DECLARED_CALLBACK
};
struct weir_declared_value {
    enum weir_declared_class class;
    uint32_t bytes;          /* of an integer, a float, a struct */
    uint32_t offset;         /* of a member in its struct */
    const char *name;        /* "" without one */
    const char *c_type;      /* as written: "unsigned char" */
    struct weir_place place; /* in the text of the prototypes */
    uint32_t count;          /* a struct's members; a callback's parameters */
    const struct weir_declared_value *parts;
};
struct weir_declared {
    const char *name;
    struct weir_place place; /* of the name */
    void (*address)(void);
    struct weir_declared_value result;
    uint32_t count;
    const struct weir_declared_value *parameters;
};

/* The prototype of a native operator (weir_operator_is_native), on the arena; its texts live as
 * long as the registry. Any thread. */
const struct weir_declared *weir_operator_declared(const struct weir_operator *op,
                                                   struct weir_arena *arena);

/* Adds a plugin linked into the process (simulator, tests): its entry table. */
int weir_registry_use_static(struct weir_registry *registry,
                             const struct weir_plugin *entry,
                             const char *alias,
                             bool is_own,
                             struct weir_error *err);

/* All operators of `name` in the plugin of `alias` whose kind is in `kinds` (bit 1 << kind), in the
 * order of their input types; loads weir's own plugins on first use. count 0: see
 * weir_registry_explain. The array belongs to the registry. WEIR_EUNAVAILABLE: of a kind whose verb
 * does not exist yet. alias.count 0: a bare word: the own plugin of that alias and its operator of
 * the same name, else the only plugin that the job named (use, -p) and that has such an operator
 * (an ambiguity is an error). */
int weir_registry_find(struct weir_registry *registry,
                       weir_str alias,
                       weir_str name,
                       uint32_t kinds,
                       const struct weir_operator *const **operators,
                       size_t *count,
                       struct weir_error *err);

/* Fills err with why nothing was found: no such plugin (near aliases, searched folders), no such
 * operator (near names in that plugin), or another kind ("print is a sink: ..."). Returns
 * WEIR_ETEXT. */
int weir_registry_explain(struct weir_registry *registry,
                          weir_str alias,
                          weir_str name,
                          uint32_t kinds,
                          struct weir_error *err);

/* By canonical name and signature (graphs read from bytes); NULL signature: the only overload. */
int weir_registry_find_canonical(struct weir_registry *registry,
                                 const char *canonical,
                                 const char *signature,
                                 enum weir_kind kind,
                                 const struct weir_operator **op,
                                 struct weir_error *err);

/* Chooses among overloads by argument types: the first exact match, then with i32 -> i64 -> f64
 * widened; casts[i] is the type argument i must be converted to, or NULL. WEIR_ETEXT lists the
 * candidates. A literal integer may become f64 (is_literal[i]). */
int weir_operator_choose(const struct weir_operator *const *operators,
                         size_t count,
                         const struct weir_type *const *arguments,
                         const bool *is_literal,
                         uint32_t argument_count,
                         const struct weir_operator **chosen,
                         const struct weir_type **casts,
                         struct weir_error *err);

/* Plugins loaded so far, and every own plugin that could be (loads them all; for inspect and
 * completion). */
int weir_registry_list(struct weir_registry *registry,
                       bool load_own,
                       const struct weir_plugin_info *const **plugins,
                       size_t *count,
                       struct weir_error *err);

/* The operators of one plugin, sorted by kind and name. */
const struct weir_operator *const *weir_plugin_operators(const struct weir_plugin_info *plugin,
                                                         size_t *count);

/* ---- parameters ---- */
struct weir_argument { /* as the job gave it: name NULL = positional */
    const char *name;
    struct weir_value value;
};
/* Checks names (near names), types, ranges and required ones; fills values[op->param_count] with
 * what was given or defaulted, on the arena. *culprit = index of the wrong argument, or -1 when
 * something is missing. Numbers widen; a str is never parsed. */
int weir_operator_bind_params(const struct weir_operator *op,
                              const struct weir_argument *arguments,
                              uint32_t count,
                              struct weir_arena *arena,
                              struct weir_param_value *values,
                              int *culprit,
                              struct weir_error *err);

/* The output fields for these input fields: the export's own, or what its bind() declares. Types on
 * the arena. */
int weir_operator_bind_output(const struct weir_operator *op,
                              const struct weir_param_value *params,
                              const struct weir_type_field *in,
                              uint32_t in_count,
                              struct weir_arena *arena,
                              const struct weir_type_field **out,
                              uint32_t *out_count,
                              struct weir_error *err);

/* The same for a codec: the rows' fields. schema: a struct, what the job asks for, or NULL. */
int weir_codec_bind_output(const struct weir_operator *op,
                           const struct weir_param_value *params,
                           const struct weir_type *schema,
                           struct weir_arena *arena,
                           const struct weir_type_field **out,
                           uint32_t *out_count,
                           struct weir_error *err);

/* ---- descriptions ---- */
/* A page: kind, what it does, signature, parameters with defaults and ranges, flags, an example
 * line. */
void weir_operator_describe(const struct weir_operator *op, struct weir_text *to);
void weir_operator_describe_json(const struct weir_operator *op,
                                 struct weir_text *to); /* The same as one JSON object. */
void weir_plugin_describe(const struct weir_plugin_info *plugin,
                          struct weir_text *to); /* A page: the plugin and its operators. */
void weir_plugin_describe_json(const struct weir_plugin_info *plugin,
                               struct weir_text *to); /* The same as JSON. */
const char *weir_kind_name(enum weir_kind kind);      /* "function", "emitter"...; "unknown" */

/* Loads one file, in place and without its alias being taken, and appends its description. To be
 * run in a child process: constructors of the file run in it and may do anything. file: a path, or
 * a name looked up in the user's and the system's plugin folder. */
int weir_plugin_inspect(struct weir_env *env,
                        const char *file,
                        bool is_json,
                        struct weir_text *to,
                        struct weir_error *err);

/* Reads the ELF note of a file's bytes without loading it. WEIR_ETEXT: not an ELF file, truncated,
 * or no note. */
int weir_note_read(weir_bytes file, struct weir_note *note, struct weir_error *err);

/* ---- calls: the engine's side of struct weir_task ---- */
enum { WEIR_CALL_ARENA_BYTES_MAX = 1 << 30 }; /* scratch between two resets */
struct weir_call {
    struct weir_task task; /* first: the plugin's pointer is ours */
    const struct weir_operator *op;
    const struct weir_param_value *params; /* op->param_count */
    bool is_open;
    int outcome; /* of the last fail(); also set when a loop that returns 0 went beyond the arena's
                    limit: look at it once a chunk */
    char text[WEIR_ERROR_TEXT_BYTES]; /* its message */
    struct weir_arena arena;          /* rows' scratch; reset per call by the caller */
    struct weir_text scratch;         /* weir.json/1's and weir.block/1's answer */
    const struct weir_rows *writing;  /* sinks: the chunk being written, for those two */
    const char *stream;               /* sinks: weir.output/1 */
    uint32_t partition_count;
    bool is_json;
};

/* Prepares a call context: host table, parameters, zeroed self; then the instance's open. The
 * caller has zeroed *call, and may have set stream, partition_count and is_json, which open may ask
 * for. On failure err has plugin, operator and the plugin's message, and close has been called.
 * [the thread that will use it] */
int weir_call_open(struct weir_call *call,
                   const struct weir_operator *op,
                   const struct weir_param_value *params,
                   struct weir_error *err);

/* close, then frees. Fine after a failed open and on a zeroed struct. */
void weir_call_close(struct weir_call *call);

/* Sets what is new for a task: batch, partition, seed (from operator, batch, partition: the same on
 * every retry). */
void weir_call_begin(struct weir_call *call,
                     int64_t batch_us,
                     uint32_t partition,
                     uint64_t job_seed);

/* err := "plugin/operator: message" from the last outcome; returns the status for it: WEIR_EJOB,
 * or that of WEIR_NO_INPUT and its like, if the message begins so; the prefix is taken off. */
int weir_call_failed(const struct weir_call *call, int outcome, struct weir_error *err);

/* ---- rows appended by receivers ---- */
/* Columns lent to a plugin that appends rows (struct weir_out), read as chunks. One thread at a
 * time. */
struct weir_rows_out {
    struct weir_lent lent; /* lent.out: what the plugin is given */
    struct weir_step_heaps heaps;
    struct weir_column *columns;
    /* The columns are full: hand them on and reset. Non-zero: the plugin gives up and returns it.
     */
    int (*full)(struct weir_rows_out *rows_out);
    void *owner;
};

/* Room for WEIR_CHUNK_ROWS_MAX rows of fields of any type. schema is borrowed; so is rows_out by
 * what the plugin is given: it stays where it is. */
void weir_rows_out_init(struct weir_rows_out *rows_out,
                        const struct weir_type *schema,
                        int (*full)(struct weir_rows_out *rows_out),
                        void *owner);

/* Frees; fine on a zeroed struct. */
void weir_rows_out_finish(struct weir_rows_out *rows_out);

/* What was appended so far, as a chunk; valid until the next reset or append. Not WEIR_OK: the
 * plugin wrote what cannot be (lists without items, text outside of its heap); the outcome of
 * `task`, which was told why. */
int weir_rows_out_view(struct weir_rows_out *rows_out,
                       struct weir_task *task,
                       struct weir_rows *rows);

/* Empty again; text that somebody retained stays theirs. */
void weir_rows_out_reset(struct weir_rows_out *rows_out);

#endif
