/* SPDX-License-Identifier: Apache-2.0 */
/* From names to operators, and what is said when there is none. */
#include "good.h"
#include "plugin_env.h"

static struct plugin_env *world;
static struct weir_registry *registry;
static const struct weir_operator *const *found;
static size_t count;
static struct weir_error err;

enum {
    FUNCTIONS = 1 << WEIR_KIND_FUNCTION,
    EMITTERS = 1 << WEIR_KIND_EMITTER,
    REDUCERS = 1 << WEIR_KIND_REDUCER,
    ANY = 0xff
};

static int set_up(void **state)
{
    (void)state;
    world = plugin_env_create(WEIR_FIXTURES "/home");
    assert_int_equal(
        weir_registry_create(&world->env, plugin_env_path(world, "store"), &registry, &err), 0);
    return weir_registry_use_static(registry, &weir_plugin_e1_good, "good", false, &err);
}

static int tear_down(void **state)
{
    (void)state;
    weir_registry_destroy(registry);
    plugin_env_destroy(world);
    return 0;
}

static int find(const char *alias, const char *name, uint32_t kinds)
{
    found = NULL;
    count = 99;
    return weir_registry_find(registry, weir_str_of(alias), weir_str_of(name), kinds, &found,
                              &count, &err);
}

static void assert_explained(const char *alias, const char *name, uint32_t kinds, const char *word)
{
    assert_int_equal(find(alias, name, kinds), WEIR_OK);
    assert_int_equal(count, 0);
    assert_int_equal(
        weir_registry_explain(registry, weir_str_of(alias), weir_str_of(name), kinds, &err),
        WEIR_ETEXT);
    if (strstr(err.text, word) == NULL) {
        fail_msg("expected \"%s\" in: %s", word, err.text);
    }
}

/* The order of overloads is that of their types, whatever the compiler made of the section. */
static void test_finds_overloads_in_order(void **state)
{
    (void)state;
    assert_int_equal(find("good", "sum", FUNCTIONS), WEIR_OK);
    assert_int_equal(count, 3);
    assert_string_equal(found[0]->signature, "(a: i32, b: i32) -> i32");
    assert_string_equal(found[1]->signature, "(a: i64, b: i64) -> i64");
    assert_string_equal(found[2]->signature, "(a: f64, b: f64) -> f64");
    assert_string_equal(found[2]->canonical, "org.example.good/sum");
    assert_int_equal(find("good", "sum", ANY), WEIR_OK);
    assert_int_equal(count, 3);
}

static void test_finds_by_kind(void **state)
{
    (void)state;
    assert_int_equal(find("good", "words", EMITTERS), WEIR_OK);
    assert_int_equal(count, 1);
    assert_string_equal(found[0]->signature, "(line: str) -> (word: str)");
    assert_int_equal(find("good", "words", FUNCTIONS | REDUCERS), WEIR_OK);
    assert_int_equal(count, 0);
    assert_int_equal(find("good", "add", REDUCERS), WEIR_OK);
    assert_string_equal(found[0]->signature, "(i64, i64) -> i64");
    assert_non_null(found[0]->inverse);
    assert_int_equal(find("good", "lines", ANY), WEIR_OK);
    assert_string_equal(found[0]->signature, "() -> (line: str)");
    assert_int_equal(find("good", "made", ANY), WEIR_OK);
    assert_string_equal(found[0]->signature, "() -> (...)");
    assert_int_equal(find("good", "keep", ANY), WEIR_OK);
    assert_string_equal(found[0]->signature, "(any)");
}

static void test_loads_own_plugins_on_first_use(void **state)
{
    (void)state;
    const struct weir_plugin_info *const *plugins;
    size_t plugin_count;
    assert_int_equal(weir_registry_list(registry, false, &plugins, &plugin_count, &err), WEIR_OK);
    assert_int_equal(plugin_count, 1);
    assert_int_equal(find("alpha", "shared", ANY), WEIR_OK);
    assert_int_equal(count, 1);
    assert_true(found[0]->plugin->is_own);
    assert_string_equal(found[0]->canonical, "org.weir.alpha/shared");
    assert_string_equal(found[0]->plugin->stored, found[0]->plugin->path);
    assert_int_equal(weir_registry_list(registry, false, &plugins, &plugin_count, &err), WEIR_OK);
    assert_int_equal(plugin_count, 2);
    assert_int_equal(weir_registry_list(registry, true, &plugins, &plugin_count, &err), WEIR_OK);
    assert_int_equal(plugin_count, 3);
}

static void test_a_stranger_in_the_folder_of_own_plugins(void **state)
{
    (void)state;
    struct weir_registry *other;
    world->env.plugin_home = WEIR_FIXTURES "/wrong";
    assert_int_equal(weir_registry_create(&world->env, NULL, &other, &err), WEIR_OK);
    assert_int_equal(weir_registry_find(other, weir_str_of("gamma"), weir_str_of("gamma"), ANY,
                                        &found, &count, &err),
                     WEIR_ECONFIG);
    assert_non_null(strstr(err.text, "org.example.gamma"));
    weir_registry_destroy(other);
}

