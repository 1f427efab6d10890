/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the line between engine and plugin that connects to the outside: receivers, sources,
 * sinks, codecs, stores. Included by <weir/abi.h>, which has the rules. */
#ifndef WEIR_ABI_IO_H
#define WEIR_ABI_IO_H

#include <weir/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- receivers, sources, sinks ---- */

/* Host side of a receiver. Calls may come from any thread of the receiver, one at a time. */
struct weir_receiver {
    uint32_t size, pad;
    struct weir_task *task;
    struct weir_out *out; /* rows are appended here (weir_row_*), then handed on by store */
    /* Hands on the rows of `out` and empties it. offset: where to resume (may be empty); cookie:
     * named again in acked. wait: block while the engine holds too much; else WEIR_AGAIN, and the
     * rows stay in `out`. Other non-zero: stop and return it. */
    int (*store)(struct weir_receiver *rx, weir_bytes offset, uint64_t cookie, bool wait);
    /* Text receivers: memory for `bytes` of text, until the next commit; NULL while the engine
     * holds too much and wait is false, or when stopping. */
    char *(*reserve)(struct weir_receiver *rx, size_t bytes, bool wait);
    /* Hands on the first `bytes` reserved bytes: whole lines, each ended by '\n'. 0 gives the
     * reservation back. */
    int (*commit)(struct weir_receiver *rx, size_t bytes, weir_bytes offset, uint64_t cookie);
    bool (*stopping)(const struct weir_receiver *rx); /* the engine wants run to return soon */
    bool (*until_eof)(
        const struct weir_receiver *rx); /* the peer's orderly close is the end: do not reconnect */
    uint64_t (*permits)(struct weir_receiver *rx); /* records the engine would take now */
    int64_t (*now_us)(struct weir_receiver *rx);   /* wall clock (virtual in the simulator) */
    /* Sleeps up to `us`; returns early (true) when stopping. */
    bool (*sleep)(struct weir_receiver *rx, int64_t us);
    /* Tells the engine how it stands: connected (first data may come), or not and why (shown once
     * per change). */
    void (*status)(struct weir_receiver *rx, bool is_connected, const char *why);
};
struct weir_receiver_ops {
    uint32_t size, pad;
    /* [own host thread] Runs until stopping() or the input's end. WEIR_OK: the input has ended.
     * WEIR_RETRY: start me again after the restart delay. NULL if poll is given. */
    int (*run)(struct weir_receiver *rx);
    /* [own host thread; the simulator's loop] Stores what is due now, at most `budget` records;
     * *next_us = when to call again, a time of now_us(). WEIR_OK: go on; WEIR_AGAIN: ended. NULL if
     * run is given. */
    int (*poll)(struct weir_receiver *rx, uint64_t budget, int64_t *next_us);
    void (*acked)(struct weir_receiver *rx,
                  const uint64_t *cookies,
                  size_t count); /* [own thread] May be NULL */
};

/* What one call of a source's `next` answers. All byte strings are copied by the host. */
struct weir_range {
    uint32_t size;
    uint32_t is_last; /* nothing will ever come after this range: a finite source has ended */
    weir_bytes range; /* what to read: self-contained, replayable */
    weir_bytes to;    /* where the next range begins */
    uint64_t records, bytes; /* if known, else 0 */
    /* Without a range: this batch has no RDD of the source (batches with an RDD of no rows give a
     * range, or none and 0 here). Set it only if size covers it: older hosts have no such thing. */
    uint32_t is_none, pad;
};
struct weir_source_limit {
    uint32_t size, pad;
    uint64_t bytes_max, records_max; /* 0: none */
    int64_t batch_us;                /* time of the batch that asks */
    int64_t start_us; /* time the job started (wall clock), batch_interval_us beside it */
    int64_t interval_us;
};
/* Receives the parts a range is split into, in order. */
struct weir_split {
    uint32_t size, pad;
    int (*part)(struct weir_split *split, weir_bytes range);
};
/* Host side of a read. */
struct weir_scan {
    uint32_t size, pad;
    struct weir_task *task;
    struct weir_out *out;                 /* row sources append here */
    int (*flush)(struct weir_scan *scan); /* hands on the rows of `out` and empties it */
    char *(*reserve)(struct weir_scan *scan,
                     size_t bytes); /* text sources: memory; NULL: give up, return WEIR_FATAL */
    int (*commit)(struct weir_scan *scan,
                  size_t bytes); /* whole lines; the last line of the range may lack its '\n'; 0
                                    gives the reservation back */
};
struct weir_source_ops {
    uint32_t size;
    uint32_t is_finite; /* 1: next comes to an is_last by itself (files) */
    /* [worker thread] The next range after `from` (empty: the beginning). WEIR_AGAIN: nothing new
     * yet. */
    int (*next)(struct weir_task *task,
                weir_bytes from,
                const struct weir_source_limit *limit,
                struct weir_range *answer);
    /* [worker thread] Cuts a range into at most `parts` of about the same size. NULL: one part. */
    int (*split)(struct weir_task *task,
                 weir_bytes range,
                 uint32_t parts,
                 struct weir_split *split);
    /* [worker threads, several instances at once] Reads a part, always giving the same records in
     * the same order. */
    int (*read)(struct weir_task *task, weir_bytes range, struct weir_scan *scan);
    void (*committed)(
        struct weir_task *task,
        weir_bytes to); /* [worker thread] batches up to `to` are committed; may be NULL */
};

