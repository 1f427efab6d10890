/* SPDX-License-Identifier: Apache-2.0 */
/* See call.h. */
#include "call.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* ---- the host's side ---- */

static const struct weir_param *param_at(const struct call *call, uint32_t i)
{
    return (const struct weir_param *)(const void *)((const char *)call->params->entries +
                                                     i * call->params->stride);
}

static const struct weir_param_value *host_param(struct weir_task *task, const char *name)
{
    struct call *call = (struct call *)(void *)task; /* by way of its first member's first */
    for (uint32_t i = 0; call->params != NULL && i < call->params->count; i++) {
        if (strcmp(param_at(call, i)->name, name) == 0) {
            return &call->values[i];
        }
    }
    fail_msg("parameter '%s' is read but not declared", name);
    return NULL;
}

__attribute__((format(printf, 3, 4))) static void host_log(struct weir_task *task,
                                                           int level,
                                                           const char *format,
                                                           ...)
{
    struct call *call = (struct call *)(void *)task;
    va_list list;
    (void)level;
    va_start(list, format);
    (void)vsnprintf(call->log, sizeof call->log, format, list);
    va_end(list);
}

/* ---- opening ---- */

/* "4d", "60s" or a number. */
static int64_t whole(const char *text)
{
    char *unit;
    const int64_t number = strtoll(text, &unit, 10);
    return number * (*unit == 'd' ? 86400000000 : *unit == 's' ? 1000000 : 1);
}

static void set_value(struct call *call, uint32_t i, const char *const *given)
{
    const struct weir_param *param = param_at(call, i);
    struct weir_param_value *value = &call->values[i];
    const size_t count = strlen(param->name);
    const char *text = param->def;
    for (; given != NULL && *given != NULL; given++) {
        if (strncmp(*given, param->name, count) == 0 && (*given)[count] == '=') {
            text = *given + count + 1;
        }
    }
    assert_true(text != NULL || (param->flags & WEIR_PARAM_REQUIRED) == 0);
    assert_true(param->help != NULL && param->help[0] != '\0');
    value->size = sizeof *value;
    value->is_set = text != NULL;
    value->str = weir_str_from_chars(text != NULL ? text : "");
    if (text != NULL && strcmp(param->type, "str") != 0) {
        value->i64 = strcmp(param->type, "bool") == 0 ? text[0] == 't' : whole(text);
        value->f64 = strtod(text, NULL);
    }
}

/* The export that "name" or "name(types)" means. */
static const struct weir_export *find(const struct weir_plugin *plugin, const char *op)
{
    char name[64];
    char *types;
    (void)snprintf(name, sizeof name, "%s", op);
    types = strchr(name, '(');
    if (types != NULL) {
        *types++ = '\0';
        types[strlen(types) - 1] = '\0';
    }
    for (const struct weir_export *const *at = plugin->first; at < plugin->last; at++) {
        if ((*at)->kind == WEIR_KIND_EMITTER && strcmp((*at)->name, name) == 0) {
            return *at;
        }
    }
    return drive_find(plugin, WEIR_KIND_FUNCTION, name, types);
}

static void join(struct call *call, const struct weir_plugin *plugin)
{
    for (const struct weir_export *const *at = plugin->first; at < plugin->last; at++) {
        if (strcmp((*at)->name, call->exported->name) != 0) {
            continue;
        }
        if ((*at)->kind == WEIR_KIND_INSTANCE) {
            call->instance = (*at)->table;
        } else if ((*at)->kind == WEIR_KIND_PARAMS) {
            call->params = (*at)->table;
        }
    }
}

static void begin(struct call *call, uint32_t rows)
{
    drive_begin(&call->run, call->exported, rows, rows > 0 ? rows : 1, 16);
    if (call->host.size == 0) {
        call->host = *call->run.task.host;
        call->host.param = host_param;
        call->host.log = host_log;
    }
    call->run.task.host = &call->host;
    call->run.task.self = call->self;
}

static void prepare(struct call *call,
                    const char *plugin_name,
                    const char *op,
                    const char *const *params)
{
    const struct weir_plugin *plugin = drive_load(plugin_name);
    memset(call, 0, sizeof *call);
    call->exported = find(plugin, op);
    join(call, plugin);
    for (uint32_t i = 0; call->params != NULL && i < call->params->count; i++) {
        assert_true(i < CALL_PARAMS_MAX);
        set_value(call, i, params);
    }
    begin(call, 0);
}

void call_try_open(struct call *call, const char *plugin, const char *op, const char *const *params)
{
    prepare(call, plugin, op, params);
    if (call->instance != NULL) {
        call->self = calloc(1, call->instance->self_bytes);
        call->run.task.self = call->self;
        if (call->instance->open != NULL) {
            call->opened = call->instance->open(&call->run.task);
        }
    }
}

void call_open(struct call *call, const char *plugin, const char *op, const char *const *params)
{
    call_try_open(call, plugin, op, params);
    if (call->opened != WEIR_OK) {
        fail_msg("%s.%s does not open: %s", plugin, op, call->run.message);
    }
}

void call_close(struct call *call)
{
    if (call->instance != NULL && call->instance->close != NULL) {
        call->instance->close(&call->run.task);
    }
    drive_end(&call->run);
    free(call->self);
}

