/* SPDX-License-Identifier: Apache-2.0 */
/* Signals as calls on the loop thread: no code of ours ever runs in a signal handler. */
#include "os/private.h"

#include <string.h>

struct weir_os_signal {
    uv_signal_t handle; /* first: libuv hands it back to be freed */
    void (*fn)(void *owner, int signum);
    void *owner;
    struct weir_os_signal *next;
};

static void on_signal(uv_signal_t *handle, int signum)
{
    struct weir_os_signal *signal = handle->data;
    signal->fn(signal->owner, signum);
}

static void free_signal(uv_handle_t *handle)
{
    weir_free(handle->data);
}

int weir_os_on_signal(struct weir_env *env,
                      int signum,
                      void (*fn)(void *owner, int signum),
                      void *owner,
                      struct weir_error *err)
{
    struct weir_os *os = weir_os_of(env);
    struct weir_os_signal *signal = weir_alloc(sizeof *signal);
    signal->fn = fn;
    signal->owner = owner;
    signal->handle.data = signal;
    int status = uv_signal_init(&os->loop, &signal->handle);
    if (status != 0) {
        weir_free(signal);
        return weir_error_set(err, WEIR_ETEMPORARY,
                              "the system gives no descriptor for signals (%s); "
                              "raise ulimit -n",
                              uv_strerror(status));
    }
    signal->next = os->signals;
    os->signals = signal;
    status = uv_signal_start(&signal->handle, on_signal, signum);
    if (status != 0) {
        return weir_error_set(err, WEIR_EUSAGE, "signal %d cannot be caught (%s)", signum,
                              uv_strerror(status));
    }
    return WEIR_OK;
}

void weir_os_signals_end(struct weir_os *os)
{
    while (os->signals != NULL) {
        struct weir_os_signal *next = os->signals->next;
        uv_close((uv_handle_t *)&os->signals->handle, free_signal);
        os->signals = next;
    }
}