enum weir_guarantee { WEIR_AT_LEAST_ONCE = 0, WEIR_IDEMPOTENT = 1, WEIR_TWO_PHASE = 2 };
/* All callbacks: WEIR_OK or an outcome with weir_fail's message. `txn` =
 * job/output/batch_ms/partition, the same on every attempt. A partition is written by one instance:
 * begin, write..., prepare, or abort after a failure. */
struct weir_sink_ops {
    uint32_t size, guarantee;
    int (*begin)(struct weir_task *task, weir_str txn); /* [task thread] */
    int (*write)(struct weir_task *task,
                 const struct weir_chunk *in,
                 const struct ArrowSchema *schema); /* [task thread] */
    int (*prepare)(struct weir_task *task,
                   weir_bytes *token); /* [task thread] token: valid until the next callback */
    /* [one worker thread at a time, its own instance] Batches in order; tokens in partition order;
     * repeatable. */
    int (*commit)(struct weir_task *task,
                  int64_t batch_us,
                  const weir_bytes *const *tokens,
                  size_t count);
    int (*abort)(struct weir_task *task, weir_str txn); /* [task thread] may be NULL */
    int (*recover)(struct weir_task *task,
                   int64_t last_committed_us,
                   const weir_bytes *const *tokens,
                   size_t count); /* may be NULL */
};

/* ---- codecs ---- */
enum weir_codec_way { WEIR_DECODE = 0, WEIR_ENCODE = 1 };
/* Bytes to rows and back. The export's one input field is the encoded form (`line: str` or `value:
 * bytes`); its output fields are the rows, or bind declares them (bind->schema: what the job asks
 * for). One instance works one way. All callbacks [task thread]; WEIR_OK or an outcome. */
struct weir_codec_ops {
    uint32_t size, pad;
    /* Once, after the instance's open: the rows' fields, valid for the instance's life. May be
     * NULL. */
    int (*begin)(struct weir_task *task, const struct ArrowSchema *schema, uint32_t way);
    /* An emitter's loop: column 0 of `in` is encoded, rows of the schema come out, each with its
     * parent. NULL: encodes only. */
    weir_loop decode;
    /* The same the other way: columns of the schema in, rows of the one encoded column out. NULL:
     * decodes only. */
    weir_loop encode;
    /* What encode still holds back at the end of a partition. May be NULL. */
    int (*finish)(struct weir_task *task, struct weir_out *out);
    /* A byte stream is cut here: *whole = bytes up to the end of the last whole record, 0 if there
     * is none yet (is_last: nothing follows). Each piece becomes one value for decode. Keeps
     * nothing between calls. NULL: a record is what the input says it is (lines, messages). */
    int (*frame)(struct weir_task *task, weir_bytes bytes, bool is_last, size_t *whole);
    /* A byte stream that cannot be cut without being read (gzip): takes the pieces in order, and
     * gives what is whole. Instead of frame; decode, if there is one, takes records that are whole
     * streams. */
    int (*feed)(struct weir_task *task, weir_bytes piece, bool is_last, struct weir_out *out);
};

