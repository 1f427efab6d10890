/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin says about itself and its operators: the plugin's id, help texts, parameters,
 * instances, output fields that depend on types. Each is an entry of its own, joined to an
 * operator, receiver, source or sink by its name, and may stand before or after it, in any .c of
 * the plugin. */
#ifndef WEIR_DESCRIBE_H
#define WEIR_DESCRIBE_H

#include <weir/loop/detail.h>

/* The oldest engine that this plugin works with, as a minor version of the SDK: that of these
 * headers, or, built with -DWEIR_TARGET=1.0, 0; what came later is then refused at compile time. */
#ifndef WEIR_NEEDS_MINOR
#define WEIR_NEEDS_MINOR WEIR_TARGET_MINOR_
#endif

/* WEIR_PLUGIN("org.example.logs", "1.2.0", "words and sessions", "MIT"); once in each plugin: id
 * (as graphs and checkpoints know it, at most 63 bytes), version, what it is for, licence. */
#define WEIR_PLUGIN(id, version, summary, licence)                                                 \
    WEIR_STATIC_ASSERT(sizeof(id) <= 64, "a plugin's id has at most 63 bytes");                    \
    WEIR_STATIC_ASSERT(sizeof(version) <= 28, "a plugin's version has at most 27 bytes");          \
    WEIR_C_ const struct weir_export *const WEIR_FIRST_[]                                          \
        __attribute__((weak, visibility("hidden")));                                               \
    WEIR_C_ const struct weir_export *const WEIR_LAST_[]                                           \
        __attribute__((weak, visibility("hidden")));                                               \
    WEIR_C_ const struct weir_plugin WEIR_ENTRY_ __attribute__((visibility("default")));           \
    const struct weir_plugin WEIR_ENTRY_ = {sizeof(struct weir_plugin),                            \
                                            WEIR_EPOCH,                                            \
                                            WEIR_MINOR,                                            \
                                            WEIR_NEEDS_MINOR,                                      \
                                            id,                                                    \
                                            version,                                               \
                                            summary,                                               \
                                            licence,                                               \
                                            WEIR_FIRST_,                                           \
                                            WEIR_LAST_};                                           \
    static const struct weir_note weir_note                                                        \
        __attribute__((section(".note.weir"), used, aligned(4))) = {                               \
            5,                                                                                     \
            sizeof(struct weir_note) - offsetof(struct weir_note, epoch),                          \
            1,                                                                                     \
            "weir",                                                                                \
            WEIR_EPOCH,                                                                            \
            WEIR_MINOR,                                                                            \
            WEIR_NEEDS_MINOR,                                                                      \
            id,                                                                                    \
            version}

/* WEIR_HELP(words, "the words of a line", "file \"F\" | flat_map word = text.words(line)"); what an
 * operator does, and a pipeline that runs: `weir inspect` shows both. */
#define WEIR_HELP(name, text, example)                                                             \
    WEIR_JOIN_(name);                                                                              \
    const char WEIR_JOINED_(weir_help_, name)[] = text;                                            \
    const char WEIR_JOINED_(weir_example_, name)[] = example

/* WEIR_BIND(json) { ... return weir_declare(bind, "user", "str"); }: declares the output fields
 * when they depend on the arguments' types (bind->in) or on parameters (weir_param_str(bind->task,
 * ...)). Returns WEIR_OK or weir_fail(bind->task, ...). Runs where the graph is made: no I/O. */
#define WEIR_BIND(name)                                                                            \
    WEIR_JOIN_(name);                                                                              \
    int WEIR_JOINED_(weir_bind_, name)(struct weir_bind * bind)
#define weir_declare(bind, name, type) (bind)->declare((bind), (name), (type))

/* WEIR_INSTANCE(find_all, struct find_self, open, close); one struct for each operator and thread,
 * zeroed before `open`; weir_self(ctx, struct find_self) gives it.
 * int open(struct weir_task *task): WEIR_OK or weir_fail(task, ...); NULL: nothing to open.
 * void close(struct weir_task *task): once, also after a failed open; NULL: nothing to close. */
#define WEIR_INSTANCE(name, T, open, close)                                                        \
    static const struct weir_instance WEIR_CAT_(weir_instance_of_, name) = {                       \
        sizeof(struct weir_instance), sizeof(T), open, close};                                     \
    WEIR_EXPORT_(WEIR_CAT_(instance_, name), WEIR_KIND_INSTANCE, 0, #name, NULL, 0, NULL, 0, NULL, \
                 &WEIR_CAT_(weir_instance_of_, name))