static void test_bare_words(void **state)
{
    (void)state;
    assert_int_equal(find("", "alpha", ANY), WEIR_OK); /* an own plugin and its operator */
    assert_int_equal(count, 1);
    assert_string_equal(found[0]->canonical, "org.weir.alpha/alpha");
    assert_int_equal(find("", "keep", ANY), WEIR_OK); /* the only one that has it */
    assert_int_equal(count, 1);
    assert_int_equal(find("", "shared", ANY), WEIR_OK); /* alpha is loaded, but not named */
    assert_int_equal(count, 0);
    struct weir_plugin twin = weir_plugin_e1_good;
    twin.id = "org.example.twin";
    assert_int_equal(weir_registry_use_static(registry, &twin, "twin", false, &err), WEIR_OK);
    assert_int_equal(find("", "keep", ANY), WEIR_ETEXT); /* now two have it */
    assert_string_equal(err.text, "'keep' is in good and in twin: write good.keep or twin.keep");
}

static void test_says_why_not(void **state)
{
    (void)state;
    assert_explained("good", "wrods", EMITTERS, "did you mean 'words'?");
    assert_explained("god", "words", EMITTERS, "did you mean 'good'?");
    assert_explained("alhpa", "shared", FUNCTIONS, "did you mean 'alpha'?");
    assert_explained("zzzzzz", "words", EMITTERS, "use \"./zzzzzz.so\"");
    assert_explained("good", "zzzzzz", EMITTERS, "it has above, add, by_site");
    assert_explained("good", "keep", FUNCTIONS,
                     "good.keep is a sink (it stands at the end of a pipe), expected a function");
    assert_explained("good", "is_long", EMITTERS | REDUCERS, "expected an emitter or a reducer");
    assert_explained("", "alpah", FUNCTIONS, "did you mean 'alpha'?");
    assert_explained("", "kepe", ANY, "did you mean 'good.keep'?");
    assert_explained("", "shared", FUNCTIONS, "did you mean 'alpha.shared'?");
    assert_explained("", "zzzzzz", EMITTERS, "expected an emitter");
    assert_explained("", "keep", FUNCTIONS, "is a sink");
    /* verbs that ask for it find it; the others are told what it is */
    assert_int_equal(find("good", "session", 1u << WEIR_KIND_UPDATE), WEIR_OK);
    assert_int_equal(count, 1);
    assert_int_equal(find("good", "session", FUNCTIONS | EMITTERS), WEIR_OK);
    assert_int_equal(count, 0);
    assert_explained("good", "session", FUNCTIONS, "good.session is an update");
}

static int find_canonical(const char *canonical,
                          const char *signature,
                          enum weir_kind kind,
                          const struct weir_operator **op)
{
    return weir_registry_find_canonical(registry, canonical, signature, kind, op, &err);
}

static void test_finds_by_canonical_name(void **state)
{
    (void)state;
    const struct weir_operator *op;
    assert_int_equal(
        find_canonical("org.example.good/sum", "(a: f64, b: f64) -> f64", WEIR_KIND_FUNCTION, &op),
        WEIR_OK);
    assert_int_equal(op->in[0].type->kind, WEIR_TYPE_F64);
    assert_int_equal(find_canonical("org.example.good/add", NULL, WEIR_KIND_REDUCER, &op), WEIR_OK);
    assert_int_equal(find_canonical("org.weir.beta/shared", NULL, WEIR_KIND_FUNCTION, &op),
                     WEIR_OK);
    assert_int_equal(find_canonical("org.example.good/sum", NULL, WEIR_KIND_FUNCTION, &op),
                     WEIR_ETEXT); /* which of three? */
    assert_int_equal(
        find_canonical("org.example.good/sum", "(a: ts) -> ts", WEIR_KIND_FUNCTION, &op),
        WEIR_ETEXT);
    assert_non_null(strstr(err.text, "(a: i64, b: i64) -> i64"));
    assert_int_equal(find_canonical("org.example.gone/sum", NULL, WEIR_KIND_FUNCTION, &op),
                     WEIR_ETEXT);
    assert_non_null(strstr(err.text, "org.example.gone"));
    assert_int_equal(find_canonical("sum", NULL, WEIR_KIND_FUNCTION, &op), WEIR_ETEXT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_finds_overloads_in_order),
        TEST(test_finds_by_kind),
        TEST(test_loads_own_plugins_on_first_use),
        TEST(test_a_stranger_in_the_folder_of_own_plugins),
        TEST(test_bare_words),
        TEST(test_says_why_not),
        TEST(test_finds_by_canonical_name),
    };
    (void)good_registry;
    (void)good_operator;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
