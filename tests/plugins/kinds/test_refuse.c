/* SPDX-License-Identifier: Apache-2.0 */
/* An engine that has no more: every call by which an operator asks for something, refused in turn,
 * makes the call fail; nothing is lost that a sanitizer would find. */
#include "kinds.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

struct trial {
    const char *plugin, *call;
    int (*use)(struct weir_harness *h);
};

static int use_emitter(struct weir_harness *h)
{
    return weir_harness_feed(h, "a_word_that_is_longer_than_a_cell ab a\na ad ae f g");
}
static int use_aggregate(struct weir_harness *h)
{
    return weir_harness_feed(h, "b\na text that is longer\nc") != 0 ||
           weir_harness_feed(h, "d\nb") != 0 || weir_harness_result(h) != 0;
}
static int use_update(struct weir_harness *h)
{
    return weir_harness_feed(h, "ann|1000|/a page of some length\nbob|2000|/b") != 0 ||
           weir_harness_batch(h, 1) != 0;
}
static int use_track(struct weir_harness *h)
{
    return weir_harness_feed(h, "a|1|degrees\na|3|degrees of Celsius\na|4|x") != 0;
}
static int use_receiver(struct weir_harness *h)
{
    return weir_harness_clock(h, 2500000) != 0 || weir_harness_poll(h, 10, NULL) != 0;
}
static int use_source(struct weir_harness *h)
{
    return weir_harness_read(h, 0, 2, NULL);
}

static const struct trial trials[] = {
    {"emitter", "find_all mark=a", use_emitter},  {"aggregate", "distinct", use_aggregate},
    {"update", "track", use_update},    {"track", "rising", use_track},
    {"receiver", "tick", use_receiver}, {"receiver", "numbers most=23", use_source},
};

static void every_refusal_is_a_failure(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof trials / sizeof trials[0]; i++) {
        const struct trial *t = &trials[i];
        struct weir_harness *h = open_kind(t->plugin, t->call);
        OK(h, t->use(h));
        const uint64_t asked = weir_harness_asked(h, NULL);
        weir_harness_close(h);
        assert_true(asked > 0);
        for (uint64_t after = 0; after < asked; after++) {
            bool was_refused = false;
            h = open_kind(t->plugin, t->call);
            OK(h, weir_harness_refuse(h, after, false));
            const int failed = t->use(h);
            (void)weir_harness_asked(h, &was_refused);
            if (failed == 0 || !was_refused) {
                fail_msg("%s, call %u of %u: failed %d, refused %d", t->call, (unsigned)after,
                         (unsigned)asked, failed, was_refused);
            }
            weir_harness_close(h);
        }
    }
}

static void a_crash_ends_the_process(void **state)
{
    int status = 0;
    (void)state;
    const pid_t pid = fork();
    if (pid == 0) {
        struct weir_harness *h = open_kind("emitter", "find_all mark=a");
        (void)weir_harness_refuse(h, 1, true);
        (void)use_emitter(h);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_refusal_is_a_failure),
        cmocka_unit_test(a_crash_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
