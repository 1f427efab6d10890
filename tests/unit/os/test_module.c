/* SPDX-License-Identifier: Apache-2.0 */
/* Shared objects: a good one opens; every bad one is refused in words that name it and the remedy,
 * and none kills us. */
#include "os/os.h"

#include <elf.h>
#include <link.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define GOOD   WEIR_FIXTURES "/good.so"
#define SYMBOL "unit_os_answer"

struct bench {
    struct weir_env *env;
    struct weir_error err;
    struct weir_buffer *good; /* the bytes of good.so */
    char path[64];            /* for what is made of them */
    void *address;
};

static int start(void **state)
{
    struct bench *bench = weir_alloc(sizeof *bench);
    const struct weir_os_options options = {.threads = 1, .plugin_home = "/nowhere"};
    assert_int_equal(weir_os_create(&options, &bench->env, &bench->err), WEIR_OK);
    assert_int_equal(bench->env->ops->file_read(bench->env, GOOD, &bench->good, &bench->err),
                     WEIR_OK);
    (void)snprintf(bench->path, sizeof bench->path, "/tmp/weir-test-module-XXXXXX");
    int fd = mkstemp(bench->path);
    assert_true(fd >= 0);
    (void)close(fd);
    *state = bench;
    return 0;
}

static int finish(void **state)
{
    struct bench *bench = *state;
    (void)unlink(bench->path);
    weir_buffer_release(bench->good);
    weir_os_destroy(bench->env);
    weir_free(bench);
    return 0;
}

static int open_module(struct bench *bench, const char *path)
{
    bench->address = NULL;
    return bench->env->ops->module_open(bench->env, path, SYMBOL, &bench->address, &bench->err);
}

static int open_bytes(struct bench *bench, const void *bytes, size_t count)
{
    assert_int_equal(
        bench->env->ops->file_write(bench->env, bench->path, bytes, count, &bench->err), WEIR_OK);
    return open_module(bench, bench->path);
}

static void expect_words(const struct bench *bench, const char *path, const char *words)
{
    assert_null(bench->address);
    assert_ptr_equal(strstr(bench->err.text, path), bench->err.text); /* the place comes first */
    if (strstr(bench->err.text, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", bench->err.text, words);
    }
}

static void a_good_one_opens(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(open_module(bench, GOOD), WEIR_OK);
    assert_int_equal(*(const int *)bench->address, 42);
    void *first = bench->address;
    assert_int_equal(open_module(bench, GOOD), WEIR_OK);
    assert_ptr_equal(bench->address, first);
}

static void a_name_is_looked_up_by_the_system(void **state)
{
    struct bench *bench = *state;
    void *address = NULL;
    assert_int_equal(
        bench->env->ops->module_open(bench->env, "libm.so.6", "cos", &address, &bench->err),
        WEIR_OK);
    assert_non_null(address);
    assert_int_equal(
        bench->env->ops->module_open(bench->env, "libm.so.6", "cbtr", &address, &bench->err),
        WEIR_ETEXT);
    expect_words(bench, "libm.so.6", "exports no \"cbtr\": did you mean 'cbrt'?");
    assert_int_equal(bench->env->ops->module_open(bench->env, "libm.so.6", "weir_zorgl_x", &address,
                                                  &bench->err),
                     WEIR_ETEXT);
    expect_words(bench, "libm.so.6", "exports no \"weir_zorgl_x\": name the library");
    assert_int_equal(open_module(bench, "libweir-no-such.so.1"), WEIR_ENOINPUT);
    expect_words(bench, "libweir-no-such.so.1", "is found; install it");
}

static void what_is_no_shared_object_is_named(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(open_bytes(bench, "", 0), WEIR_ECONFIG);
    expect_words(bench, bench->path, "an empty file");
    assert_int_equal(open_bytes(bench, "#!/bin/sh\n", 10), WEIR_ECONFIG);
    expect_words(bench, bench->path, "a script");
    assert_int_equal(open_bytes(bench, "int main(void)", 14), WEIR_ECONFIG);
    expect_words(bench, bench->path, "a text file");
    assert_int_equal(open_bytes(bench, "!<arch>\nlibx.a", 14), WEIR_ECONFIG);
    expect_words(bench, bench->path, "a static archive");
    assert_int_equal(open_bytes(bench, "\0\1\2\3", 4), WEIR_ECONFIG);
    expect_words(bench, bench->path, "no ELF file");
    assert_int_equal(open_module(bench, "/tmp"), WEIR_ECONFIG);
    expect_words(bench, "/tmp", "a folder");
    assert_int_equal(open_module(bench, "/no/such.so"), WEIR_ENOINPUT);
    assert_string_equal(bench->err.text, "cannot open /no/such.so: No such file or directory");
}

static void another_machine_or_kind_is_named(void **state)
{
    struct bench *bench = *state;
    ElfW(Ehdr) *header = (ElfW(Ehdr) *)(void *)bench->good->data;
    ElfW(Ehdr) kept = *header;
    header->e_machine = kept.e_machine == EM_RISCV ? EM_S390 : EM_RISCV;
    assert_int_equal(open_bytes(bench, header, bench->good->bytes), WEIR_ECONFIG);
    expect_words(bench, bench->path,
                 kept.e_machine == EM_RISCV ? "built for s390" : "built for riscv");
    *header = kept;
    header->e_type = ET_REL;
    assert_int_equal(open_bytes(bench, header, bench->good->bytes), WEIR_ECONFIG);
    expect_words(bench, bench->path, "an object file (.o)");
    header->e_type = ET_EXEC;
    assert_int_equal(open_bytes(bench, header, bench->good->bytes), WEIR_ECONFIG);
    expect_words(bench, bench->path, "a program");
}

/* Cut anywhere, it must be refused before the system's loader maps it. */
static void truncated_ones_are_refused(void **state)
{
    struct bench *bench = *state;
    size_t whole = bench->good->bytes;
    for (size_t count = 4; count < whole; count += count < 200 ? 7 : 997) {
        assert_int_equal(open_bytes(bench, bench->good->data, count), WEIR_EDAMAGED);
        expect_words(bench, bench->path, "truncated");
    }
    assert_int_equal(open_bytes(bench, bench->good->data, whole - 1), WEIR_EDAMAGED);
    expect_words(bench, bench->path, "copy or build it again");
    assert_int_equal(open_bytes(bench, bench->good->data, whole), WEIR_OK);
}

static void missing_symbols_are_named(void **state)
{
    struct bench *bench = *state;
    const char *path = WEIR_FIXTURES "/missing_symbol.so";
    assert_int_equal(open_module(bench, path), WEIR_ECONFIG);
    expect_words(bench, path, "missing symbol \"unit_os_nobody_defines_this\"");
    void *address = NULL;
    assert_int_equal(
        bench->env->ops->module_open(bench->env, GOOD, "weir_plugin_e1", &address, &bench->err),
        WEIR_ECONFIG);
    expect_words(bench, GOOD, "exports no \"weir_plugin_e1\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_good_one_opens, start, finish),
        cmocka_unit_test_setup_teardown(a_name_is_looked_up_by_the_system, start, finish),
        cmocka_unit_test_setup_teardown(what_is_no_shared_object_is_named, start, finish),
        cmocka_unit_test_setup_teardown(another_machine_or_kind_is_named, start, finish),
        cmocka_unit_test_setup_teardown(truncated_ones_are_refused, start, finish),
        cmocka_unit_test_setup_teardown(missing_symbols_are_named, start, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
