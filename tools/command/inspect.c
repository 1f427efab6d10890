/* SPDX-License-Identifier: Apache-2.0 */
/* weir inspect: what a plugin, an operator or a stranger's .so is. */
#include "command/commands.h"
#include "inspect/look.h"
#include "inspect/note.h"

#include <string.h>

/* --note: nothing of the file runs. */
static int show_note(struct weir_invocation *invocation)
{
    const char *path;
    struct weir_note note;
    struct weir_error err = {0};
    int status = weir_cli_argument(invocation, "the file of a plugin", &path);
    if (status != 0) {
        return status;
    }
    if (weir_note_of_file(path, &note, &err) != WEIR_OK) {
        return weir_cli_fail(invocation, &err);
    }
    struct weir_text text;
    weir_text_init(&text);
    if (invocation->is_json) {
        weir_text_put(&text, "{\"file\":");
        weir_json_string(&text, weir_str_of(path));
        weir_text_put(&text, ",");
        weir_note_put_json(&note, &text);
        weir_text_put(&text, "}\n");
    } else {
        weir_text_printf(&text, "%s\n", path);
        weir_note_put(&note, &text);
    }
    weir_cli_put(&text);
    weir_text_finish(&text);
    return 0;
}

static int run(struct weir_invocation *invocation)
{
    if (weir_cli_value(invocation, "note") != NULL) {
        return show_note(invocation);
    }
    struct weir_look look = {
        .plugin_path = weir_cli_value(invocation, "plugin-path"),
        .plugins = weir_cli_list(invocation, "plugin"),
    };
    int status = 0;
    if (invocation->count == 0) {
        return weir_look_at(invocation, &look);
    }
    for (int i = 0; i < invocation->count; i++) {
        look.name = invocation->arguments[i];
        int one = weir_look_at(invocation, &look);
        status = status == 0 ? one : status;
    }
    return status;
}

static const struct weir_option options[] = {
    {"note", 0, NULL, "read only the note in the file: nothing of it is loaded", false, false},
    {"plugin", 'p', "FILE", "load a plugin before; its alias is the file's name", false, true},
    {"plugin-path", 0, "FOLDERS", "where plugins named without a slash are found, with ':'", true,
     false},
    {NULL, 0, NULL, NULL, false, false},
};

const struct weir_command weir_command_inspect = {
    .name = "inspect",
    .group = "plugins",
    .summary = "show plugins and their operators",
    .arguments = "[FILE.so | PLUGIN | PLUGIN.OPERATOR]...",
    .details = "Without an argument: all plugins. A file is loaded in a child process; if it "
               "crashes there, hangs or\nexits, the report says so and the status is 1.",
    .example = "weir inspect text.words",
    .options = options,
    .run = run,
};
