/* SPDX-License-Identifier: Apache-2.0 */
/* The programs that the language is described by: each binds, or is refused as "not yet available"
 * at the word that is. Nothing that comes later is mis-parsed, taken for a slip or ignored. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CLICKS                                                                                     \
    "# clicks.weir: one input, three outputs, C functions, a static table, state that survives\n"  \
    "job clicks batch=1s checkpoint=\"state/\" web=\"127.0.0.1:8088\"\n"                           \
    "param brokers = \"localhost:9092\"\n"                                                         \
    "use \"./libsession.so\" as session\n"                                                         \
    "use \"libm.so.6\" as m { double hypot(double x, double y); }\n"                               \
    "table spam = file \"spam.csv\" reload=1m | csv schema {user: str} header=true\n"              \
    "hits = kafka \"clicks\" brokers=$brokers | json schema {user: str, url: str, "                \
    "tags: list<str>, geo: {lat: f64, lon: f64}, at: ts} on_error=dead\n"                          \
    "     | anti_join spam on=user\n"                                                              \
    "tops = hits | map key = url, value = 1 | reduce_by_key_and_window i64.add length=5m "         \
    "slide=10s | top 10 by=value\n"                                                                \
    "tops | print\n"                                                                               \
    "tops | postgres \"top_urls\" dsn=$env.PG_DSN key=key\n"                                       \
    "hits | map key = user, value = at | update_state_by_key session.track as sessions "           \
    "| save_as_text_files \"out/sessions\"\n"                                                      \
    "test \"one hit is counted\" { at 0s feed hits [{user: \"u1\", url: \"/a\", at: 0s}]; "        \
    "at 10s expect tops [{key: \"/a\", value: 1}]; }\n"

static void check_refused(const char *text, const char *const *words, size_t count)
{
    struct bound b;
    bind_text(&b, text);
    const struct weir_diagnostic *d = b.diagnostics.first;
    for (size_t i = 0; i < count; i++, d = d->next) {
        if (d == NULL) {
            fail_msg("'%s' is not refused in: %s", words[i], text);
            return;
        }
        enum weir_code code =
            strcmp(words[i], "\"./libsession.so\"") == 0 ? WEIR_CODE_PLUGIN : WEIR_CODE_NOT_YET;
        if (d->code != code || strlen(words[i]) != d->place.length ||
            memcmp(text + d->place.offset, words[i], d->place.length) != 0) {
            fail_msg("E%04u %s where '%s' was expected", (unsigned)d->code, d->message, words[i]);
        }
    }
    if (d != NULL) {
        fail_msg("refused besides: %s", d->message);
    }
    bound_finish(&b);
}

static void the_samples_of_the_first_page(void **state)
{
    static const char *const right[] = {
        "tcp://localhost:9999 | flat_map word = text.words(line) | map key = word, value = 1 "
        "| reduce_by_key i64.add | print",
        "tcp://localhost:9999 | flat_map word = text.words(line) "
        "| filter text.contains(word, \"ERROR\") | count_by_value | print",
        "generate words | count_by_value | top 10 by=count",
        "generate clicks | filter ms != 0 and 100 / ms > 2",
        "file \"F\" | flat_map word = text.words(line) | map key = word, value = 1 "
        "| reduce_by_key i64.add | print",
        "file \"F\" | filter text.contains(line, \"ERROR\") | count",
        "tcp://localhost:9999 | flat_map word = text.words(line) "
        "| filter text.contains(word, \"ERROR\") | map key = word, value = 1 "
        "| reduce_by_key_and_window i64.add length=30s slide=10s | print",
    };
    static const char *const clicks[] = {"checkpoint", "web", "\"./libsession.so\"", "kafka",
                                         "postgres"};
    (void)state;
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        struct bound b;
        bind_text(&b, right[i]);
        assert_bound(&b);
        bound_finish(&b);
    }
    check_refused(CLICKS, clicks, sizeof clicks / sizeof clicks[0]);
}

/* Each form of the rest of language.md, and the word that is not there yet. */
static void what_comes_later_is_refused_by_name(void **state)
{
    static const struct {
        const char *text, *word;
    } cases[] = {
        {"event_time at=word late=10s", "event_time"},
        {"late to=dropped", "late"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, "generate words | %s", cases[i].text);
        check_refused(text, &cases[i].word, 1);
    }
    static const char *const inputs[] = {"kafka", "queue", "raw_socket", "binary_records"};
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s \"x\" length=4 | count", inputs[i]);
        check_refused(text, &inputs[i], 1);
    }
}

/* Every verb of the table is available or refused by name; none falls between. */
static void every_verb_is_known(void **state)
{
    (void)state;
    for (int i = 0; i < WEIR_VERB_COUNT_OF; i++) {
        enum weir_verb verb = (enum weir_verb)i;
        const char *name = weir_verb_name(verb);
        char text[64];
        if (name[0] == '\0') {
            continue;
        }
        struct bound b;
        snprintf(text, sizeof text, "generate words | %s", name);
        bind_text(&b, text);
        bool is_later =
            b.diagnostics.first != NULL && b.diagnostics.first->code == WEIR_CODE_NOT_YET;
        assert_int_equal(is_later, verb == WEIR_VERB_EVENT_TIME || verb == WEIR_VERB_LATE);
        assert_int_equal(weir_verb_find(weir_str_of(name)), verb);
        bound_finish(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_samples_of_the_first_page),
        cmocka_unit_test(what_comes_later_is_refused_by_name),
        cmocka_unit_test(every_verb_is_known),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
