/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs in C: the text that the calls of <weir/job.h> declare, names that come late, transforms, and
 * the first mistake that stays. */
#include "lang/lang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void expect_text(struct weir_build *build, const char *expected)
{
    struct weir_text text;
    struct weir_error err;
    weir_text_init(&text);
    int status = weir_build_text(build, &text, &err);
    if (status != WEIR_OK) {
        fail_msg("%s", err.text);
    }
    assert_string_equal(weir_text_str(&text).bytes, expected);
    weir_text_finish(&text);
}

static void calls_become_statements(void **state)
{
    struct weir_build *build = weir_build_create(NULL);
    struct weir_job *job = weir_build_job(build);
    (void)state;
    weir_job_parse(job, "job shop batch=2s");
    weir_stream lines = weir_input(job, "file \"a.txt\"\nper_batch=1");
    weir_stream words = weir_flat_map(lines, "word = text.words(line)");
    weir_stream both[] = {words, weir_job_find(job, "others"), words};
    weir_stream counts = weir_count_by_value(weir_union(both, 3), NULL);
    weir_print(weir_named(counts, "counts"), NULL);
    weir_write(weir_join(counts, words, "on=word"), "save_as_text_files", "\"out\"");
    expect_text(build, "job shop batch=2s\n"
                       "_s2 = file \"a.txt\" per_batch=1\n"
                       "_s3 = _s2 | flat_map word = text.words(line)\n"
                       "_s5 = _s3 | union others, _s3\n"
                       "counts = _s5 | count_by_value\n"
                       "counts | print\n"
                       "_s8 = counts | join _s3 on=word\n"
                       "_s8 | save_as_text_files \"out\"\n");
    assert_null(weir_job_error(job));
    weir_build_destroy(build);
}

static weir_stream pair_up(void *owner, const weir_stream *rdds, size_t count)
{
    int *calls = owner;
    assert_int_equal(count, 2);
    (*calls)++;
    return weir_cartesian(rdds[0], weir_filter(rdds[1], "n > 1"), NULL);
}

static weir_stream nothing(void *owner, const weir_stream *rdds, size_t count)
{
    (void)owner;
    (void)count;
    return WEIR_NO_STREAM(rdds[0].job);
}

static void transforms_build_their_body_once(void **state)
{
    struct weir_build *build = weir_build_create(NULL);
    struct weir_job *job = weir_build_job(build);
    weir_stream streams[] = {weir_input(job, "a"), weir_input(job, "b")};
    int calls = 0;
    (void)state;
    weir_print(weir_job_transform(streams, 2, pair_up, &calls), NULL);
    weir_print(weir_job_transform(streams, 1, nothing, NULL), NULL);
    assert_int_equal(calls, 1);
    expect_text(build, "_s1 = a\n"
                       "_s2 = b\n"
                       "_s3 = _s2 | transform { filter n > 1 }\n"
                       "_s5 = _s1 | transform _s2 { cartesian _s3 }\n"
                       "_s5 | print\n"
                       "_s7 = _s1 | transform { none }\n"
                       "_s7 | print\n");
    weir_build_destroy(build);
}

static void expect_mistake(void (*make)(struct weir_job *job), const char *part)
{
    struct weir_build *build = weir_build_create(NULL);
    struct weir_job *job = weir_build_job(build);
    struct weir_text text;
    struct weir_error err;
    weir_text_init(&text);
    make(job);
    weir_print(weir_count(weir_input(job, "a"), NULL), NULL); /* does nothing any more */
    const char *error = weir_job_error(job);
    if (error == NULL || strstr(error, part) == NULL) {
        fail_msg("'%s' has no '%s'", error == NULL ? "(no mistake)" : error, part);
    }
    assert_int_equal(weir_build_text(build, &text, &err), WEIR_ETEXT);
    assert_string_equal(err.text, error);
    weir_text_finish(&text);
    weir_build_destroy(build);
}

static void reads_another_job(struct weir_job *job)
{
    struct weir_build *other = weir_build_create(NULL);
    weir_stream streams[] = {weir_input(job, "a"), weir_input(weir_build_job(other), "b")};
    weir_union(streams, 2);
    weir_build_destroy(other);
}

static void names_twice(struct weir_job *job)
{
    weir_named(weir_named(weir_input(job, "a"), "x"), "y");
}

static void names_badly(struct weir_job *job)
{
    weir_named(weir_input(job, "a"), "_x");
}

static void gives_no_text(struct weir_job *job)
{
    weir_input(job, NULL);
}

static void the_first_mistake_stays(void **state)
{
    (void)state;
    expect_mistake(reads_another_job, "union: stream 2 of the call is no stream of this job");
    expect_mistake(names_twice, "has a name already");
    expect_mistake(names_badly, "begins with a letter");
    expect_mistake(gives_no_text, "weir_input was called without a text");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_become_statements),
        cmocka_unit_test(transforms_build_their_body_once),
        cmocka_unit_test(the_first_mistake_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
