/* SPDX-License-Identifier: Apache-2.0 */
/* The msgpack codec as the engine sees it. */
#include "pack.h"

static int start(struct weir_task *task)
{
    const weir_str form = weir_param_str(task, "form");
    weir_self(task, struct pack_self)->is_array = weir_str_equal(form, "array");
    return weir_str_equal(form, "array") || weir_str_equal(form, "map")
               ? WEIR_OK
               : weir_fail(task, WEIR_FATAL, "form=\"%.*s\": expected \"map\" or \"array\"",
                           (int)form.count, form.bytes);
}

static void finish(struct weir_task *task)
{
    struct pack_self *self = weir_self(task, struct pack_self);
    shape_free(&self->root);
    weir_blob_free(&self->record);
}

static int begin(struct weir_task *task, const struct ArrowSchema *schema, uint32_t way)
{
    struct pack_self *self = weir_self(task, struct pack_self);
    self->schema = schema;
    return way == WEIR_DECODE ? shape_make(task, schema, &self->root) : WEIR_OK;
}

static int decode(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    return weir_decode_rows(task, in, out, pack_decode_record);
}

/* Whole records are cut off by skipping them; what is wrong is for decode to say. */
static int frame(struct weir_task *task, weir_bytes bytes, bool is_last, size_t *whole)
{
    const uint8_t *const end = bytes.bytes + bytes.count;
    const uint8_t *at = bytes.bytes;
    enum pack_kind kind = PACK_CUT;
    (void)task;
    *whole = 0;
    while (at < end) {
        at = pack_skip(at, end, &kind);
        if (at == NULL) {
            break;
        }
        *whole = (size_t)(at - bytes.bytes);
    }
    if (at == NULL && (kind == PACK_WRONG || is_last)) {
        *whole = bytes.count;
    }
    return WEIR_OK;
}

WEIR_INSTANCE(msgpack, struct pack_self, start, finish);
WEIR_PARAMS(msgpack,
            WEIR_PARAM_STR(form, default("map"), "how rows are written: \"map\" or \"array\""));
WEIR_CODEC(msgpack, (weir_bytes, value), (), begin, decode, pack_encode_chunk, NULL, frame, NULL);
WEIR_BIND(msgpack)
{
    return shape_bind(bind, "msgpack");
}
WEIR_HELP(msgpack,
          "maps by their keys, or arrays by position: what a record lacks is null, what nobody "
          "asks for is skipped, a wrong type is a bad record",
          "generate lines | msgpack schema {user: str, ms: i64}");

WEIR_PLUGIN("org.weir.msgpack", WEIR_VERSION, "MessagePack to rows and back", "Apache-2.0");