/* WEIR_PARAMS(find_all,
 *             WEIR_PARAM_STR(pattern, required, "PCRE2 regex"),
 *             WEIR_PARAM_I64_IN(limit, default(10), 1, 1000, "matches per line"));
 * The parameters of an operator, or the options of a receiver, source or sink. One table gives
 * parsing, checks, `weir inspect` and completion. Presence is one of
 *   required    must be given              positional  must be given; its name may be left out
 *   optional    weir_param_is_set tells    secret      optional, and never shown
 *   default(x)  x is text of the pipeline language: default(10), default(1s), default("a")
 *   positional_default(x)  as default(x), and its name may be left out
 * and _IN adds the least and the greatest value that is accepted, of the same form. */
#define WEIR_PARAMS(name, ...)                                                                     \
    static const struct weir_param WEIR_CAT_(weir_param_list_, name)[] = {__VA_ARGS__};            \
    static const struct weir_params WEIR_CAT_(weir_params_of_, name) = {                           \
        sizeof(struct weir_params), sizeof(struct weir_param),                                     \
        sizeof(WEIR_CAT_(weir_param_list_, name)) / sizeof(struct weir_param), 0,                  \
        WEIR_CAT_(weir_param_list_, name)};                                                        \
    WEIR_EXPORT_(WEIR_CAT_(params_, name), WEIR_KIND_PARAMS, 0, #name, NULL, 0, NULL, 0, NULL,     \
                 &WEIR_CAT_(weir_params_of_, name))

#define WEIR_PARAM_BOOL(name, presence, help)                                                      \
    WEIR_PARAM_(#name, "bool", WEIR_IF_##presence, NULL, NULL, help)
#define WEIR_PARAM_I64(name, presence, help)                                                       \
    WEIR_PARAM_(#name, "i64", WEIR_IF_##presence, NULL, NULL, help)
#define WEIR_PARAM_F64(name, presence, help)                                                       \
    WEIR_PARAM_(#name, "f64", WEIR_IF_##presence, NULL, NULL, help)
#define WEIR_PARAM_DURATION(name, presence, help)                                                  \
    WEIR_PARAM_(#name, "duration", WEIR_IF_##presence, NULL, NULL, help)
#define WEIR_PARAM_SIZE(name, presence, help)                                                      \
    WEIR_PARAM_(#name, "size", WEIR_IF_##presence, NULL, NULL, help)
#define WEIR_PARAM_STR(name, presence, help)                                                       \
    WEIR_PARAM_(#name, "str", WEIR_IF_STR_##presence, NULL, NULL, help)
#define WEIR_PARAM_I64_IN(name, presence, min, max, help)                                          \
    WEIR_PARAM_(#name, "i64", WEIR_IF_##presence, #min, #max, help)
#define WEIR_PARAM_F64_IN(name, presence, min, max, help)                                          \
    WEIR_PARAM_(#name, "f64", WEIR_IF_##presence, #min, #max, help)
#define WEIR_PARAM_DURATION_IN(name, presence, min, max, help)                                     \
    WEIR_PARAM_(#name, "duration", WEIR_IF_##presence, #min, #max, help)
#define WEIR_PARAM_SIZE_IN(name, presence, min, max, help)                                         \
    WEIR_PARAM_(#name, "size", WEIR_IF_##presence, #min, #max, help)

#define WEIR_IF_required                  NULL, WEIR_PARAM_REQUIRED
#define WEIR_IF_optional                  NULL, WEIR_PARAM_OPTIONAL
#define WEIR_IF_positional                NULL, WEIR_PARAM_REQUIRED | WEIR_PARAM_POSITIONAL
#define WEIR_IF_positional_default(x)     #x, WEIR_PARAM_POSITIONAL
#define WEIR_IF_secret                    NULL, WEIR_PARAM_OPTIONAL | WEIR_PARAM_SECRET
#define WEIR_IF_default(x)                #x, 0
#define WEIR_IF_STR_required              WEIR_IF_required
#define WEIR_IF_STR_optional              WEIR_IF_optional
#define WEIR_IF_STR_positional            WEIR_IF_positional
#define WEIR_IF_STR_secret                WEIR_IF_secret
#define WEIR_IF_STR_default(x)            x, 0
#define WEIR_IF_STR_positional_default(x) x, WEIR_PARAM_POSITIONAL
#define WEIR_PARAM_(...)                  WEIR_PARAM__(__VA_ARGS__)
#define WEIR_PARAM__(name, type, def, flags, min, max, help)                                       \
    {                                                                                              \
        name, type, def, min, max, help, flags, 0                                                  \
    }

#endif
