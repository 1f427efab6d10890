/* SPDX-License-Identifier: Apache-2.0 */
/* The json codec as the engine sees it. */
#include "json.h"

static int begin(struct weir_task *task, const struct ArrowSchema *schema, uint32_t way)
{
    struct json_self *self = weir_self(task, struct json_self);
    for (int i = 0; i < JSON_GUESSES; i++) {
        self->guesses[i].mask = self->guesses[i].count = UINT32_MAX;
    }
    self->schema = schema;
    return way == WEIR_DECODE ? shape_make(task, schema, &self->root) : WEIR_OK;
}

static void finish(struct weir_task *task)
{
    struct json_self *self = weir_self(task, struct json_self);
    shape_free(&self->root);
    weir_blob_free(&self->scratch);
    weir_blob_free(&self->record);
}

static int decode(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    return weir_decode_rows(task, in, out, json_decode_record);
}

static int encode(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    return json_encode_chunk(task, weir_self(task, struct json_self)->schema, in, out);
}

WEIR_INSTANCE(json, struct json_self, NULL, finish);
WEIR_CODEC(json, (weir_str, line), (), begin, decode, encode, NULL, NULL, NULL);
WEIR_BIND(json)
{
    return shape_bind(bind, "json");
}
WEIR_HELP(json,
          "objects by their members' names: what a line lacks is null, what nobody asks for is "
          "skipped, a wrong type is a bad record; of two members of one name the first counts",
          "generate lines | json schema {user: str, ms: i64}");

WEIR_PLUGIN("org.weir.json", WEIR_VERSION, "JSON lines to rows and back", "Apache-2.0");
