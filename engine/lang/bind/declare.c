/* SPDX-License-Identifier: Apache-2.0 */
/* The `job` statement and its options. Every setting of a job has one name; those that a later
 * version brings are refused by name, because a checkpoint or a guarantee that is silently absent
 * would be worse than none. */
#include "lang/bind/binder.h"

#include <inttypes.h>
#include <string.h>

enum option_kind { OF_DURATION, OF_SIZE, OF_COUNT, OF_SEED, OF_POLICY, IS_LATER };

static const struct job_option {
    const char *name;
    enum option_kind kind;
} options[] = {
    {"batch", OF_DURATION},
    {"partitions", OF_COUNT},
    {"batch_bytes", OF_SIZE},
    {"block_interval", OF_DURATION},
    {"hash_seed", OF_SEED},
    {"on_error", OF_POLICY},
    {"threads", OF_COUNT},
    {"allow_gaps", IS_LATER},
    {"backpressure", IS_LATER},
    {"checkpoint", IS_LATER},
    {"concurrent_jobs", IS_LATER},
    {"durability", IS_LATER},
    {"empty", IS_LATER},
    {"isolate", IS_LATER},
    {"log", IS_LATER},
    {"max_rate", IS_LATER},
    {"memory", IS_LATER},
    {"remember", IS_LATER},
    {"spill", IS_LATER},
    {"store", IS_LATER},
    {"web", IS_LATER},
};
enum { OPTION_COUNT = sizeof options / sizeof options[0], THREADS_MAX = 1024 };

static const struct job_option *find_option(weir_str name)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (strlen(options[i].name) == name.count &&
            memcmp(options[i].name, name.bytes, name.count) == 0) {
            return &options[i];
        }
    }
    return NULL;
}

static void report_unknown(struct weir_binder *b, const struct weir_ast_item *item)
{
    const char *names[OPTION_COUNT];
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        names[i] = options[i].name;
    }
    const char *best = weir_near_among(item->name, names, OPTION_COUNT);
    struct weir_diagnostic *d =
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_UNKNOWN_OPTION, item->name_place,
                               best != NULL ? "a job has no option '%.*s': did you mean '%s'?"
                                            : "a job has no option '%.*s'%s",
                               (int)item->name.count, item->name.bytes, best != NULL ? best : "");
    weir_diagnostic_help(b->diagnostics, d,
                         "available are batch, partitions, batch_bytes, block_interval, "
                         "hash_seed, on_error and threads");
}

static bool wrong_value(struct weir_binder *b, const struct weir_ast_item *item, const char *wanted)
{
    weir_diagnostics_error(b->diagnostics, WEIR_CODE_OPTION_VALUE, item->value->place,
                           "'%.*s' takes %s", (int)item->name.count, item->name.bytes, wanted);
    return false;
}

static bool is_policy(const struct weir_value *value)
{
    static const char *const policies[] = {"stop", "retry", "dead", "continue"};
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        if (value->type->kind == WEIR_TYPE_STR && strcmp(value->str.bytes, policies[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool check_batch(struct weir_binder *b, const struct weir_ast_item *item, int64_t us)
{
    if (us >= WEIR_BATCH_US_MIN) {
        return true;
    }
    struct weir_diagnostic *d = weir_diagnostics_error(
        b->diagnostics, WEIR_CODE_BATCH, item->value->place,
        "a batch of %s is too short: at least 1ms", weir_bind_duration_text(b, us));
    weir_diagnostic_help(b->diagnostics, d, "write for example batch=100ms");
    return false;
}

/* A value that its kind of option takes. */
static bool check_value(struct weir_binder *b,
                        const struct job_option *option,
                        const struct weir_ast_item *item,
                        struct weir_value *value)
{
    int64_t number = 0;
    const char *name = weir_arena_printf(&b->scratch, "%s=", option->name);
    value->type = weir_type_of(WEIR_TYPE_I64);
    switch (option->kind) {
    case OF_DURATION:
        if (!weir_bind_duration(b, item->value, name, &value->i64)) {
            return false;
        }
        return strcmp(option->name, "batch") != 0 || check_batch(b, item, value->i64);
    case OF_COUNT:
        number = strcmp(option->name, "threads") == 0 ? THREADS_MAX : WEIR_PARTITIONS_MAX;
        return weir_bind_count(b, item->value, name, number, &value->i64);
    case OF_SIZE:
        return weir_bind_constant(b, item->value, false, name, value) &&
               ((value->type->kind == WEIR_TYPE_I64 && value->i64 > 0) ||
                wrong_value(b, item, "a size such as 64MiB"));
    case OF_SEED:
        return weir_bind_constant(b, item->value, true, name, value) &&
               (value->type->kind == WEIR_TYPE_I64 ||
                (value->type->kind == WEIR_TYPE_STR && strcmp(value->str.bytes, "random") == 0) ||
                wrong_value(b, item, "a whole number, or the word random"));
    case OF_POLICY:
        return weir_bind_constant(b, item->value, true, name, value) &&
               (is_policy(value) || wrong_value(b, item, "stop, retry, dead or continue"));
    case IS_LATER:
        break;
    }
    struct weir_diagnostic *d =
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_NOT_YET, item->name_place,
                               "not yet available: the option '%s' of a job", option->name);
    weir_diagnostic_help(b->diagnostics, d, "leave it out for now");
    return false;
}

static void keep_setting(struct weir_binder *b, const char *name, const struct weir_value *value)
{
    if (strcmp(name, "batch") == 0) {
        b->graph->batch_us = value->i64;
    } else if (strcmp(name, "partitions") == 0) {
        b->graph->partitions = (uint32_t)value->i64;
    }
    WEIR_GROW(b->settings, b->setting_count, b->setting_capacity);
    b->settings[b->setting_count++] = (struct weir_graph_setting){name, *value};
}

static bool is_given(struct weir_binder *b, const struct weir_ast_item *item, const char *name)
{
    for (uint32_t i = 0; i < b->setting_count; i++) {
        if (strcmp(b->settings[i].name, name) == 0) {
            weir_diagnostics_error(b->diagnostics, WEIR_CODE_TWICE, item->place,
                                   "the option '%s' is given twice", name);
            return true;
        }
    }
    return false;
}

static bool bind_option(struct weir_binder *b, const struct weir_ast_item *item)
{
    const struct job_option *option = find_option(item->name);
    struct weir_value value = {0};
    if (option == NULL) {
        report_unknown(b, item);
        return false;
    }
    if (is_given(b, item, option->name) || !check_value(b, option, item, &value)) {
        return false;
    }
    keep_setting(b, option->name, &value);
    return true;
}

bool weir_bind_job(struct weir_binder *b, const struct weir_ast_statement *statement)
{
    if (b->job != NULL) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            b->diagnostics, WEIR_CODE_TWICE, statement->place, "a text is one job: there are two");
        weir_diagnostic_other(b->diagnostics, d, b->job->place, "the first");
        return false;
    }
    b->job = statement;
    b->graph->job = weir_bind_name(b, statement->name);
    bool is_fine = true;
    for (const struct weir_ast_item *item = statement->options.first; item != NULL;
         item = item->next) {
        is_fine = bind_option(b, item) && is_fine;
    }
    return is_fine;
}
