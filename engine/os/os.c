/* SPDX-License-Identifier: Apache-2.0 */
/* Puts the room's files together into one env, and knows where the running program lies. */
#include "os/os.h"

#include "os/private.h"

#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WEIR_OS_LOG_LINE_BYTES = 4096 };

const char *weir_os_reason(int error)
{
    const char *text = strerrordesc_np(error);
    return text == NULL ? "unknown error" : text;
}

static uint64_t os_random(struct weir_env *env)
{
    (void)env;
    uint64_t drawn = 0;
    ssize_t count = getrandom(&drawn, sizeof drawn, 0); /* 8 bytes come whole, if at all */
    WEIR_ASSERT(count == (ssize_t)sizeof drawn);
    return drawn;
}

static const char *os_variable(struct weir_env *env, const char *name)
{
    (void)env;
    return getenv(name);
}

static const struct weir_env_ops os_ops = {
    .struct_bytes = sizeof(struct weir_env_ops),
    .now_us = weir_os_now_us,
    .timer_start = weir_os_timer_start,
    .timer_stop = weir_os_timer_stop,
    .post = weir_os_post,
    .run = weir_os_run,
    .thread_start = weir_os_thread_start,
    .gate_create = weir_os_gate_create,
    .gate_destroy = weir_os_gate_destroy,
    .gate_wait = weir_os_gate_wait,
    .gate_open = weir_os_gate_open,
    .random = os_random,
    .file_read = weir_os_file_read,
    .file_write = weir_os_file_write,
    .file_exists = weir_os_file_exists,
    .file_real = weir_os_file_real,
    .folder_list = weir_os_folder_list,
    .module_open = weir_os_module_open,
    .variable = os_variable,
    .loop = weir_os_loop,
    .stop = weir_os_stop,
};

/* The candidate on the arena, absolute and without "..", or NULL if it is no folder. */
static const char *folder_at(struct weir_arena *arena,
                             const char *program_folder,
                             const char *below)
{
    const char *path = weir_arena_printf(arena, "%s/%s", program_folder, below);
    char real[PATH_MAX];
    struct stat info;
    if (realpath(path, real) == NULL || stat(real, &info) != 0 || !S_ISDIR(info.st_mode)) {
        return NULL;
    }
    return weir_arena_strndup(arena, real, strlen(real));
}

/* The folder of the file that this code is in: the program's, or libweir's. False: not known. */
static bool own_folder(char *folder, size_t room)
{
    Dl_info info;
    struct link_map *map = NULL; /* the program's has no name */
    if (dladdr1((const void *)(uintptr_t)&weir_os_plugin_home, &info, (void **)&map,
                RTLD_DL_LINKMAP) != 0 &&
        map != NULL && map->l_name[0] == '/' && strlen(map->l_name) < room) {
        memcpy(folder, map->l_name, strlen(map->l_name) + 1);
    } else {
        ssize_t count = readlink("/proc/self/exe", folder, room - 1);
        if (count <= 0) {
            return false;
        }
        folder[count] = '\0';
    }
    *strrchr(folder, '/') = '\0'; /* the kernel's path is absolute */
    return true;
}

const char *weir_os_plugin_home(struct weir_arena *arena)
{
    static const char *const places[] = {"plugins", "weir/plugins",
                                         "../" WEIR_OS_LIBRARY_FOLDER "/weir/plugins",
                                         "../lib/weir/plugins"};
    char folder[PATH_MAX];
    if (!own_folder(folder, sizeof folder)) {
        return "/usr/lib/weir/plugins"; /* no /proc */
    }
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const char *found = folder_at(arena, folder, places[i]);
        if (found != NULL) {
            return found;
        }
    }
    return weir_arena_printf(arena, "%s/%s", folder, places[2]);
}

static char *choose_plugin_home(const char *wanted)
{
    struct weir_arena arena;
    weir_arena_init(&arena);
    const char *home = wanted == NULL ? weir_os_plugin_home(&arena) : wanted;
    char *copy = weir_strndup(home, strlen(home));
    weir_arena_finish(&arena);
    return copy;
}

