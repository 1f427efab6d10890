/* SPDX-License-Identifier: Apache-2.0 */
/* See plugin_host.h: loading, parameters, and the host table. */
#include "plugin_host.h"

#include "plugin_host_calls.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct weir_plugin_host *host_of(struct weir_task *task)
{
    return (struct weir_plugin_host *)(void *)task;
}

__attribute__((format(printf, 3, 0))) static void keep(struct weir_plugin_host *host,
                                                       struct weir_blob *text,
                                                       const char *format,
                                                       va_list values)
{
    char line[2048];
    vsnprintf(line, sizeof line, format, values);
    pthread_mutex_lock(&host->lock);
    weir_blob_put(text, line);
    weir_blob_put(text, "\n");
    pthread_mutex_unlock(&host->lock);
}

__attribute__((format(printf, 3, 4))) static int host_fail(struct weir_task *task,
                                                           int outcome,
                                                           const char *format,
                                                           ...)
{
    va_list values;
    va_start(values, format);
    keep(host_of(task), &host_of(task)->failure, format, values);
    va_end(values);
    return outcome;
}

__attribute__((format(printf, 3, 4))) static void host_log(struct weir_task *task,
                                                           int level,
                                                           const char *format,
                                                           ...)
{
    va_list values;
    (void)level;
    va_start(values, format);
    keep(host_of(task), &host_of(task)->log, format, values);
    va_end(values);
}

static void *host_arena(struct weir_task *task, size_t bytes)
{
    (void)task;
    (void)bytes;
    fail_msg("no plugin under test asks for an arena");
    return NULL;
}

static const struct weir_param_value *host_param(struct weir_task *task, const char *name)
{
    struct weir_plugin_host *host = host_of(task);
    for (size_t i = 0; i < host->param_count; i++) {
        if (strcmp(host->param_names[i]->name, name) == 0) {
            return &host->params[i];
        }
    }
    return NULL;
}

static const struct weir_host host_table = {.size = sizeof host_table,
                                            .minor = WEIR_MINOR,
                                            .get = weir_plugin_host_get,
                                            .fail = host_fail,
                                            .arena = host_arena,
                                            .param = host_param,
                                            .log = host_log};

/* A number, a duration in us or a size in bytes, as the pipeline language has them. */
static int64_t quantity(const char *text)
{
    static const struct {
        const char *unit;
        int64_t factor;
    } units[] = {{"", 1},
                 {"us", 1},
                 {"ms", 1000},
                 {"s", 1000000},
                 {"d", 86400000000},
                 {"B", 1},
                 {"KiB", 1024},
                 {"MiB", 1024 * 1024},
                 {"GiB", 1024 * 1024 * 1024}};
    char *unit;
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
        return text[0] == 't';
    }
    int64_t number = strtoll(text, &unit, 10);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(units[i].unit, unit) == 0) {
            return number * units[i].factor;
        }
    }
    fail_msg("no quantity: %s", text);
    return 0;
}

static void set_param(struct weir_plugin_host *host,
                      const struct weir_param *param,
                      const char *const *given)
{
    const char *value = param->def;
    size_t count = strlen(param->name);
    for (; given != NULL && *given != NULL; given++) {
        host->is_json = host->is_json || strcmp(*given, "--json") == 0;
        if (strncmp(*given, param->name, count) == 0 && (*given)[count] == '=') {
            value = *given + count + 1;
        }
    }
    assert_true(value != NULL || (param->flags & WEIR_PARAM_REQUIRED) == 0);
    struct weir_param_value *slot = &host->params[host->param_count];
    host->param_names[host->param_count++] = param;
    slot->size = sizeof *slot;
    slot->is_set = value != NULL;
    size_t bytes = strlen(value == NULL ? "" : value) + 1;
    char *copy = malloc(bytes);
    assert_non_null(copy);
    memcpy(copy, value == NULL ? "" : value, bytes);
    slot->str = weir_str_make(copy, bytes - 1);
    if (value != NULL && strcmp(param->type, "str") != 0) {
        slot->i64 = quantity(value);
    }
}

