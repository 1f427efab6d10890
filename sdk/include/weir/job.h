/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs in C: the graph that a pipeline text declares, declared by calls that bear the verbs' names.
 * What a call is given is what would stand behind the verb in a text (language.md), so a job is
 * typed, checked and printed like any other, and the two mix freely.
 *
 *     weir_stream lines = weir_input(job, "tcp://localhost:9999");
 *     weir_stream words = weir_flat_map(lines, "word = text.words(line)");
 *     weir_print(weir_count_by_value(words, NULL), NULL);
 *
 * Two users: a plugin exports a job by WEIR_JOB (io.h), which `weir run job.so -- args` runs; a
 * program opens one by weir_job_open (last part of this page) and links libweir. Nothing runs while
 * a job is declared. The first mistake is kept (weir_job_error), and later calls do nothing, so
 * that declarations need no checks between them. One thread. */
#ifndef WEIR_JOB_H
#define WEIR_JOB_H

#include <weir/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

struct weir_job;
struct weir_plugin;

/* A stream of a job, by value. job NULL: no stream, after a mistake. Frozen. */
typedef struct {
    struct weir_job *job;
    uint64_t id;
} weir_stream;

/* The body of a transform: gets the RDDs of the streams at one batch time, declares what becomes of
 * them, returns what the transform gives. Called once, while the job is declared; its streams are
 * valid in it only. Returning WEIR_NO_STREAM(job): no RDD, so the batch fails. */
typedef weir_stream (*weir_transform_body)(void *owner, const weir_stream *rdds, size_t count);

/* What the host does. All texts are copied. Grows only at the end. */
struct weir_job_calls {
    uint32_t size, pad;
    weir_stream (*input)(struct weir_job *job, const char *text);
    weir_stream (*stage)(const weir_stream *streams,
                         size_t count,
                         const char *verb,
                         const char *rest);
    void (*write)(weir_stream in, const char *output, const char *rest);
    weir_stream (*transform)(const weir_stream *streams,
                             size_t count,
                             weir_transform_body body,
                             void *owner);
    weir_stream (*name)(weir_stream in, const char *name);
    weir_stream (*find)(struct weir_job *job, const char *name);
    void (*parse)(struct weir_job *job, const char *text);
    const char *(*error)(const struct weir_job *job);
};

/* A job under declaration; the host's, from its second member on. */
struct weir_job {
    const struct weir_job_calls *calls;
};

#define WEIR_NO_STREAM(of_job) (weir_stream_none_(of_job))
static inline weir_stream weir_stream_none_(struct weir_job *job)
{
    weir_stream none;
    none.job = job;
    none.id = 0;
    return none;
}

/* ---- beginnings, names, text ---- */

/* The stream of an input or table: weir_input(job, "file \"a.txt\" per_batch=1"). */
static inline weir_stream weir_input(struct weir_job *job, const char *text)
{
    return job->calls->input(job, text);
}

/* A whole text: statements as in a job file (job, param, use, table, streams, outputs). */
static inline void weir_job_parse(struct weir_job *job, const char *text)
{
    job->calls->parse(job, text);
}

/* The stream of that name, which a text or weir_named has defined above. */
static inline weir_stream weir_job_find(struct weir_job *job, const char *name)
{
    return job->calls->find(job, name);
}

/* Names a stream: what texts, outputs and the state's checkpoints know it by. */
static inline weir_stream weir_named(weir_stream in, const char *name)
{
    return in.job == NULL ? in : in.job->calls->name(in, name);
}

/* The first mistake so far, as text that is valid until the next call; NULL: none. Types are
 * checked when the job is complete. */
static inline const char *weir_job_error(const struct weir_job *job)
{
    return job->calls->error(job);
}

/* ---- verbs ---- */

/* Any verb of one stream and the streams after it: weir_stage(&in, 1, "top", "10 by=count"). rest:
 * what stands behind the verb; NULL: nothing. */
static inline weir_stream weir_stage(const weir_stream *streams,
                                     size_t count,
                                     const char *verb,
                                     const char *rest)
{
    return count == 0 || streams[0].job == NULL
               ? weir_stream_none_(NULL)
               : streams[0].job->calls->stage(streams, count, verb, rest);
}

