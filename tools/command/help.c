/* SPDX-License-Identifier: Apache-2.0 */
/* weir help: one word is a command, a topic, an error code, a verb, or else a plugin or operator.
 */
#include "command/commands.h"
#include "inspect/look.h"
#include "os/os.h"
#include "page/page.h"
#include "stream/stream.h"

#include <string.h>
#include <unistd.h>

static int put_page(const struct weir_invocation *invocation, const char *name)
{
    struct weir_text text;
    weir_text_init(&text);
    bool is_found = weir_page_put_topic(name, &text) || weir_page_put_code(name, &text) ||
                    weir_page_put_verb(name, &text);
    if (is_found && invocation->is_json) {
        struct weir_text json;
        weir_text_init(&json);
        weir_text_put(&json, "{\"page\":");
        weir_json_string(&json, weir_str_of(name));
        weir_text_put(&json, ",\"text\":");
        weir_json_string(&json, weir_text_str(&text));
        weir_text_put(&json, "}\n");
        weir_cli_put(&json);
        weir_text_finish(&json);
    } else if (is_found) {
        weir_cli_put(&text);
    }
    weir_text_finish(&text);
    return is_found ? 0 : -1;
}

/* A code of no page: E9999. */
static bool is_like_code(const char *name)
{
    return name[0] == 'E' && name[1] != '\0' && strspn(name + 1, "0123456789") == strlen(name + 1);
}

/* The nearest of commands, topics and verbs; NULL: none is near. */
static const char *near_page(const char *name)
{
    struct weir_near near;
    weir_near_begin(&near, weir_str_of(name));
    for (size_t i = 0; weir_commands[i] != NULL; i++) {
        weir_near_offer(&near, weir_str_of(weir_commands[i]->name));
    }
    for (const struct weir_topic *topic = weir_topics; topic->name != NULL; topic++) {
        weir_near_offer(&near, weir_str_of(topic->name));
    }
    for (int v = WEIR_VERB_MAP; v < WEIR_VERB_COUNT_OF; v++) {
        if (v == WEIR_VERB_SINK) {
            continue; /* a place in graphs, not a word */
        }
        weir_near_offer(&near, weir_str_of(weir_verb_name((enum weir_verb)v)));
    }
    weir_str best = weir_near_best(&near);
    return best.count > 0 ? best.bytes : NULL;
}

static bool is_own_plugin(struct weir_invocation *invocation, const char *name)
{
    return strchr(name, '/') == NULL &&
           access(weir_arena_printf(&invocation->arena, "%s/%s.so",
                                    weir_os_plugin_home(&invocation->arena), name),
                  F_OK) == 0;
}

static int explain_word(struct weir_invocation *invocation, const char *name)
{
    const struct weir_command *command = weir_command_find(name);
    if (command != NULL) {
        weir_cli_help(command);
        return 0;
    }
    if (put_page(invocation, name) == 0) {
        return 0;
    }
    const char *near = near_page(name);
    if (is_like_code(name)) {
        return weir_cli_usage(invocation, "there is no error %s; 'weir help errors' lists them",
                              name);
    }
    if (near != NULL && strchr(name, '.') == NULL && !is_own_plugin(invocation, name)) {
        return weir_cli_usage(invocation, "no page '%s': did you mean '%s'?", name, near);
    }
    const struct weir_look look = {.name = name};
    return weir_look_at(invocation, &look);
}

static int run(struct weir_invocation *invocation)
{
    if (invocation->count == 0) {
        weir_cli_overview(true);
        return 0;
    }
    int status = 0;
    for (int i = 0; i < invocation->count; i++) {
        int one = explain_word(invocation, invocation->arguments[i]);
        status = status == 0 ? one : status;
    }
    return status;
}

static const struct weir_option options[] = {{NULL, 0, NULL, NULL, false, false}};

const struct weir_command weir_command_help = {
    .name = "help",
    .group = "meta",
    .summary = "explain a command, a verb, an operator, an error code, a topic",
    .arguments = "[WORD]...",
    .details = "Topics: language, verbs, errors, exit-codes, settings.",
    .example = "weir help E0104",
    .options = options,
    .run = run,
};