/* ---- rows ---- */

static void fill_column(struct drive_column *column,
                        const char *type,
                        const struct call_value *first,
                        size_t step,
                        size_t rows)
{
    weir_str *texts = calloc(rows + 1, sizeof *texts);
    int64_t *numbers = calloc(rows + 1, sizeof *numbers);
    double *floats = calloc(rows + 1, sizeof *floats);
    for (size_t i = 0; i < rows; i++) {
        texts[i] = first[i * step].text;
        numbers[i] = first[i * step].i64;
        floats[i] = first[i * step].f64;
    }
    if (strcmp(type, "str") == 0 || strcmp(type, "bytes") == 0) {
        drive_text(column, texts, rows, 0);
    } else if (strcmp(type, "f64") == 0) {
        drive_fixed(column, floats, sizeof *floats, rows, 0);
    } else {
        assert_true(strcmp(type, "i64") == 0 || strcmp(type, "ts") == 0);
        drive_fixed(column, numbers, sizeof *numbers, rows, 0);
    }
    free(texts);
    free(numbers);
    free(floats);
}

void call_rows(struct call *call, const struct call_value *arguments, size_t rows)
{
    struct drive_column columns[WEIR_PARAMETERS_MAX];
    const uint32_t count = call->exported->in_count;
    drive_end(&call->run);
    begin(call, (uint32_t)rows);
    for (uint32_t c = 0; c < count; c++) {
        fill_column(&columns[c], call->exported->in[c].type, arguments + c, count, rows);
        drive_add(&call->run, &columns[c], false);
    }
    drive_run(&call->run);
    for (uint32_t c = 0; c < count; c++) {
        drive_column_free(&columns[c]);
    }
}

static bool is_same(const char *type, const struct drive_value *found, struct call_value expected)
{
    if (strcmp(type, "str") == 0 || strcmp(type, "bytes") == 0) {
        return weir_str_equal(found->text, expected.text);
    }
    if (strcmp(type, "f64") == 0) {
        return isnan(expected.f64) ? isnan(found->f64)
                                   : memcmp(&found->f64, &expected.f64, sizeof found->f64) == 0;
    }
    return found->i64 == expected.i64;
}

void call_check(struct call *call, const struct call_value *arguments, struct call_value expected)
{
    const struct drive_value *found;
    call_rows(call, arguments, 1);
    if (call->run.failed_rows > 0) {
        fail_msg("%s: %s", call->exported->name, call->run.message);
    }
    assert_int_equal(call->run.row_count, 1);
    found = &call->run.rows[0];
    if (!is_same(call->exported->out[0].type, found, expected)) {
        fail_msg("%s(%.*s...): found '%.*s' %lld %.17g, expected '%.*s' %lld %.17g",
                 call->exported->name, (int)arguments[0].text.count, arguments[0].text.bytes,
                 (int)found->text.count, found->text.bytes, (long long)found->i64, found->f64,
                 (int)expected.text.count, expected.text.bytes, (long long)expected.i64,
                 expected.f64);
    }
}

void call_check_emits(struct call *call,
                      const struct call_value *arguments,
                      const char *const *expected,
                      size_t count)
{
    call_rows(call, arguments, 1);
    if (call->run.failed_rows > 0) {
        fail_msg("%s: %s", call->exported->name, call->run.message);
    }
    assert_int_equal(call->run.row_count, count);
    for (size_t i = 0; i < count; i++) {
        const weir_str found = call->run.rows[i * DRIVE_COLUMNS_MAX].text;
        if (!weir_str_equal(found, expected[i])) {
            fail_msg("row %zu is '%.*s', expected '%s'", i, (int)found.count, found.bytes,
                     expected[i]);
        }
    }
}

static void check_message(const struct call *call, const char *message)
{
    if (strstr(call->run.message, message) == NULL) {
        fail_msg("%s says '%s', expected '%s'", call->exported->name, call->run.message, message);
    }
}

void call_check_fails(struct call *call, const struct call_value *arguments, const char *message)
{
    call->run.message[0] = '\0';
    call_rows(call, arguments, 1);
    if (call->run.failed_rows != 1) {
        fail_msg("%s does not fail, expected '%s'", call->exported->name, message);
    }
    assert_int_equal(call->run.outcome, WEIR_BAD_RECORD);
    assert_int_equal(call->run.row_count, 0);
    check_message(call, message);
}

static int declare(struct weir_bind *bind, const char *name, const char *type)
{
    (void)bind;
    fail_msg("bind declares %s: %s, expected a refusal", name, type);
    return WEIR_OK;
}

void call_check_refused(const char *plugin,
                        const char *op,
                        const char *const *params,
                        const char *message)
{
    struct call call;
    call_try_open(&call, plugin, op, params);
    assert_int_equal(call.opened, WEIR_FATAL);
    check_message(&call, message);
    call_close(&call);
    prepare(&call, plugin, op, params);
    if (call.exported->bind != NULL) {
        struct weir_bind bind = {.size = sizeof bind, .task = &call.run.task, .declare = declare};
        assert_int_equal(call.exported->bind(&bind), WEIR_FATAL);
        check_message(&call, message);
    }
    drive_end(&call.run);
}
