/* SPDX-License-Identifier: Apache-2.0 */
/* See plugin_host.h: opening on the harness, and texts. */
#include "plugin_host.h"

#include "plugin_host_calls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char *kind_word(enum weir_kind kind)
{
    return kind == WEIR_KIND_RECEIVER ? "receiver" : kind == WEIR_KIND_SOURCE ? "source" : "sink";
}

/* "sink print style=\"spark\"": the text of a call. */
static void put_call(struct weir_blob *to,
                     const char *name,
                     enum weir_kind kind,
                     const char *const *params)
{
    weir_blob_put(to, kind_word(kind));
    weir_blob_put(to, " ");
    weir_blob_put(to, name);
    for (; params != NULL && *params != NULL; params++) {
        const char *equals = strchr(*params, '=');
        weir_blob_put(to, " ");
        if (equals == NULL) {
            weir_blob_put(to, *params);
            continue;
        }
        weir_blob_append(to, *params, (size_t)(equals - *params) + 1);
        weir_blob_put(to, "\"");
        for (const char *c = equals + 1; *c != '\0'; c++) {
            weir_blob_put(to, *c == '"' || *c == '\\' ? "\\" : "");
            weir_blob_append(to, c, 1);
        }
        weir_blob_put(to, "\"");
    }
    weir_blob_append(to, "", 1);
}

struct weir_plugin_host *weir_plugin_host_open(const char *name,
                                               enum weir_kind kind,
                                               const char *const *params)
{
    char path[1024];
    const char *folder = getenv("WEIR_TEST_PLUGINS"); /* else those of this build */
    struct weir_plugin_host *host = calloc(1, sizeof *host);
    struct weir_blob call = {0};
    assert_non_null(host);
    pthread_mutex_init(&host->lock, NULL);
    snprintf(path, sizeof path, "%s/%s.so", folder != NULL ? folder : WEIR_BUILD_DIR "/plugins",
             name);
    put_call(&call, name, kind, params);
    if (weir_harness_open(&host->harness, path, call.bytes) != 0) {
        if (strstr(weir_harness_error(host->harness), " fails with outcome ") == NULL) {
            fail_msg("%s", weir_harness_error(host->harness));
        }
        host->opened = weir_harness_failed(host->harness);
    }
    weir_blob_free(&call);
    host->task = weir_harness_task(host->harness);
    host->exported = weir_harness_export(host->harness);
    assert_true(strlen(host->exported->help) > 0 && strlen(host->exported->example) > 0);
    weir_plugin_host_lend(host);
    return host;
}

void weir_plugin_host_close(struct weir_plugin_host *host)
{
    if (host->thread != 0) {
        weir_plugin_host_stop(host);
        weir_plugin_host_join(host);
    }
    weir_harness_close(host->harness);
    weir_plugin_host_take_back(host);
    weir_blob_free(&host->status);
    for (int i = 0; i < WEIR_HOST_TEXTS; i++) {
        weir_blob_free(&host->snapshots[i]);
    }
    pthread_mutex_destroy(&host->lock);
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
    (void)weir_harness_failed(host->harness);
    return weir_harness_error(host->harness);
}

const char *weir_plugin_host_log(struct weir_plugin_host *host)
{
    return weir_harness_log(host->harness);
}

const char *weir_plugin_host_status(struct weir_plugin_host *host)
{
    return snapshot(host, &host->status, WEIR_HOST_STATUS);
}

const char *weir_plugin_host_received(struct weir_plugin_host *host)
{
    return snapshot(host, &host->received, WEIR_HOST_RECEIVED);
}
