/* SPDX-License-Identifier: Apache-2.0 */
/* Whose crash it was, and where. The thread's innermost call tells whose; where there is none, the
 * files that lie on its stack do: a plugin may have threads of its own. */
#include "crash/crash.h"
#include "crash/lines.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FRAMES_SHOWN = 12, FRAMES_MAX = 48, BUILD_ID_BYTES = 2 * 64 + 1, HINT_BYTES = 512 };

static struct {
    struct weir_registry *registry;
    bool is_json;
} watched;

/* ---- whose ---- */
struct culprit {
    const struct weir_call_frame *frame;   /* the innermost call, also one of our own code; NULL */
    const struct weir_operator *op;        /* NULL: no operator was being called */
    const struct weir_plugin_info *plugin; /* NULL: it is weir's own error */
};

static bool is_file_of(const struct weir_plugin_info *plugin, const char *file)
{
    return (plugin->stored != NULL && strcmp(plugin->stored, file) == 0) ||
           (plugin->path != NULL && strcmp(plugin->path, file) == 0);
}

/* The loaded plugin that the innermost of these addresses lies in. */
static const struct weir_plugin_info *plugin_on_stack(const void *const *addresses, uint32_t count)
{
    const struct weir_plugin_info *const *plugins;
    size_t plugin_count = 0;
    struct weir_error err;
    if (watched.registry == NULL ||
        weir_registry_list(watched.registry, false, &plugins, &plugin_count, &err) != WEIR_OK) {
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct weir_os_spot spot;
        bool is_known = weir_os_spot_of(addresses[i], &spot);
        for (size_t p = 0; is_known && p < plugin_count; p++) {
            if (is_file_of(plugins[p], spot.file)) {
                return plugins[p];
            }
        }
    }
    return NULL;
}

static struct culprit find_culprit(const struct weir_os_crash *crash)
{
    struct culprit culprit = {.frame = weir_call_current()};
    if (culprit.frame != NULL) {
        culprit.op = culprit.frame->op; /* NULL: our own code, called back */
        culprit.plugin = culprit.op == NULL ? NULL : culprit.op->plugin;
        return culprit;
    }
    const void *addresses[FRAMES_MAX];
    uint32_t count = weir_os_crash_trace(crash, addresses, FRAMES_MAX);
    culprit.plugin = plugin_on_stack(addresses, count);
    return culprit;
}

/* ---- head ---- */

/* "crashed with SIGSEGV (Segmentation fault) at address 0x0", "called exit(3)". */
static void print_event(const struct weir_os_crash *crash, char *to, size_t room)
{
    if (crash->signum == 0) {
        (void)snprintf(to, room, "called exit(%d)", crash->exit_status);
    } else if (crash->is_stack_full) {
        (void)snprintf(to, room,
                       "crashed with %s: its stack is full, as by a recursion without end",
                       crash->signal);
    } else if (crash->has_address) {
        (void)snprintf(to, room, "crashed with %s at address 0x%" PRIxPTR, crash->signal,
                       (uintptr_t)crash->address);
    } else if (crash->signum == SIGABRT) {
        (void)snprintf(to, room,
                       "crashed with %s: abort() was called; its reason, if it told one, "
                       "stands above",
                       crash->signal);
    } else {
        (void)snprintf(to, room, "crashed with %s", crash->signal);
    }
}

static void put_error(struct weir_crash_lines *lines,
                      const struct weir_os_crash *crash,
                      const struct culprit *culprit)
{
    char event[256];
    print_event(crash, event, sizeof event);
    if (culprit->op != NULL) {
        weir_crash_lines_put(lines, "error", "%s: %s", culprit->op->canonical, event);
    } else if (culprit->plugin != NULL) {
        weir_crash_lines_put(lines, "error",
                             "%s: %s, outside of any call from weir: in a thread or a handler of "
                             "its own",
                             culprit->plugin->id, event);
    } else {
        weir_crash_lines_put(lines, "error",
                             "%s, and no plugin was at work there: this is an error of weir's own; "
                             "please report it with these lines",
                             event);
    }
}

