/* SPDX-License-Identifier: Apache-2.0 */
/* weir plugin: what an author of plugins needs, by sub-command. */
#include "command/commands.h"
#include "kit/check.h"
#include "kit/new.h"
#include "kit/suite/suite.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void put_new(const struct weir_invocation *invocation,
                    const struct weir_new_plugin *plugin,
                    const struct weir_text *written)
{
    struct weir_text text;
    weir_text_init(&text);
    if (!invocation->is_json) {
        weir_text_append(&text, weir_text_str(written).bytes, written->count);
        weir_new_plugin_put_next(plugin, &text);
    } else {
        const char *line = weir_text_str(written).bytes;
        weir_text_put(&text, "{\"kind\":");
        weir_json_string(&text, weir_str_of(plugin->kind));
        weir_text_put(&text, ",\"files\":[");
        for (size_t count; (count = strcspn(line, "\n")) > 0; line += count + 1) {
            const weir_str path = {line, count};
            weir_text_put(&text, line == written->bytes ? "" : ",");
            weir_json_string(&text, path);
        }
        weir_text_put(&text, "]}\n");
    }
    weir_cli_put(&text);
    weir_text_finish(&text);
}

static int run_new(struct weir_invocation *invocation)
{
    const char *folder = weir_cli_value(invocation, "dir");
    struct weir_new_plugin plugin = {
        .kind = weir_cli_value(invocation, "kind"),
        .folder = folder == NULL ? "." : folder,
        .is_cxx = weir_cli_value(invocation, "cxx") != NULL,
    };
    if (plugin.kind == NULL) {
        return weir_cli_usage(invocation, "--kind is missing: function, emitter, reducer, "
                                          "aggregate, update, track, receiver, source, sink or "
                                          "codec");
    }
    if (invocation->count != 2) {
        return weir_cli_usage(invocation, "one name is expected, found %d", invocation->count - 1);
    }
    plugin.name = invocation->arguments[1];
    struct weir_text written;
    struct weir_error err = {0};
    weir_text_init(&written);
    int status = weir_new_plugin_write(&plugin, &written, &err);
    if (status == WEIR_OK) {
        put_new(invocation, &plugin, &written);
    } else {
        status = weir_cli_fail(invocation, &err);
    }
    weir_text_finish(&written);
    return status;
}

static int run_check(struct weir_invocation *invocation)
{
    const char *text = weir_cli_value(invocation, "seed");
    int64_t seed = 1;
    struct weir_error err = {0};
    if (invocation->count != 2) {
        return weir_cli_usage(invocation, "one file is expected, found %d", invocation->count - 1);
    }
    if (text != NULL && weir_cli_count("seed", text, 0, INT64_MAX, &seed, &err) != WEIR_OK) {
        return weir_cli_fail(invocation, &err);
    }
    const char *file = invocation->arguments[1];
    if (access(file, R_OK) != 0) {
        int error = errno;
        (void)weir_error_set(&err, error == EACCES ? WEIR_EPERMISSION : WEIR_ENOINPUT,
                             "cannot read %s: %s", file, strerror(error));
        return weir_cli_fail(invocation, &err);
    }
    return weir_plugin_check(invocation, file, (uint64_t)seed);
}

static int run_test(struct weir_invocation *invocation)
{
    if (invocation->count > 2) {
        return weir_cli_usage(invocation, "one folder is expected, found %d",
                              invocation->count - 1);
    }
    return weir_plugin_test(invocation, invocation->count == 2 ? invocation->arguments[1] : ".");
}

static int run(struct weir_invocation *invocation)
{
    static const char *const names[] = {"new", "check", "test"};
    const char *name = invocation->count == 0 ? "" : invocation->arguments[0];
    if (strcmp(name, "new") == 0) {
        return run_new(invocation);
    }
    if (strcmp(name, "check") == 0) {
        return run_check(invocation);
    }
    if (strcmp(name, "test") == 0) {
        return run_test(invocation);
    }
    if (name[0] == '\0') {
        return weir_cli_usage(invocation, "what to do is missing: new, check or test");
    }
    const char *near = weir_near_among(weir_str_of(name), names, sizeof names / sizeof names[0]);
    return weir_cli_usage(invocation, "unknown sub-command '%s'%s%s%s", name,
                          near == NULL ? "" : ": did you mean '", near == NULL ? "" : near,
                          near == NULL ? "" : "'?");
}

static const struct weir_option options[] = {
    {"kind", 'k', "KIND",
     "new: function, emitter, reducer, aggregate, update, track, receiver, source, sink or codec",
     false, false},
    {"cxx", 0, NULL, "new: in C++", false, false},
    {"dir", 'd', "FOLDER", "new: where the plugin's folder is made (default: here)", false, false},
    {"seed", 0, "NUMBER", "check: of the random rows (default 1)", false, false},
    {NULL, 0, NULL, NULL, false, false},
};

const struct weir_command weir_command_plugin = {
    .name = "plugin",
    .group = "plugins",
    .summary = "begin a plugin of your own, and try it",
    .arguments = "new --kind KIND NAME | test [FOLDER] | check FILE.so",
    .details =
        "new writes a folder NAME with a plugin that works: source, CMakeLists.txt, Makefile, a "
        "tests and a README.\ntest builds it into FOLDER/build (default: here) by CMake, and runs "
        "its own tests. Status 1 if it does\nnot build or a test fails.\n"
        "check runs each operator on random rows, in a child process: again, and cut differently; "
        "the laws of\nreducers and aggregates; codecs on garbage; what it exports; whether what it "
        "returns holds; what it\ndoes when the engine refuses. Status 1 if anything fails.",
    .example = "weir plugin new --kind function shout",
    .options = options,
    .run = run,
};
