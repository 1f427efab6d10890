/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns that would hold up a batch, texts that need more than a stack, a system that allows no
 * JIT code: each ends, and says what happened. */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PARAMS(...)     ((const char *const[]){__VA_ARGS__, NULL})
#define ARGUMENT(text)  ((const struct call_value[]){CALL_TEXT(text)})
#define RESULT(literal) ((struct call_value)CALL_TEXT(literal))
#define NUMBER(number)  ((struct call_value)CALL_I64(number))

enum { LONG_BYTES = 100000 };

static struct call_value long_text(size_t count)
{
    struct call_value value = {.text = {NULL, count}};
    char *bytes = malloc(count);
    assert_non_null(bytes);
    memset(bytes, 'a', count);
    value.text.bytes = bytes;
    return value;
}

static void free_text(struct call_value value)
{
    free((void *)(uintptr_t)value.text.bytes);
}

/* (a+)+ on many a takes twice as long for each of them. The row fails, the next one is matched. */
static void steps_are_limited(void **state)
{
    struct call call;
    (void)state;
    call_open(&call, "text", "matches", PARAMS("pattern=^(a+)+$"));
    call_check_fails(&call,
                     ARGUMENT("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"),
                     "more than match_limit=1000000 steps on a text of 60 bytes");
    call_check(&call, ARGUMENT("aaaa"), NUMBER(true));
    call_close(&call);
    call_open(&call, "text", "find_all", PARAMS("pattern=x|(a+)+$", "match_limit=100"));
    call_check_fails(&call, ARGUMENT("xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"), "match_limit=100 ");
    call_close(&call);
    call_open(&call, "text", "replace", PARAMS("pattern=^(a+)+$", "with=b", "match_limit=100"));
    call_check_fails(&call, ARGUMENT("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"), "match_limit=100 ");
    call_check(&call, ARGUMENT("a"), RESULT("b"));
    call_close(&call);
}

/* A group that is repeated for each byte needs more than the stack of JIT code: the interpreter
 * goes on, on the heap. */
static void long_texts(void **state)
{
    struct call call;
    struct call_value text = long_text(LONG_BYTES);
    (void)state;
    call_open(&call, "text", "matches", PARAMS("pattern=^(?:(a)|b)*$", "match_limit=4000000000"));
    call_check(&call, &text, NUMBER(true));
    call_close(&call);
    call_open(&call, "text", "find", PARAMS("pattern=a+$"));
    call_check(&call, &text, text);
    call_close(&call);
    call_open(&call, "text", "replace", PARAMS("pattern=a", "with=bcd"));
    call_rows(&call, &text, 1);
    assert_int_equal(call.run.failed_rows, 0);
    assert_int_equal(call.run.rows[0].text.count, 3 * LONG_BYTES);
    assert_memory_equal(call.run.rows[0].text.bytes + 3 * (LONG_BYTES - 1), "bcd", 3);
    call_close(&call);
    free_text(text);
}

/* Some 160 bytes for each byte of the text: a longer one is a bad record, and the next row is not.
 */
static void memory_is_limited(void **state)
{
    struct call call;
    struct call_value text = long_text(10 * LONG_BYTES);
    (void)state;
    call_open(&call, "text", "matches", PARAMS("pattern=^(?:(a)|b)*$", "match_limit=4000000000"));
    call_check_fails(&call, &text, "heap limit exceeded, on a text of 1000000 bytes");
    call_check(&call, ARGUMENT("abba"), NUMBER(true));
    call_close(&call);
    free_text(text);
}

/* Where memory is writable or executable but never both, the interpreter does the same. In a child:
 * the kernel does not take that back. */
static void without_jit(void **state)
{
    int status;
    const pid_t child = fork();
    (void)state;
    if (child == 0) {
        enum { SET_MDWE = 65, REFUSE_EXEC_GAIN = 1, UNKNOWN = 77 };
        struct call call;
        if (prctl(SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) != 0) {
            _exit(UNKNOWN); /* a kernel before 6.3 */
        }
        call_open(&call, "text", "find", PARAMS("pattern=(\\w+)=(\\d+)", "group=2"));
        call_check(&call, ARGUMENT("a=x b=12"), RESULT("12"));
        call_check(&call,
                   ARGUMENT("\xc3\xa9\xe2\x82\xac"
                            "b=12"),
                   RESULT("12"));
        call_check(&call,
                   ARGUMENT("\xff"
                            "b=12"),
                   RESULT("12"));
        _exit(strstr(call.log, "is interpreted") != NULL ? 0 : 1);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77) {
        skip();
    }
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* The pattern itself may ask for the interpreter. */
static void no_jit_by_pattern(void **state)
{
    struct call call;
    (void)state;
    call_open(&call, "text", "find", PARAMS("pattern=(*NO_JIT)(\\w+)=", "group=1"));
    call_check(&call, ARGUMENT("a b=12"), RESULT("b"));
    assert_non_null(strstr(call.log, "is interpreted"));
    call_close(&call);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_jit), /* first: memory of JIT code before it would be used again */
        cmocka_unit_test(no_jit_by_pattern), cmocka_unit_test(steps_are_limited),
        cmocka_unit_test(long_texts),        cmocka_unit_test(memory_is_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