static void put_plugin(struct weir_crash_lines *lines, const struct weir_plugin_info *plugin)
{
    char build_id[BUILD_ID_BYTES];
    bool is_versioned = plugin->version != NULL && plugin->version[0] != '\0';
    weir_crash_lines_put(lines, "plugin", "%s%s%s, %s", plugin->id, is_versioned ? " " : "",
                         is_versioned ? plugin->version : "",
                         plugin->path == NULL ? "part of weir" : plugin->path);
    const char *file = plugin->stored != NULL ? plugin->stored : plugin->path;
    if (file != NULL && weir_os_build_id(file, build_id, sizeof build_id)) {
        weir_crash_lines_put(lines, "build-id", "%s", build_id);
    }
}

static void put_call(struct weir_crash_lines *lines, const struct weir_call_frame *frame)
{
    weir_crash_lines_put(lines, "operator", "%s%s, %s, in %s", frame->op->name,
                         frame->op->signature == NULL ? "" : frame->op->signature,
                         weir_kind_name(frame->op->kind), frame->part);
    if (frame->batch_us != 0) {
        weir_crash_lines_put(lines, "batch", "%" PRId64 " ms, partition %" PRIu32,
                             frame->batch_us / 1000, frame->partition);
    }
}

static int print_head(const struct weir_os_crash *crash, const struct culprit *culprit)
{
    struct weir_crash_lines lines;
    int status = weir_status_exit_code(culprit->plugin != NULL ? WEIR_EJOB : WEIR_EBUG);
    weir_crash_lines_begin(&lines, watched.is_json);
    put_error(&lines, crash, culprit);
    weir_crash_lines_status(&lines, status);
    if (culprit->plugin != NULL) {
        put_plugin(&lines, culprit->plugin);
    }
    if (culprit->op != NULL) {
        put_call(&lines, culprit->frame);
    } else if (culprit->frame != NULL && culprit->frame->outer != NULL &&
               culprit->frame->outer->op != NULL) {
        weir_crash_lines_put(&lines, "called by", "%s", culprit->frame->outer->op->canonical);
    }
    weir_crash_lines_write(&lines);
    return status;
}

/* ---- place ---- */

/* Callers are shown by the call, which is before the address that it returns to. */
static const void *shown(const struct weir_os_crash *crash, const void *address)
{
    return address == crash->pc ? address : (const char *)address - 1;
}

static void put_frame(struct weir_crash_lines *lines, uint32_t number, const void *address)
{
    struct weir_os_spot spot;
    char name[16];
    (void)snprintf(name, sizeof name, "#%" PRIu32, number);
    if (!weir_os_spot_of(address, &spot)) {
        weir_crash_lines_put(lines, name, "0x%" PRIxPTR " (in no file)", (uintptr_t)address);
        return;
    }
    const char *slash = strrchr(spot.file, '/');
    const char *file = slash == NULL ? spot.file : slash + 1;
    if (spot.symbol != NULL) {
        weir_crash_lines_put(lines, name, "%s+0x%zx (%s+0x%zx)", file, spot.offset, spot.symbol,
                             spot.symbol_bytes);
    } else {
        weir_crash_lines_put(lines, name, "%s+0x%zx", file, spot.offset);
    }
}

/* "addr2line -Cfipe FILE 0x1139 0x1240": the innermost addresses in the plugin's file, or in ours.
 */
static void put_hint(struct weir_crash_lines *lines,
                     const struct weir_os_crash *crash,
                     const struct weir_plugin_info *plugin,
                     const void *const *addresses,
                     uint32_t count)
{
    char hint[HINT_BYTES] = "";
    const char *file = NULL;
    size_t last = 0; /* a recursion is named once */
    for (uint32_t i = 0; i < count; i++) {
        struct weir_os_spot spot;
        if (!weir_os_spot_of(shown(crash, addresses[i]), &spot)) {
            continue;
        }
        bool is_wanted = plugin != NULL ? is_file_of(plugin, spot.file) : spot.is_program;
        size_t used = strlen(hint);
        if (is_wanted && used + 24 < sizeof hint && spot.offset != last) {
            file = spot.file;
            last = spot.offset;
            (void)snprintf(hint + used, sizeof hint - used, " 0x%zx", spot.offset);
        }
    }
    if (file != NULL) {
        weir_crash_lines_put(lines, "lines", "addr2line -Cfipe %s%s", file, hint);
    }
}

