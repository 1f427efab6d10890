/* SPDX-License-Identifier: Apache-2.0 */
/* A sink of two phases: each partition of a batch becomes a file in a folder, all of them or none.
 * A task writes into a hidden file and prepares it: from then on it lasts. Commit, when all tasks
 * have prepared, renames; that it does so twice does no harm. */
#define _POSIX_C_SOURCE 200809L
#include <weir/plugin.h>

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 512 };

struct shelf {
    const char *folder;
    const struct weir_json *json;
    FILE *file;    /* of the partition being written; NULL: no row yet */
    char name[48]; /* of it: BATCH_MS-PARTITION.jsonl, the token too */
    char hidden[PATH_BYTES], open[PATH_BYTES];
};

static int fail_at(struct weir_task *task, const char *what, const char *path)
{
    return weir_fail(task, WEIR_RETRY, "cannot %s %s: %s", what, path, strerror(errno));
}

/* The two paths of a name: the same on every attempt, so that a retry replaces what is there. */
static void set_paths(struct shelf *self, weir_bytes name)
{
    const char *text = (const char *)name.bytes;
    snprintf(self->hidden, PATH_BYTES, "%s/.%.*s", self->folder, (int)name.count, text);
    snprintf(self->open, PATH_BYTES, "%s/%.*s", self->folder, (int)name.count, text);
}

static int open_shelf(struct weir_task *task)
{
    struct shelf *self = weir_self(task, struct shelf);
    const weir_str folder = weir_param_str(task, "folder");
    self->folder = folder.bytes;
    self->json = (const struct weir_json *)task->host->get(WEIR_JSON_1);
    if (self->json == NULL || folder.count > PATH_BYTES - sizeof self->name - 2) {
        return weir_fail(task, WEIR_FATAL, "a name of %d bytes, or an old weir", (int)folder.count);
    }
    return mkdir(self->folder, 0777) == 0 || errno == EEXIST
               ? WEIR_OK
               : weir_fail(task, WEIR_FATAL, "no folder %s: %s", self->folder, strerror(errno));
}

/* Also drops the file of an attempt that failed. */
static void close_shelf(struct weir_task *task)
{
    struct shelf *self = weir_self(task, struct shelf);
    if (self->file != NULL) {
        fclose(self->file);
        unlink(self->hidden);
        self->file = NULL;
    }
}

static int begin(struct weir_task *task, weir_str txn)
{
    struct shelf *self = weir_self(task, struct shelf);
    (void)txn; /* job/output/batch/partition: what a database would name its transaction */
    close_shelf(task);
    snprintf(self->name, sizeof self->name, "%lld-%u.jsonl", (long long)task->batch_us / 1000,
             task->partition);
    set_paths(self, weir_bytes_make(self->name, strlen(self->name)));
    return WEIR_OK;
}

static int write_rows(struct weir_task *task,
                      const struct weir_chunk *in,
                      const struct ArrowSchema *schema)
{
    struct shelf *self = weir_self(task, struct shelf);
    const weir_str lines = self->json->lines(task, in, schema, NULL);
    if (self->file == NULL && (self->file = fopen(self->hidden, "w")) == NULL) {
        return fail_at(task, "make", self->hidden);
    }
    return fwrite(lines.bytes, 1, lines.count, self->file) == lines.count
               ? WEIR_OK
               : fail_at(task, "write", self->hidden);
}

/* The first phase. What the token names is on the disk when this returns. */
static int prepare(struct weir_task *task, weir_bytes *token)
{
    struct shelf *self = weir_self(task, struct shelf);
    *token = weir_bytes_make(self->name, self->file == NULL ? 0 : strlen(self->name));
    if (self->file == NULL) {
        return WEIR_OK;
    }
    const bool is_kept = fflush(self->file) == 0 && fsync(fileno(self->file)) == 0;
    const bool is_closed = fclose(self->file) == 0;
    self->file = NULL;
    return is_kept && is_closed ? WEIR_OK : fail_at(task, "keep", self->hidden);
}

/* Renames one file; done already is fine. */
static int show(struct weir_task *task, weir_bytes name)
{
    struct shelf *self = weir_self(task, struct shelf);
    set_paths(self, name);
    return name.count == 0 || rename(self->hidden, self->open) == 0 || access(self->open, F_OK) == 0
               ? WEIR_OK
               : fail_at(task, "rename", self->hidden);
}

/* The second phase, on an instance of its own: batches in order. */
static int commit(struct weir_task *task, int64_t at, const weir_bytes *const *tokens, size_t count)
{
    int rc = WEIR_OK;
    (void)at;
    for (size_t i = 0; i < count && rc == WEIR_OK; i++) {
        rc = show(task, *tokens[i]);
    }
    return rc;
}

static int abort_part(struct weir_task *task, weir_str txn)
{
    (void)txn;
    close_shelf(task);
    unlink(weir_self(task, struct shelf)->hidden); /* prepared, and not wanted after all */
    return WEIR_OK;
}

/* After a crash: what belongs to a committed batch is shown, the rest will be written again. */
static int recover(struct weir_task *task, int64_t last, const weir_bytes *const *tokens, size_t n)
{
    struct shelf *self = weir_self(task, struct shelf);
    int rc = WEIR_OK;
    for (size_t i = 0; i < n && rc == WEIR_OK; i++) {
        long long batch_ms = 0;
        set_paths(self, *tokens[i]);
        const bool is_file = sscanf(self->open + strlen(self->folder), "/%lld-", &batch_ms) == 1;
        if (is_file && batch_ms <= last / 1000) {
            rc = show(task, *tokens[i]);
        } else if (is_file) { /* else an empty token */
            unlink(self->hidden);
        }
    }
    return rc;
}

WEIR_SINK(shelf, WEIR_TWO_PHASE, begin, write_rows, prepare, commit, abort_part, recover);
WEIR_INSTANCE(shelf, struct shelf, open_shelf, close_shelf);
WEIR_PARAMS(shelf, WEIR_PARAM_STR(folder, positional, "the folder, made if it is not there"));
WEIR_HELP(shelf, "files of a batch, all or none", "generate lines | shelf.shelf \"out\"");
WEIR_PLUGIN("org.example.shelf", "1.0.0", "files in two phases", "Apache-2.0");
