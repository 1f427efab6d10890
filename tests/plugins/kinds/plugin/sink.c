/* SPDX-License-Identifier: Apache-2.0 */
/* A two-phase sink that logs what would be visible, and a store in memory. */
#include <weir/plugin.h>

struct shelf_self {
    struct weir_blob rows, token;
    weir_str txn;
};
static int shelf_begin(struct weir_task *task, weir_str txn)
{
    struct shelf_self *self = weir_self(task, struct shelf_self);
    weir_blob_clear(&self->rows);
    weir_log(task, 2, "begin %.*s", (int)txn.count, txn.bytes);
    return WEIR_OK;
}
static int shelf_write(struct weir_task *task,
                       const struct weir_chunk *in,
                       const struct ArrowSchema *schema)
{
    struct shelf_self *self = weir_self(task, struct shelf_self);
    const struct weir_json *json = (const struct weir_json *)task->host->get(WEIR_JSON_1);
    const weir_str lines = json->lines(task, in, schema, NULL);
    weir_blob_append(&self->rows, lines.bytes, lines.count);
    return self->rows.is_failed || lines.count > 200
               ? weir_fail(task, WEIR_RETRY, "the shelf is full")
               : WEIR_OK;
}
static int shelf_prepare(struct weir_task *task, weir_bytes *token)
{
    struct shelf_self *self = weir_self(task, struct shelf_self);
    *token = weir_bytes_make(self->rows.bytes, self->rows.count);
    return WEIR_OK;
}
static int shelf_commit(struct weir_task *task,
                        int64_t batch_us,
                        const weir_bytes *const *tokens,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        weir_log(task, 2, "commit %d: %.*s", (int)(batch_us / 1000), (int)tokens[i]->count,
                 (const char *)tokens[i]->bytes);
    }
    return WEIR_OK;
}
static int shelf_abort(struct weir_task *task, weir_str txn)
{
    weir_log(task, 2, "abort %.*s", (int)txn.count, txn.bytes);
    return WEIR_OK;
}
static int shelf_recover(struct weir_task *task,
                         int64_t last_committed_us,
                         const weir_bytes *const *tokens,
                         size_t count)
{
    (void)tokens;
    weir_log(task, 2, "recover %d: %u", (int)(last_committed_us / 1000), (unsigned)count);
    return WEIR_OK;
}
static void shelf_close(struct weir_task *task)
{
    struct shelf_self *self = weir_self(task, struct shelf_self);
    weir_blob_free(&self->rows);
    weir_blob_free(&self->token);
}
WEIR_INSTANCE(shelf, struct shelf_self, NULL, shelf_close);
WEIR_SINK(shelf,
          WEIR_TWO_PHASE,
          shelf_begin,
          shelf_write,
          shelf_prepare,
          shelf_commit,
          shelf_abort,
          shelf_recover);

/* ---- a store of one object ---- */
struct memory_self {
    struct weir_blob name, content;
    bool is_there;
};
static bool is_named(const struct memory_self *self, weir_str name)
{
    return self->is_there &&
           weir_text_equal(weir_str_make(self->name.bytes, self->name.count), name);
}
static int memory_put(struct weir_task *task, weir_str name, weir_bytes content)
{
    struct memory_self *self = weir_self(task, struct memory_self);
    if (self->is_there && !is_named(self, name)) {
        return weir_fail(task, WEIR_FATAL, "there is room for one object");
    }
    weir_blob_clear(&self->name);
    weir_blob_clear(&self->content);
    weir_blob_append(&self->name, name.bytes, name.count);
    weir_blob_append(&self->content, content.bytes, content.count);
    self->is_there = true;
    return WEIR_OK;
}
static int memory_get(struct weir_task *task,
                      weir_str name,
                      uint64_t from,
                      uint64_t count,
                      struct weir_store_answer *answer)
{
    const struct memory_self *self = weir_self(task, struct memory_self);
    if (!is_named(self, name)) {
        return WEIR_ABSENT;
    }
    const uint64_t end = self->content.count;
    const uint64_t start = from < end ? from : end;
    return answer->bytes(answer,
                         weir_bytes_make(self->content.bytes + start,
                                         (size_t)(count < end - start ? count : end - start)));
}
static int memory_list(struct weir_task *task, weir_str prefix, struct weir_store_answer *answer)
{
    const struct memory_self *self = weir_self(task, struct memory_self);
    const weir_str name = weir_str_make(self->name.bytes, self->name.count);
    return self->is_there && weir_str_starts_with(name, prefix)
               ? answer->object(answer, name, self->content.count, 0)
               : WEIR_OK;
}
static int memory_append(struct weir_task *task, weir_str name, weir_bytes bytes)
{
    struct memory_self *self = weir_self(task, struct memory_self);
    if (!is_named(self, name)) {
        return memory_put(task, name, bytes);
    }
    weir_blob_append(&self->content, bytes.bytes, bytes.count);
    return WEIR_OK;
}
static int memory_remove(struct weir_task *task, weir_str name)
{
    struct memory_self *self = weir_self(task, struct memory_self);
    self->is_there = self->is_there && !is_named(self, name);
    return WEIR_OK;
}
static void memory_close(struct weir_task *task)
{
    struct memory_self *self = weir_self(task, struct memory_self);
    weir_blob_free(&self->name);
    weir_blob_free(&self->content);
}
WEIR_INSTANCE(memory, struct memory_self, NULL, memory_close);
WEIR_STORE(memory, memory_put, memory_get, memory_list, memory_append, memory_remove);

WEIR_PLUGIN("org.weir.test.sink", "1.0.0", "a sink and a store", "Apache-2.0");
