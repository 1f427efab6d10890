/* SPDX-License-Identifier: Apache-2.0 */
/* Drives one operator of a plugin without an engine: opens it by the text that a pipeline would
 * have, feeds it rows as text, and compares what comes out. For the tests of a plugin, in any
 * framework: every call returns 0, or 1 and weir_harness_error says why. It is a strict host:
 * memory is exactly as large as was asked for and moves whenever it grows, rows come dense and
 * through a selection, and what the operator returns is checked. One thread, but for receivers that
 * run.
 *
 *   struct weir_harness *h;
 *   if (weir_harness_open(&h, "./logs.so", "words") != 0 ||
 *       weir_harness_feed(h, "a b\nc") != 0 ||
 *       weir_harness_expect(h, "a\nb\nc") != 0) {
 *       printf("%s\n", weir_harness_error(h));
 *   }
 *   weir_harness_close(h);
 *
 * Rows: one a line, cells with | between them: "u1|5|2.5|true". Null is \N. Text is taken as it is;
 * \| \\ \n \, stand for these characters. A list is [a,b], a struct {a,b}, a ts microseconds. */
#ifndef WEIR_HARNESS_H
#define WEIR_HARNESS_H

#include <weir/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

struct weir_harness;

/* ---- opening ---- */
/* Loads `plugin`, a path, and opens an instance of an operator. call: its name; where several share
 * it, its kind before it ("reducer add") or types behind it ("abs(i64)"; also what a weir_row is to
 * be); then a codec's schema, parameters as name=value or name="a value", and --json where the user
 * wishes for JSON (weir.output/1):
 *
 *   "words"   "find_all pattern=\"#\\w+\" limit=3"   "csv schema {user: str, n: i64} header=true"
 *
 * *harness is never NULL: it must be closed, and after a failure says why. */
int weir_harness_open(struct weir_harness **harness, const char *plugin, const char *call);

/* The same for a plugin linked in with -DWEIR_STATIC=name: &weir_plugin_e1_name. */
int weir_harness_open_static(struct weir_harness **harness,
                             const struct weir_plugin *plugin,
                             const char *call);

/* Closes the instance and frees all. NULL is fine. */
void weir_harness_close(struct weir_harness *harness);

/* Why the last call failed; "" if it did not. Valid until the next call. */
const char *weir_harness_error(const struct weir_harness *harness);

/* What the plugin has logged so far, a line each. */
const char *weir_harness_log(struct weir_harness *harness);

/* ---- rows ---- */
/* Gives the operator rows, and runs it on them. Rows that fail as WEIR_BAD_RECORD are skipped and
 * remembered for weir_harness_expect_bad; any other failure is the call's. A sink and encode take
 * the fields of weir_harness_fields. */
int weir_harness_feed(struct weir_harness *harness, const char *rows);

/* The fields of rows fed to a sink or encoded: "word: str, n: i64". */
int weir_harness_fields(struct weir_harness *harness, const char *fields);

/* What has come out since the last expect. Valid until the next call. */
const char *weir_harness_rows(struct weir_harness *harness);

/* Compares that with `rows`, in this order or in any, and forgets it. A bad record that nobody has
 * expected is a difference too. */
int weir_harness_expect(struct weir_harness *harness, const char *rows);
int weir_harness_expect_any_order(struct weir_harness *harness, const char *rows);

/* The oldest row that failed, or the last call that did, has said `text` among other things; it is
 * forgotten. */
int weir_harness_expect_bad(struct weir_harness *harness, const char *text);

/* Batch time of what follows, milliseconds. An update runs with what was fed to it since the last
 * batch; a tracker looks for keys that time out. */
int weir_harness_batch(struct weir_harness *harness, int64_t batch_ms);

/* ---- state: aggregates, updates, trackers, partition functions ---- */
/* Trackers: a key is idle after that long; 0: never. */
int weir_harness_timeout(struct weir_harness *harness, int64_t us);

/* Aggregates: what is fed from here on belongs to that group. The rows of weir_harness_result then
 * begin with it. Each feed makes a state of its own, merged at the end, as on many machines. */
int weir_harness_group(struct weir_harness *harness, const char *group);

/* Aggregates: takes rows out again. */
int weir_harness_remove(struct weir_harness *harness, const char *rows);

/* Aggregates and reducers: appends the result (of each group) to the rows. Partition functions: the
 * partition has ended. Codecs that encode: finish. */
int weir_harness_result(struct weir_harness *harness);

/* All states, "key|field|field" a line, by key; as text that restore takes. Valid until the next
 * call. */
const char *weir_harness_snapshot(struct weir_harness *harness);

/* Replaces all states by those of a snapshot. fields: NULL, or those of an older version, "hits:
 * i64", which then goes through WEIR_UPGRADE. */
