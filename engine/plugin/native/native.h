/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of any shared library as operators, by their C prototypes. One text of prototypes
 * becomes one struct weir_native: read (parse.c), opened and admitted as a module like any other
 * (library.c), called by a typed loop (typed.c) or through libffi (call.c). */
#ifndef WEIR_PLUGIN_NATIVE_NATIVE_H
#define WEIR_PLUGIN_NATIVE_NATIVE_H

#include "plugin/registry.h"

#include <weir/column.h>

#include <ffi.h>

enum {
    WEIR_NATIVE_FUNCTIONS_MAX = 1024,
    WEIR_NATIVE_STRUCTS_MAX = 64,
    WEIR_NATIVE_MEMBERS_MAX = 8, /* of a struct */
    WEIR_NATIVE_EMITTED_MAX = 8, /* columns of emit */
    /* C parameters: a value and the length beside it for each of weir's, and emit */
    WEIR_NATIVE_PARAMETERS_MAX = 2 * WEIR_PARAMETERS_MAX + 1,
    WEIR_NATIVE_ROW_BYTES_MAX = 1 << 30 /* emitted by one call */
};

enum weir_native_type {
    WEIR_NATIVE_VOID = 0,
    WEIR_NATIVE_BOOL,
    WEIR_NATIVE_I8,
    WEIR_NATIVE_U8,
    WEIR_NATIVE_I16,
    WEIR_NATIVE_U16,
    WEIR_NATIVE_I32,
    WEIR_NATIVE_U32,
    WEIR_NATIVE_I64,
    WEIR_NATIVE_U64,
    WEIR_NATIVE_F32,
    WEIR_NATIVE_F64,
    WEIR_NATIVE_TEXT,   /* const char *, as a result also char * */
    WEIR_NATIVE_STRUCT, /* by value */
    WEIR_NATIVE_EMIT    /* void (*emit)(...) */
};

struct weir_native_struct;

/* A parameter, a result, a member of a struct or a column of emit. */
struct weir_native_value {
    enum weir_native_type type;
    bool is_size;                      /* size_t */
    bool has_length;                   /* a text whose length is the next value: no NUL is needed */
    bool is_length;                    /* that length: no value of weir's */
    const char *name;                  /* "" without one */
    const char *c_type;                /* as written: "unsigned char" */
    struct weir_native_struct *record; /* STRUCT */
    struct weir_place place;           /* in the text of the prototypes */
};

struct weir_native_struct {
    const char *name;
    const char *text; /* "struct p { double x; double y; };" */
    uint32_t count;
    struct weir_native_value members[WEIR_NATIVE_MEMBERS_MAX];
    size_t offsets[WEIR_NATIVE_MEMBERS_MAX];
    ffi_type ffi;
    ffi_type *elements[WEIR_NATIVE_MEMBERS_MAX + 1];
};

/* How one of weir's values gets to where libffi reads it. */
enum weir_native_how {
    WEIR_NATIVE_DIRECT, /* the cell itself is read */
    WEIR_NATIVE_NUMBER, /* checked and narrowed into the parameter's slot, or a struct's member */
    WEIR_NATIVE_COPY,   /* text: a copy with a NUL behind it */
    WEIR_NATIVE_SLICE   /* text with a length: as it lies */
};
struct weir_native_step {
    enum weir_native_how how;
    const struct weir_native_value *value; /* the parameter, or the member of one */
    uint32_t column;                       /* weir's parameter */
    uint32_t parameter;                    /* C's */
    uint32_t offset;                       /* of a struct's member */
    uint32_t bytes;                        /* of an integer */
    int64_t min, max;                      /* of an integer */
};

