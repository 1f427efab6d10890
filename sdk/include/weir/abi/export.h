/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the line between engine and plugin that a plugin consists of: its entry, its table of
 * exports, and what is joined to an export by name. Included by <weir/abi.h>, which has the rules.
 */
#ifndef WEIR_ABI_EXPORT_H
#define WEIR_ABI_EXPORT_H

#include <weir/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- what a plugin exports ---- */
/* A reducer's kernels over cells of its type. [task thread] Pure; never fail. */
struct weir_reducer {
    uint32_t size, value_bytes;
    /* acc[slot[i]] = f(acc[slot[i]], values[i]) for i < n, in order */
    void (*scatter)(void *acc, const uint32_t *slot, const void *values, size_t n);
    /* *acc = f(*acc, values[i]) for i < n, in order */
    void (*fold)(void *acc, const void *values, size_t n);
    /* acc[i] = f(acc[i], other[i]) for i < n */
    void (*merge)(void *acc, const void *other, size_t n);
};

enum {
    WEIR_PARAM_REQUIRED = 1,
    WEIR_PARAM_SECRET = 2,
    WEIR_PARAM_POSITIONAL = 4,
    WEIR_PARAM_OPTIONAL = 8
};
struct weir_param {
    const char *name, *type;     /* type: bool i64 f64 str duration size */
    const char *def, *min, *max; /* as text of the pipeline language; NULL: none */
    const char *help;
    uint32_t flags, pad;
};
struct weir_params { /* entries are `stride` bytes apart, so that struct weir_param may grow */
    uint32_t size, stride, count, pad;
    const struct weir_param *entries;
};

/* How the message of a failed instance, receiver, source or sink begins where the command has an
 * exit code for it; the user sees the rest. */
#define WEIR_NO_INPUT      "no input: "      /* 66: no such file or directory to read */
#define WEIR_UNREACHABLE   "unreachable: "   /* 69: an address */
#define WEIR_NO_PERMISSION "no permission: " /* 77 */
#define WEIR_CANNOT_CREATE "cannot create: " /* 73: an output's place */

struct weir_instance {
    uint32_t size, self_bytes;
    /* [task thread] Once per operator and worker thread; task->self is zeroed. NULL: nothing to
     * open. */
    int (*open)(struct weir_task *task);
    /* [task thread] Once, after the last call; also after a failed open. May be NULL. */
    void (*close)(struct weir_task *task);
};

/* Given to an export's bind: what it is bound to, and where it declares its output fields. */
struct weir_bind {
    uint32_t size, in_count;
    const struct weir_field *in; /* the arguments' (or the piped record's) fields */
    struct weir_task *task;      /* for param() and fail() */
    /* Declares one more output field; type as in weir_field, but no variable. The strings are
     * copied. */
    int (*declare)(struct weir_bind *bind, const char *name, const char *type);
    const struct weir_field
        *schema; /* codecs: the fields that the job asks for; NULL: none given */
    uint32_t schema_count, pad;
};

enum weir_export_flags {
    WEIR_NONDETERMINISTIC = 1, /* the output is kept before anything downstream runs */
    WEIR_NOT_COMMUTATIVE = 2,  /* reducers are commutative and associative unless flagged */
    WEIR_MAY_BLOCK = 4,
    WEIR_TEXT_LINES = 8, /* receiver, source: gives bytes by reserve/commit; the engine cuts them
                            into field `line` */
    WEIR_NULLABLE = 16,  /* rows with a null argument are shown too, since minor 1 */
    WEIR_APPROXIMATE = 32 /* aggregates: the result depends, within a bound that the help names, on
                             how rows were split; since minor 1 */
};
struct weir_export {
    uint32_t size, kind, flags, in_count, out_count, pad;
    const char *name, *help;
    const struct weir_field *in, *out; /* reducer: in[0] = its value type */
    weir_loop loop;                    /* function, emitter */
    const void *table; /* other kinds: weir_reducer, weir_instance, weir_params, weir_KIND_ops */
    int (*bind)(struct weir_bind *bind); /* [checker and driver thread, no I/O] Optional: output
                                            fields by argument types */
    const char *example;                 /* optional: one pipeline line that runs */
};
struct weir_plugin {
    uint32_t size, epoch, minor, needs_minor;
    const char *id, *version, *summary, *licence;
    const struct weir_export *const *first; /* [first, last): an ELF section, in no order */
    const struct weir_export *const *last;
};
#define WEIR_ENTRY_SYMBOL "weir_plugin_e1"

/* ELF note ".note.weir" (name "weir", type 1): what inspect --note reads without loading anything
 */
struct weir_note {
    uint32_t name_bytes, desc_bytes, type;
    char name[8];
    uint32_t epoch, minor, needs_minor;
    char id[64], version[28];
};

#ifdef __cplusplus
}
#endif
#endif