int weir_harness_restore(struct weir_harness *harness,
                         uint32_t version,
                         const char *fields,
                         const char *snapshot);

/* ---- partitioners and codecs ---- */
/* Number of partitions; at first 4. The rows that come out are numbers of partitions. */
int weir_harness_partitions(struct weir_harness *harness, uint32_t count);

/* Encodes rows of weir_harness_fields; what comes out is the encoded column. */
int weir_harness_encode(struct weir_harness *harness, const char *rows);

/* A codec that cuts a byte stream itself: the next bytes of it. */
int weir_harness_stream(struct weir_harness *harness,
                        const void *bytes,
                        size_t count,
                        bool is_last);

/* ---- receivers ---- */
/* Calls poll once with a budget of records. What it stores are rows (a text receiver's: lines).
 * *next_us (may be NULL): when it wants to be called again. */
int weir_harness_poll(struct weir_harness *harness, uint64_t budget, int64_t *next_us);

/* Starts run in a thread of its own; waits until that many rows have come (a minute at most); asks
 * it to stop, and waits for its end: *outcome may be NULL. */
int weir_harness_start(struct weir_harness *harness);
int weir_harness_await(struct weir_harness *harness, uint64_t rows);
int weir_harness_stop(struct weir_harness *harness, int *outcome);

/* Its clock: now_us, which sleep moves on; the true one until this is called. */
int weir_harness_clock(struct weir_harness *harness, int64_t now_us);

/* From here on the engine holds too much (store without waiting: WEIR_AGAIN), or no more. */
int weir_harness_hold(struct weir_harness *harness, bool is_full);

/* All that was stored so far is replicated: acked, with the cookies in order. */
int weir_harness_ack(struct weir_harness *harness);

/* The last status: "connected", or why not. Valid until the next call. */
const char *weir_harness_status(struct weir_harness *harness);

/* ---- sources ---- */
/* Asks for the next range of at most `bytes_max` (0: any) and reads it in `parts` parts, each
 * twice: the same records must come. *count (may be NULL): ranges read, 0 if there is nothing new.
 */
int weir_harness_read(struct weir_harness *harness,
                      uint64_t bytes_max,
                      uint32_t parts,
                      uint32_t *count);

/* Where it stands; true once it has said that nothing will follow. */
weir_bytes weir_harness_offset(const struct weir_harness *harness);
bool weir_harness_is_over(const struct weir_harness *harness);

/* Goes back to an offset, or to the beginning (no bytes). */
int weir_harness_seek(struct weir_harness *harness, weir_bytes offset);

/* ---- sinks ---- */
/* A partition of the batch begins; feed writes to it. The transaction is
 * "harness/out/BATCH_MS/PARTITION". */
int weir_harness_begin(struct weir_harness *harness, uint32_t partition);

/* Prepare: its token is kept. Abort: as after a failure. */
int weir_harness_prepare(struct weir_harness *harness);
int weir_harness_abort(struct weir_harness *harness);

/* Commits the batch with the tokens kept, which stay: it may be repeated. Forget: the next batch.
 */
int weir_harness_commit(struct weir_harness *harness);
int weir_harness_forget(struct weir_harness *harness);

/* The name of the stream that it writes (weir.output/1); at first "#1". */
int weir_harness_name(struct weir_harness *harness, const char *stream);

/* As after a restart: the tokens kept were prepared, batches up to that one are committed. */
int weir_harness_recover(struct weir_harness *harness, int64_t last_committed_ms);

/* ---- an engine that has no more ---- */
/* After `after` calls from here on, the next one by which the operator asks for room in its output,
 * memory of a state, or to hand rows on (grow, grow_valid, take, moved_state, store, reserve,
 * commit, flush, part) is refused, once: the operator must fail, and can be closed as ever.
 * with_crash: the process is killed in that call instead. */
int weir_harness_refuse(struct weir_harness *harness, uint64_t after, bool with_crash);

/* How many such calls there were since then, or since it was opened; has one been refused? */
uint64_t weir_harness_asked(struct weir_harness *harness, bool *was_refused);

/* ---- by hand ---- */
/* The export, for its table, and a task for it; after a call by hand, what it has failed with is in
 * weir_harness_failed: the outcome, WEIR_OK if none, and the text in weir_harness_error. Stores are
 * driven so. */
const struct weir_export *weir_harness_export(const struct weir_harness *harness);
struct weir_task *weir_harness_task(struct weir_harness *harness);
int weir_harness_failed(struct weir_harness *harness);

/* Collects what a store answers: get's bytes, list's "name|bytes" lines. */
struct weir_store_answer *weir_harness_answer(struct weir_harness *harness);
const char *weir_harness_answered(struct weir_harness *harness);

#ifdef __cplusplus
}
#endif
#endif