static void join_exports(struct weir_plugin_host *host,
                         const struct weir_plugin *plugin,
                         enum weir_kind kind,
                         const char *const *params)
{
    for (const struct weir_export *const *at = plugin->first; at < plugin->last; at++) {
        if ((*at)->kind == (uint32_t)kind) {
            host->exported = *at;
        } else if ((*at)->kind == WEIR_KIND_INSTANCE) {
            host->instance = (*at)->table;
        } else if ((*at)->kind == WEIR_KIND_PARAMS) {
            const struct weir_params *table = (*at)->table;
            assert_true(table->count <= WEIR_HOST_PARAMS_MAX);
            for (uint32_t i = 0; i < table->count; i++) {
                set_param(host, &table->entries[i], params);
            }
        }
    }
}

static const struct weir_plugin *load(const char *name)
{
    char path[1024];
    const char *folder = getenv("WEIR_TEST_PLUGINS"); /* else those of this build */
    snprintf(path, sizeof path, "%s/%s.so", folder != NULL ? folder : WEIR_BUILD_DIR "/plugins",
             name);
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (module == NULL) {
        fail_msg("%s", dlerror());
    }
    return dlsym(module, WEIR_ENTRY_SYMBOL);
}

struct weir_plugin_host *weir_plugin_host_open(const char *name,
                                               enum weir_kind kind,
                                               const char *const *params)
{
    struct weir_plugin_host *host = calloc(1, sizeof *host);
    const struct weir_plugin *plugin = load(name);
    assert_non_null(host);
    assert_non_null(plugin);
    pthread_mutex_init(&host->lock, NULL);
    host->task = (struct weir_task){.size = sizeof host->task, .host = &host_table, .seed = 42};
    host->stream = "#1";
    join_exports(host, plugin, kind, params);
    assert_non_null(host->exported);
    assert_string_equal(host->exported->name, name);
    assert_true(strlen(host->exported->help) > 0 && strlen(host->exported->example) > 0);
    host->task.self = host->instance == NULL ? NULL : calloc(1, host->instance->self_bytes);
    weir_plugin_host_lend(host);
    if (host->instance != NULL && host->instance->open != NULL) {
        host->opened = host->instance->open(&host->task);
    }
    return host;
}

void weir_plugin_host_close(struct weir_plugin_host *host)
{
    if (host->thread != 0) {
        weir_plugin_host_stop(host);
        weir_plugin_host_join(host);
    }
    if (host->instance != NULL && host->instance->close != NULL) {
        host->instance->close(&host->task);
    }
    weir_plugin_host_take_back(host);
    weir_blob_free(&host->failure);
    weir_blob_free(&host->log);
    weir_blob_free(&host->status);
    for (int i = 0; i < WEIR_HOST_TEXTS; i++) {
        weir_blob_free(&host->snapshots[i]);
    }
    for (size_t i = 0; i < host->param_count; i++) {
        free((void *)(uintptr_t)host->params[i].str.bytes);
    }
    pthread_mutex_destroy(&host->lock);
    free(host->task.self);
    free(host);
}

/* A copy, because a receiver's thread may be adding to the text. */
static const char *snapshot(struct weir_plugin_host *host,
                            const struct weir_blob *text,
                            enum weir_host_text which)
{
    struct weir_blob *copy = &host->snapshots[which];
    pthread_mutex_lock(&host->lock);
    weir_blob_clear(copy);
    weir_blob_append(copy, text->bytes, text->count);
    weir_blob_append(copy, "", 1);
    pthread_mutex_unlock(&host->lock);
    return copy->bytes;
}

const char *weir_plugin_host_failure(struct weir_plugin_host *host)
{
    return snapshot(host, &host->failure, WEIR_HOST_FAILURE);
}

const char *weir_plugin_host_log(struct weir_plugin_host *host)
{
    return snapshot(host, &host->log, WEIR_HOST_LOG);
}

const char *weir_plugin_host_status(struct weir_plugin_host *host)
{
    return snapshot(host, &host->status, WEIR_HOST_STATUS);
}

const char *weir_plugin_host_received(struct weir_plugin_host *host)
{
    return snapshot(host, &host->received, WEIR_HOST_RECEIVED);
}