struct weir_native_function {
    const char *name;
    const char *prototype;   /* on one line: "double cbrt(double x)" */
    struct weir_place place; /* of the name */
    struct weir_native_value result;
    uint32_t count;
    struct weir_native_value parameters[WEIR_NATIVE_PARAMETERS_MAX];
    uint32_t column_count; /* weir's parameters: structs are flattened, lengths and emit left out */
    uint32_t emitted_count; /* 0: no emit */
    struct weir_native_value emitted[WEIR_NATIVE_EMITTED_MAX];
    bool is_freed;   /* `free`: the caller owns the result */
    bool sets_errno; /* `errno`: non-zero after a call means that the record is bad */
    bool is_impure;  /* `nondeterministic` */
    const struct weir_native *native;
    void (*address)(void);
    ffi_cif *cif, *emit_cif;
    ffi_type *types[WEIR_NATIVE_PARAMETERS_MAX];
    ffi_type *emit_types[WEIR_NATIVE_EMITTED_MAX];
    struct weir_native_pool *pool;                      /* of callbacks; NULL without emit */
    struct weir_native_step steps[WEIR_PARAMETERS_MAX]; /* column_count */
    int slice_column;                                   /* the first text with a length, or -1 */
};

/* One `use` with prototypes. */
struct weir_native {
    const char *prototypes; /* the whole text */
    bool is_serial;         /* threadsafe=false */
    bool owns_lock;
    struct weir_native_lock *lock; /* serial: one for all uses of the library */
    uint32_t count, capacity;
    struct weir_native_function **functions;
    uint32_t struct_count;
    struct weir_native_struct *structs[WEIR_NATIVE_STRUCTS_MAX];
};

/* ---- type.c ---- */
/* What weir makes of a scalar or text: "bool", "i64", "f64", "str". */
const char *weir_native_weir_type(enum weir_native_type type);

/* libffi's description; a struct's belongs to the struct. */
ffi_type *weir_native_ffi_type(const struct weir_native_value *value);

/* Bytes, least and greatest value of an integer type, as far as weir's i64 reaches; 0 of others. */
uint32_t weir_native_bytes(enum weir_native_type type);
int64_t weir_native_min(enum weir_native_type type);
int64_t weir_native_max(enum weir_native_type type);

/* An integer's bits as weir's number; false if it is more than an i64 holds. */
bool weir_native_widen(enum weir_native_type type, uint64_t bits, int64_t *to);

/* The bits of an integer that lies in memory. */
uint64_t weir_native_load(enum weir_native_type type, const void *at);

/* The integer type of so many bytes. */
enum weir_native_type weir_native_integer(size_t bytes, bool is_unsigned);

/* A typedef of the C library that prototypes may use ("int64_t"), or VOID. */
enum weir_native_type weir_native_typedef(weir_str word);

/* The known type that an unknown word may mean; count 0: none is near. */
weir_str weir_native_near_type(weir_str word);

/* ---- parse.c ---- */
/* Reads a block of prototypes into native, everything on the arena. On failure *place is what is
 * wrong in the text. WEIR_ETEXT. */
int weir_native_parse(struct weir_arena *arena,
                      const char *text,
                      struct weir_native *native,
                      struct weir_place *place,
                      struct weir_error *err);

/* ---- typed.c ---- */
/* The loop for exactly this signature (results i64 or f64 of up to two i64 or f64), or NULL. */
weir_loop weir_native_typed_loop(const struct weir_native_function *function);

/* ---- call.c: through libffi ---- */
/* One operator on one thread: what a call reads, and what it leaves. */
struct weir_native_instance {
    struct weir_reader columns[WEIR_PARAMETERS_MAX]; /* of the chunk */
    const void *values[WEIR_NATIVE_PARAMETERS_MAX];  /* what libffi reads */
    union weir_native_slot {
        int64_t i64;
        double f64;
        const void *pointer;
        size_t size;
        uint64_t record[WEIR_NATIVE_MEMBERS_MAX];
    } slots[WEIR_NATIVE_PARAMETERS_MAX];
    union { /* libffi writes a narrow integer as a whole ffi_arg */
        ffi_arg integer;
        uint64_t u64;
        float f32;
        double f64;
        const char *text;
        void *pointer;
        uint64_t record[WEIR_NATIVE_MEMBERS_MAX];
    } result;
    struct weir_native_room {
        char *bytes;
        size_t capacity;
    } copies[WEIR_PARAMETERS_MAX]; /* by column */
    struct weir_native_rows *rows; /* emitters */
};