/* A plugin's author needs no more than the plugin and who called it. */
static uint32_t count_shown(const struct weir_plugin_info *plugin,
                            const void *const *addresses,
                            uint32_t count)
{
    bool is_in_plugin = false;
    count = count < FRAMES_SHOWN ? count : FRAMES_SHOWN;
    for (uint32_t i = 0; i < count && plugin != NULL; i++) {
        struct weir_os_spot spot;
        if (!weir_os_spot_of((const char *)addresses[i] - 1, &spot)) {
            continue;
        }
        is_in_plugin = is_in_plugin || is_file_of(plugin, spot.file);
        if (is_in_plugin && spot.is_program) {
            return i + 1;
        }
    }
    return count;
}

static void print_place(const struct weir_os_crash *crash, const struct culprit *culprit)
{
    const void *addresses[FRAMES_MAX];
    struct weir_crash_lines lines;
    struct weir_os_spot spot;
    uint32_t count = weir_os_crash_trace(crash, addresses, FRAMES_MAX);
    count = count_shown(culprit->plugin, addresses, count);
    weir_crash_lines_begin(&lines, watched.is_json);
    for (uint32_t i = 0; i < count; i++) {
        put_frame(&lines, i, shown(crash, addresses[i]));
    }
    if (culprit->op != NULL && !weir_operator_is_native(culprit->op) && crash->pc != NULL &&
        weir_os_spot_of(crash->pc, &spot) && spot.is_program) {
        weir_crash_lines_put(&lines, "note",
                             "the fault lies in weir's own code, which the operator has called: "
                             "with a bad pointer or count, or else the error is weir's");
    }
    put_hint(&lines, crash, culprit->plugin, addresses, count);
    weir_crash_lines_write(&lines);
}

/* ---- door ---- */
static int report(void *owner, enum weir_os_crash_part part, const struct weir_os_crash *crash)
{
    (void)owner;
    const struct culprit culprit = find_culprit(crash);
    switch (part) {
    case WEIR_OS_CRASH_HEAD:
        return print_head(crash, &culprit);
    case WEIR_OS_CRASH_RECORD:
        if (culprit.op != NULL) {
            weir_crash_print_record(culprit.frame, watched.is_json);
        }
        break;
    case WEIR_OS_CRASH_PLACE:
        print_place(crash, &culprit);
        break;
    }
    return 0;
}

/* ---- forks ---- */

/* A child that a plugin has forked would run the job a second time. */
static void end_forked(const struct weir_call_frame *frame)
{
    struct weir_crash_lines lines;
    int status = weir_status_exit_code(WEIR_EJOB);
    weir_crash_lines_begin(&lines, watched.is_json);
    weir_crash_lines_put(&lines, "error",
                         "%s: it called fork(), and the child process came back from its %s: the "
                         "child ends here, the job goes on; let a child call exec or _exit",
                         frame->op == NULL ? "a plugin" : frame->op->canonical,
                         frame->part == NULL ? "call" : frame->part);
    weir_crash_lines_status(&lines, status);
    weir_crash_lines_write(&lines);
    _exit(status);
}

static void note_fork(void)
{
    if (weir_call_current() != NULL) {
        weir_call_forked(end_forked);
    }
}

int weir_crash_watch(struct weir_registry *registry, bool is_json, struct weir_error *err)
{
    watched.registry = registry;
    watched.is_json = is_json;
    weir_os_on_fork(note_fork);
    return registry == NULL ? WEIR_OK : weir_os_on_crash(report, NULL, err);
}