/* Closes what posts_begin and its successors opened: libuv wants one more turn for that. */
static void close_loop(struct weir_os *os)
{
    os->is_stopping = true; /* nothing fires any more */
    (void)uv_run(&os->loop, UV_RUN_DEFAULT);
    int status = uv_loop_close(&os->loop);
    WEIR_ASSERT(status == 0);
}

static int begin(struct weir_os *os, struct weir_error *err)
{
    int failed = uv_loop_init(&os->loop);
    if (failed != 0) {
        return weir_error_set(err, WEIR_ETEMPORARY,
                              "the system gives no event loop (%s); raise ulimit -n",
                              uv_strerror(failed));
    }
    int status = weir_os_posts_begin(os, err);
    if (status != WEIR_OK) {
        goto close_loop;
    }
    status = weir_os_timers_begin(os, err);
    if (status != WEIR_OK) {
        goto end_posts;
    }
    status = weir_os_pool_create(os, err);
    if (status != WEIR_OK) {
        goto end_timers;
    }
    return WEIR_OK;
end_timers:
    weir_os_timers_end(os);
end_posts:
    weir_os_posts_end(os);
close_loop:
    close_loop(os);
    return status;
}

/* Huge pages for the part of a block that is made of whole ones, if the system has any to give.
 * Small ones that an earlier block has left there would stay: they are given back first. */
static void ask_huge(void *memory, size_t bytes)
{
    uintptr_t mask = WEIR_MEMORY_HUGE_BYTES - 1;
    uintptr_t first = ((uintptr_t)memory + mask) & ~mask;
    uintptr_t end = ((uintptr_t)memory + bytes) & ~mask;
    if (first < end) {
        (void)madvise((void *)first, end - first, MADV_DONTNEED);
        (void)madvise((void *)first, end - first, MADV_HUGEPAGE);
    }
}

int weir_os_create(const struct weir_os_options *options,
                   struct weir_env **env,
                   struct weir_error *err)
{
    uint32_t threads = options->threads == 0 ? uv_available_parallelism() : options->threads;
    if (threads > WEIR_OS_THREADS_MAX) {
        return weir_error_set(err, WEIR_EUSAGE, "%u threads: at most %d are possible",
                              (unsigned)threads, (int)WEIR_OS_THREADS_MAX);
    }
    struct weir_os *os = weir_alloc(sizeof *os);
    os->env.ops = &os_ops;
    os->env.thread_count = threads;
    int status = begin(os, err);
    if (status != WEIR_OK) {
        weir_free(os);
        return status;
    }
    os->plugin_home = choose_plugin_home(options->plugin_home);
    os->env.plugin_home = os->plugin_home;
    weir_memory_on_lasting(ask_huge);
    (void)signal(SIGPIPE, SIG_IGN); /* a peer that goes away is an error of write, not the end */
    (void)signal(SIGXFSZ, SIG_IGN); /* and so is a file that may not grow */
    *env = &os->env;
    return WEIR_OK;
}

void weir_os_destroy(struct weir_env *env)
{
    if (env == NULL) {
        return;
    }
    struct weir_os *os = weir_os_of(env);
    weir_os_pool_join(os->pool);
    weir_os_threads_join(os);
    weir_os_pool_destroy(os->pool);
    weir_os_signals_end(os);
    weir_os_timers_end(os);
    weir_os_posts_end(os);
    close_loop(os);
    weir_free(os->plugin_home);
    weir_free(os);
}

static void log_line(void *owner, int level, const char *line)
{
    (void)owner;
    (void)level;
    char out[WEIR_OS_LOG_LINE_BYTES] = "weir: ";
    size_t count = strlen(out);
    for (; *line != '\0' && count < sizeof out - 1; line++) {
        bool is_control = (unsigned char)*line < ' ' && *line != '\t' && *line != '\n';
        out[count++] = is_control ? '?' : *line; /* no text from outside may drive the terminal */
    }
    out[count++] = '\n';
    ssize_t written = write(STDERR_FILENO, out, count);
    (void)written; /* there is nobody left to tell */
}

void weir_os_log_to_stderr(int level_max)
{
    weir_log_to(log_line, NULL, level_max);
}