/* Prepares libffi's description of a function, and the steps of a call. WEIR_ETEXT if libffi cannot
 * call it; WEIR_EPERMISSION if the system gives no memory for callbacks. */
int weir_native_prepare(struct weir_arena *arena,
                        struct weir_native_function *function,
                        struct weir_error *err);

/* Opens the columns of a chunk. */
void weir_native_open_columns(const struct weir_native_function *function,
                              struct weir_native_instance *self,
                              const struct weir_chunk *in);

/* Calls the function with the values at position i; the result is in self. An outcome. */
int weir_native_call_row(struct weir_task *task,
                         const struct weir_native_function *function,
                         struct weir_native_instance *self,
                         size_t i);

/* The loop and the instance of what libffi calls. */
int weir_native_function_loop(struct weir_task *task,
                              const struct weir_chunk *in,
                              struct weir_out *out);
extern const struct weir_instance weir_native_function_instance;

/* Fills what open and close of both instances share. */
void weir_native_instance_open(struct weir_task *task);
void weir_native_instance_close(struct weir_task *task);

/* The function behind a task of a native operator. */
static inline const struct weir_native_function *weir_native_of(const struct weir_task *task)
{
    return ((const struct weir_call *)task)->op->exported->table;
}

/* Makes room for `bytes` bytes; what is there is kept. */
void weir_native_reserve(struct weir_native_room *room, size_t bytes);

/* ---- emit.c ---- */
/* Emitters: functions with a callback, and functions that return a struct (one row each). */
int weir_native_emitter_loop(struct weir_task *task,
                             const struct weir_chunk *in,
                             struct weir_out *out);
extern const struct weir_instance weir_native_emitter_instance;

/* A row that the running call of a task has emitted; places[i] points to value i. */
void weir_native_emitted(struct weir_task *task, const void *const *places);

/* ---- callback.c ---- */
#define WEIR_NATIVE_DENIED                                                                         \
    "the system gives no memory for callbacks (libffi needs pages that may be executed; SELinux, " \
    "PaX or a unit's MemoryDenyWriteExecute forbid them): allow it, or make the function an "      \
    "emitter of <weir/plugin.h>, which needs none"

/* A pool with one callback in it. WEIR_EPERMISSION if the system denies it. */
int weir_native_pool_create(struct weir_native_function *function, struct weir_error *err);
void weir_native_pool_destroy(struct weir_native_pool *pool); /* NULL is fine. */

/* A callback for an instance, or NULL (WEIR_NATIVE_DENIED); given back when the instance closes.
 * Any thread. */
struct weir_native_callback *weir_native_callback_take(struct weir_native_pool *pool);
void weir_native_callback_give(struct weir_native_pool *pool,
                               struct weir_native_callback *callback);

/* What a C function is given as emit. */
void *weir_native_callback_code(const struct weir_native_callback *callback);

/* Between these, and from this thread only, calls of it reach weir_native_emitted. */
void weir_native_callback_begin(struct weir_native_callback *callback, struct weir_task *task);
void weir_native_callback_end(struct weir_native_callback *callback);

/* Was it called at another time since this was asked? */
bool weir_native_callback_strayed(struct weir_native_callback *callback);

/* ---- lock.c ---- */
struct weir_native_lock *weir_native_lock_create(struct weir_env *env);
void weir_native_lock_destroy(struct weir_native_lock *lock); /* NULL is fine. */

/* Calls of a library that is not thread-safe come one at a time. Nothing without threadsafe=false.
 */
void weir_native_enter(const struct weir_native *native);
void weir_native_leave(const struct weir_native *native);

/* ---- library.c, operators.c ---- */
/* What a `use` is on its way to. */
struct weir_native_opening {
    struct weir_registry *registry;
    const struct weir_native_use *use;
    struct weir_loaded *loaded;
    struct weir_native *native;
    const char *path, *stored; /* as known; as the system's loader is told */
    struct weir_place *place;
    struct weir_error *err;
};

/* Makes the module's operators. On failure *o->place is what is wrong in the prototypes. */
int weir_native_make_operators(struct weir_native_opening *o);

/* Frees what is not on the module's arena; NULL is fine. */
void weir_native_finish(struct weir_native *native);

#endif