/* ---- stores ---- */
/* Takes what a store answers. Non-zero: give up and return that value. */
struct weir_store_answer {
    uint32_t size, pad;
    int (*bytes)(struct weir_store_answer *answer,
                 weir_bytes bytes); /* get: in order, any pieces */
    /* list: one object; modified_us 0: not known */
    int (*object)(struct weir_store_answer *answer,
                  weir_str name,
                  uint64_t bytes,
                  int64_t modified_us);
};
/* Durable bytes by name ("snapshots/12/0"). All callbacks [any worker thread, one at a time for an
 * instance]; WEIR_OK, WEIR_ABSENT or an outcome with weir_fail's message. */
struct weir_store_ops {
    uint32_t size, pad;
    /* Replaces the whole object: readers see the old one or the new one. Durable when it returns.
     */
    int (*put)(struct weir_task *task, weir_str name, weir_bytes content);
    /* At most `count` bytes from `from` on, fewer at the end. WEIR_ABSENT: no such object. */
    int (*get)(struct weir_task *task,
               weir_str name,
               uint64_t from,
               uint64_t count,
               struct weir_store_answer *answer);
    /* Every object whose name begins with `prefix`, by name. */
    int (*list)(struct weir_task *task, weir_str prefix, struct weir_store_answer *answer);
    /* Adds to the end of an object, or makes it; durable when it returns. After a crash the end may
     * hold a part of the last append. NULL: cannot. */
    int (*append)(struct weir_task *task, weir_str name, weir_bytes bytes);
    /* WEIR_OK also if there is no such object. */
    int (*remove)(struct weir_task *task, weir_str name);
};

/* ---- jobs ---- */
struct weir_job; /* <weir/job.h> has the calls that declare its graph */
struct weir_job_ops {
    uint32_t size, pad;
    /* [the driver's thread, before anything runs] Declares the streams of `job`. arguments: what
     * stands behind the job's name on the command line. No I/O. */
    int (*declare)(struct weir_task *task,
                   struct weir_job *job,
                   uint32_t count,
                   const char *const *arguments);
};
/* ---- optional powers, by id ---- */
#define WEIR_JSON_1 "weir.json/1"
struct weir_json {
    uint32_t size, pad;
    /* [task thread] The selected rows of `in` as JSON lines, fields by name (language.md "JSON
     * out"). stream NULL: no envelope, else _time and _stream come last. The text is the host's:
     * valid until the instance's next call. */
    weir_str (*lines)(struct weir_task *task,
                      const struct weir_chunk *in,
                      const struct ArrowSchema *schema,
                      const char *stream);
};
#define WEIR_OUTPUT_1 "weir.output/1" /* what a sink may know of its place in the job */
struct weir_output {
    uint32_t size, pad;
    const char *(*stream)(
        struct weir_task *task); /* the stream's name, or "#1", "#2": its place among the outputs */
    int64_t (*batch_ms)(struct weir_task *task);
    uint32_t (*partition_count)(struct weir_task *task);
    bool (*is_json)(struct weir_task *task); /* the user asked for JSON (--json) */
};
/* Records as bytes that keep their types: frames, each with schema, columns and checksum of its
 * own. A file of them is frames, one behind the other. */
#define WEIR_BLOCK_1 "weir.block/1"
enum { WEIR_BLOCK_HEAD_BYTES = 16 }; /* of a frame: enough to know where it ends */
struct weir_bind;                    /* abi/export.h */
struct weir_block_format {
    uint32_t size, pad;
    /* [task thread, in a sink's write] The selected rows of `in` as one frame. The bytes are the
     * host's: valid until the instance's next call. No bytes: it failed, and fail() was called. */
    weir_bytes (*encode)(struct weir_task *task,
                         const struct weir_chunk *in,
                         const struct ArrowSchema *schema);
    /* [any thread] Bytes of the frame that begins with the WEIR_BLOCK_HEAD_BYTES of `head`; 0: that
     * is no frame's beginning. A damaged head may give any number: compare it with what there is.
     */
    uint64_t (*frame_bytes)(weir_bytes head);
    /* [the thread of `bind`] Checks a frame and declares its fields. place: where the bytes come
     * from ("FILE at byte 0"), for messages. WEIR_OK or an outcome with fail's message. */
    int (*declare)(struct weir_bind *bind, weir_bytes frame, const char *place);
    /* [task thread, in a source's read] Checks a frame and appends its rows to `out`, which must
     * have the same fields and is handed on where it is full. WEIR_OK, an outcome with fail's
     * message, or what out->grow answered. */
    int (*decode)(struct weir_task *task,
                  weir_bytes frame,
                  const char *place,
                  struct weir_out *out);
};

#ifdef __cplusplus
}
#endif
#endif
