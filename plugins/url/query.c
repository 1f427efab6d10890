/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters of a query: name=value between & signs, decoded as a browser's form encodes them.
 */
#include "url.h"

static weir_str query_of(weir_str text)
{
    struct url url;
    url_parse(text, &url);
    return url.query;
}

/* True if `text` decodes to `name`. Needs no memory; what cannot be decoded is no name. */
static bool is_name(weir_str text, weir_str name)
{
    size_t at = 0;
    size_t matched = 0;
    while (at < text.count && matched < name.count) {
        char byte = text.bytes[at];
        size_t step = 1;
        if (byte == '%') {
            const int high = text.count - at > 2 ? url_hex(text.bytes[at + 1]) : -1;
            const int low = high >= 0 ? url_hex(text.bytes[at + 2]) : -1;
            if (low < 0) {
                return false;
            }
            byte = (char)(high << 4 | low);
            step = 3;
        } else if (byte == '+') {
            byte = ' ';
        }
        if (byte != name.bytes[matched]) {
            return false;
        }
        at += step;
        matched++;
    }
    return at == text.count && matched == name.count;
}

static bool find_param(weir_str url, weir_str wanted, weir_str *value)
{
    weir_str query = query_of(url);
    weir_str name;
    while (url_next_pair(&query, &name, value)) {
        if (is_name(name, wanted)) {
            return true;
        }
    }
    return false;
}

struct param_self {
    weir_str name, otherwise;
};

static int open_has_param(struct weir_task *task)
{
    struct param_self *self = task->self;
    self->name = weir_param_str(task, "name");
    return WEIR_OK;
}

static int open_param(struct weir_task *task)
{
    struct param_self *self = task->self;
    self->otherwise = weir_param_str(task, "default");
    return open_has_param(task);
}

#define NAME WEIR_PARAM_STR(name, required, "the parameter's name, decoded")

WEIR_PARAMS(param, NAME, WEIR_PARAM_STR(default, default(""), "what is given where there is none"));
WEIR_INSTANCE(param, struct param_self, open_param, NULL);
WEIR_HELP(param,
          "the value of the first parameter of that name in the query, decoded (+ is a blank); one "
          "that cannot be decoded is a bad record",
          "generate clicks | map id = url.param(url + \"?id=7\", name=\"id\") | print");
WEIR_FUNCTION(weir_str, param, (weir_str, url))
{
    const struct param_self *self = weir_self(ctx, struct param_self);
    weir_str value;
    return find_param(url, self->name, &value) ? url_decode(ctx, value, true) : self->otherwise;
}

WEIR_PARAMS(has_param, NAME);
WEIR_INSTANCE(has_param, struct param_self, open_has_param, NULL);
WEIR_HELP(has_param,
          "true if the query has a parameter of that name, with a value or without",
          "generate clicks | filter url.has_param(url + \"?id=7\", name=\"id\") | print");
WEIR_FUNCTION(bool, has_param, (weir_str, url))
{
    weir_str value;
    return find_param(url, weir_self(ctx, struct param_self)->name, &value);
}

WEIR_HELP(params,
          "every parameter of the query in its order, name and value decoded (+ is a blank)",
          "generate clicks | flat_map url.params(url + \"?id=7&page=2\") | print");
WEIR_EMITTER(params, (weir_str, url), (weir_str, name, weir_str, value))
{
    weir_str query = query_of(url);
    weir_str name;
    weir_str value;
    while (url_next_pair(&query, &name, &value)) {
        const weir_str decoded = url_decode(ctx, name, true);
        WEIR_EMIT(decoded, url_decode(ctx, value, true));
    }
}
