/* SPDX-License-Identifier: Apache-2.0 */
/* Topics of `weir help`: what belongs to no command alone. */
#include "cli.h"

#include "page/page.h"

#include <string.h>

static void put_exit_codes(struct weir_text *to)
{
    weir_text_put(to, "exit codes: how a run of weir ended, for scripts\n\n"
                      "    0  fine; also after Ctrl-C or SIGTERM, which finish what was received\n"
                      "    1  the job failed; weir test: a test failed; fmt --check: not tidy;\n"
                      "       weir inspect: the plugin crashed\n"
                      "   64  wrong usage of the command\n"
                      "   65  the pipeline text or its types are wrong\n"
                      "   66  no such file or input\n"
                      "   69  a service or socket was never reached\n"
                      "   70  an error of weir's own: please report it\n"
                      "   73  an output cannot be created\n"
                      "   74  input/output error\n"
                      "   75  a lack that may pass: try again\n"
                      "   77  permission denied\n"
                      "   78  wrong configuration, also of a settings file\n"
                      "128+n  ended by signal n; a second Ctrl-C: 130\n");
}

static void put_settings(struct weir_text *to)
{
    weir_text_put(to,
                  "settings: where the value of an option comes from\n\n"
                  "Strongest first:\n"
                  "  1  the flag                 --batch 100ms\n"
                  "  2  the environment          WEIR_BATCH=100ms\n"
                  "  3  the text's job statement job clicks batch=100ms\n"
                  "  4  weir.conf here           batch = 100ms\n"
                  "  5  ~/.config/weir/weir.conf (or $XDG_CONFIG_HOME/weir/weir.conf)\n"
                  "  6  /etc/weir/weir.conf\n\n"
                  "A settings file has a line `name = value` for each setting, and comments after "
                  "#. Names are those\nof the flags, '-' and '_' are one. A name that no command "
                  "knows is an error.\n\n");
    for (size_t c = 0; weir_commands[c] != NULL; c++) {
        if (strcmp(weir_commands[c]->name, "run") != 0) {
            continue;
        }
        for (const struct weir_option *o = weir_commands[c]->options; o->name != NULL; o++) {
            if (o->is_setting) {
                weir_text_printf(to, "  %-16s %s\n", o->name, o->help);
            }
        }
    }
    weir_text_put(to, "\nNO_COLOR or TERM=dumb: no colours and no live table.\n");
}

static void put_verbs(struct weir_text *to)
{
    weir_text_put(to, "verbs: what may stand in a pipe; 'weir help VERB' tells more\n\n");
    weir_page_put_verbs(to);
}

static void put_codes(struct weir_text *to)
{
    weir_text_put(to, "errors: what may be wrong with a text; 'weir help E0104' tells more\n\n");
    weir_page_put_codes(to);
}

static void put_language(struct weir_text *to)
{
    weir_text_put(
        to,
        "language: a text is statements, one a line or with ';' between\n\n"
        "  job clicks batch=100ms          the job's name and settings; may be left out\n"
        "  param min = 10                  a constant, $min; --set min=20 overrules it\n"
        "  use \"./session.so\" as session   a plugin\n"
        "  hits = generate clicks          a stream with a name, to be used below\n"
        "  hits | filter ms > $min | count a pipe: an input or a stream, verbs, perhaps an output\n"
        "\nAn input is tcp://host:port, or an operator: file \"log.txt\", generate words. Without "
        "an output verb\nthe records are printed.\n"
        "A codec makes records of text: file \"a.csv\" | csv schema {user: str, ms: i64} "
        "header=true; also\njson, msgpack, lines. of=FIELD names what is read; on_error=stop "
        "ends\nthe job at a bad record, which else is counted and dropped (also of map, extend, "
        "flat_map, filter).\n"
        "test \"name\" { at 0s feed hits [{ms: 1}]; at 1s expect slow []; }: weir help test\n"
        "Expressions: ?? or and not == != < <= > >= + - * / % a.b a[i] f(x) plugin.f(x, p=1)\n"
        "Durations: ns us ms s m h d; sizes: B kB MB GB KiB MiB GiB. Comments begin with #.\n"
        "In a shell put the text in single quotes: nothing in it needs them itself.\n");
}

const struct weir_topic weir_topics[] = {
    {"language", "how a text is written", put_language},
    {"verbs", "what may stand in a pipe", put_verbs},
    {"errors", "the numbered errors of a text", put_codes},
    {"differences", "where weir does other than Spark Streaming", weir_page_put_differences},
    {"exit-codes", "how a run ended, for scripts", put_exit_codes},
    {"settings", "flags, environment, settings files: which is stronger", put_settings},
    {NULL, NULL, NULL},
};

bool weir_page_put_topic(const char *name, struct weir_text *to)
{
    for (const struct weir_topic *topic = weir_topics; topic->name != NULL; topic++) {
        if (strcmp(topic->name, name) == 0) {
            topic->put(to);
            return true;
        }
    }
    return false;
}