/* weir_map(in, "key = word, value = 1"): each takes what would stand behind its verb in a text. */
#define WEIR_VERB_OF_ONE_(verb)                                                                    \
    static inline weir_stream weir_##verb(weir_stream in, const char *rest)                        \
    {                                                                                              \
        return weir_stage(&in, 1, #verb, rest);                                                    \
    }
WEIR_VERB_OF_ONE_(map)
WEIR_VERB_OF_ONE_(extend)
WEIR_VERB_OF_ONE_(flat_map)
WEIR_VERB_OF_ONE_(filter)
WEIR_VERB_OF_ONE_(map_values)
WEIR_VERB_OF_ONE_(flat_map_values)
WEIR_VERB_OF_ONE_(glom)
WEIR_VERB_OF_ONE_(map_partitions)
WEIR_VERB_OF_ONE_(repartition)
WEIR_VERB_OF_ONE_(count)
WEIR_VERB_OF_ONE_(count_by_value)
WEIR_VERB_OF_ONE_(reduce)
WEIR_VERB_OF_ONE_(reduce_by_key)
WEIR_VERB_OF_ONE_(group_by_key)
WEIR_VERB_OF_ONE_(combine_by_key)
WEIR_VERB_OF_ONE_(aggregate)
WEIR_VERB_OF_ONE_(distinct)
WEIR_VERB_OF_ONE_(sort)
WEIR_VERB_OF_ONE_(top)
WEIR_VERB_OF_ONE_(limit)
WEIR_VERB_OF_ONE_(window)
WEIR_VERB_OF_ONE_(reduce_by_window)
WEIR_VERB_OF_ONE_(count_by_window)
WEIR_VERB_OF_ONE_(count_by_value_and_window)
WEIR_VERB_OF_ONE_(group_by_key_and_window)
WEIR_VERB_OF_ONE_(reduce_by_key_and_window)
WEIR_VERB_OF_ONE_(update_state_by_key)
WEIR_VERB_OF_ONE_(map_with_state)
WEIR_VERB_OF_ONE_(state_snapshots)
WEIR_VERB_OF_ONE_(persist)
WEIR_VERB_OF_ONE_(checkpoint)
#undef WEIR_VERB_OF_ONE_

/* weir_join(clicks, users, "on=user"). cartesian: in a transform's body only. */
#define WEIR_VERB_OF_TWO_(verb)                                                                    \
    static inline weir_stream weir_##verb(weir_stream in, weir_stream other, const char *rest)     \
    {                                                                                              \
        weir_stream streams[2];                                                                    \
        streams[0] = in;                                                                           \
        streams[1] = other;                                                                        \
        return weir_stage(streams, 2, #verb, rest);                                                \
    }
WEIR_VERB_OF_TWO_(join)
WEIR_VERB_OF_TWO_(left_outer_join)
WEIR_VERB_OF_TWO_(right_outer_join)
WEIR_VERB_OF_TWO_(full_outer_join)
WEIR_VERB_OF_TWO_(semi_join)
WEIR_VERB_OF_TWO_(anti_join)
WEIR_VERB_OF_TWO_(cogroup)
WEIR_VERB_OF_TWO_(cartesian)
#undef WEIR_VERB_OF_TWO_

/* One stream after the other, any number. */
static inline weir_stream weir_union(const weir_stream *streams, size_t count)
{
    return weir_stage(streams, count, "union", NULL);
}

/* What the body makes of the RDDs that the streams have at the same batch time. A stream without an
 * RDD then fails the batch, whether the body uses it or not. */
static inline weir_stream weir_job_transform(const weir_stream *streams,
                                             size_t count,
                                             weir_transform_body body,
                                             void *owner)
{
    return count == 0 || streams[0].job == NULL
               ? weir_stream_none_(NULL)
               : streams[0].job->calls->transform(streams, count, body, owner);
}

/* ---- outputs ---- */

/* Any output: weir_write(in, "save_as_text_files", "\"out/counts\""). Outputs run in the order in
 * which they are declared. rest NULL: nothing. */
static inline void weir_write(weir_stream in, const char *output, const char *rest)
{
    if (in.job != NULL) {
        in.job->calls->write(in, output, rest);
    }
}
static inline void weir_print(weir_stream in, const char *rest)
{
    weir_write(in, "print", rest);
}
static inline void weir_foreach_rdd(weir_stream in, const char *rest)
{
    weir_write(in, "foreach_rdd", rest);
}

/* ---- programs that run jobs themselves: libweir ---- */

/* What a program gives. Zero-filled after size is fine. */
struct weir_job_world {
    uint32_t size;
    uint32_t threads; /* of the pool; 0: as many as cores */
    /* [any thread] A line for people, without newline; level 0 error, 1 warning, 2 info. NULL:
     * lines are dropped. The first job's counts for the process. */
    void (*log)(void *owner, int level, const char *line);
    /* [any thread] The C heap's three calls (aligned: to 64 bytes; allocate and aligned need not
     * zero). All or none; the first job's count for the process, before any other call of libweir.
     */
    void *(*allocate)(void *owner, size_t bytes);
    void *(*reallocate)(void *owner, void *memory, size_t bytes);
    void *(*aligned)(void *owner, size_t bytes);
    void (*release)(void *owner, void *memory);
    void *owner;
    /* [the thread of weir_job_run] After every committed batch. May be NULL. */
    void (*on_batch)(void *owner, int64_t batch_us, uint64_t records_in, uint64_t rows_out);
    const char *plugin_home; /* weir's own plugins; NULL: beside libweir */
};

/* A job to be declared. 0, or non-zero with the reason in error[error_bytes]. */
int weir_job_open(const struct weir_job_world *world,
                  struct weir_job **job,
                  char *error,
                  size_t error_bytes);

/* A plugin that is part of the program, compiled with WEIR_STATIC=NAME: its weir_plugin_e1_NAME.
 * Before weir_job_run. */
void weir_job_use(struct weir_job *job, const char *alias, const struct weir_plugin *plugin);

/* Compiles and runs until the inputs end, weir_job_end is called, or the job fails. 0, or non-zero:
 * weir_job_error says why. The calling thread is the job's loop. Once for each job. */
int weir_job_run(struct weir_job *job);

/* Asks a running job to end well: what was received is processed and committed. Any thread, not a
 * signal handler. */
void weir_job_end(struct weir_job *job);

/* Keeps the RDDs of a named stream for so long behind the newest batch, to be read by
 * weir_job_slice. Before weir_job_run. */
void weir_job_remember(struct weir_job *job, const char *stream, int64_t remember_us);

/* Calls visit for every record of a remembered stream's RDDs of all times in [from, to], both
 * aligned down to its slide and included, oldest first: as a line of JSON, without newline. 0, or
 * non-zero (stream not remembered, times not come so far or forgotten, a batch that failed):
 * weir_job_slice_error says why. In on_batch. Source: the reference's DStream.slice. */
int weir_job_slice(struct weir_job *job,
                   const char *stream,
                   int64_t from_us,
                   int64_t to_us,
                   void (*visit)(void *owner, weir_str record),
                   void *owner);
const char *weir_job_slice_error(const struct weir_job *job);

/* Frees it; not while it runs. NULL is fine. */
void weir_job_close(struct weir_job *job);

#ifdef __cplusplus
}
#endif
#endif
