/* SPDX-License-Identifier: Apache-2.0 */
/* Templates with their words replaced. A template is a plugin named NEWNAME that compiles as it is,
 * so that the tests can build what authors get. */
#include "kit/new.h"

#include "kit/template.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_BYTES_MAX = 40 };

static const char *const kinds[] = {"function", "emitter",  "reducer", "aggregate", "update",
                                    "track",    "receiver", "source",  "sink",      "codec"};
#define KINDS_TEXT                                                                                 \
    "function, emitter, reducer, aggregate, update, track, receiver, source, sink, codec"
static const char *const later_kinds[] = {"partition_function", "partitioner", "store", "job"};
enum {
    KIND_COUNT = sizeof kinds / sizeof kinds[0],
    LATER_COUNT = sizeof later_kinds / sizeof later_kinds[0]
};

/* Aliases and words that the pipeline language or the C compiler wants for itself. */
static const char *const reserved[] = {
    "and",  "as",   "else",  "false", "if",      "in",   "job",  "let",   "main",     "not",
    "null", "or",   "param", "use",   "test",    "then", "true", "std",   "i64",      "f64",
    "text", "time", "math",  "hash",  "url",     "web",  "file", "print", "generate", "c",
    "agg",  "json", "csv",   "lines", "msgpack", "gzip", "lz4"};
enum { RESERVED_COUNT = sizeof reserved / sizeof reserved[0] };

static bool is_among(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], word) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- what can be made ---- */
static int check_kind(const char *kind, struct weir_error *err)
{
    const char *all[KIND_COUNT + LATER_COUNT];
    if (is_among(kind, kinds, KIND_COUNT)) {
        return WEIR_OK;
    }
    if (is_among(kind, later_kinds, LATER_COUNT)) {
        return weir_error_set(
            err, WEIR_EUNAVAILABLE,
            "no template for the kind '%s' is available yet; there are: " KINDS_TEXT, kind);
    }
    memcpy(all, kinds, sizeof kinds);
    memcpy(all + KIND_COUNT, later_kinds, sizeof later_kinds);
    const char *near = weir_near_among(weir_str_of(kind), all, KIND_COUNT + LATER_COUNT);
    return weir_error_set(err, WEIR_EUSAGE, "no kind '%.40s'%s%s%s; there are: " KINDS_TEXT, kind,
                          near == NULL ? "" : ": did you mean '", near == NULL ? "" : near,
                          near == NULL ? "" : "'?");
}

static int check_name(const char *name, struct weir_error *err)
{
    size_t count = strlen(name);
    size_t fit = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    if (count == 0 || fit != count || name[0] < 'a' || name[0] > 'z') {
        return weir_error_set(err, WEIR_EUSAGE,
                              "'%.80s' cannot be a plugin's name: use small letters, digits and _, "
                              "a letter first (it becomes a folder, a .so and a word of jobs)",
                              name);
    }
    if (count > NAME_BYTES_MAX) {
        return weir_error_set(err, WEIR_EUSAGE, "a plugin's name has at most %d bytes, found %zu",
                              NAME_BYTES_MAX, count);
    }
    if (is_among(name, reserved, RESERVED_COUNT)) {
        return weir_error_set(err, WEIR_EUSAGE,
                              "'%s' is a word of weir's own: choose another name, such as my_%s",
                              name, name);
    }
    return WEIR_OK;
}

/* ---- words ---- */
struct word {
    const char *from, *to;
};

/* Appends the text with its words replaced. */
static void replace(const char *text, const struct word *words, struct weir_text *to)
{
    while (*text != '\0') {
        const struct word *word = words;
        while (word->from != NULL && strncmp(text, word->from, strlen(word->from)) != 0) {
            word++;
        }
        if (word->from != NULL) {
            weir_text_put(to, word->to);
            text += strlen(word->from);
        } else {
            weir_text_append(to, text++, 1);
        }
    }
}

/* The licence of the templates is no part of what an author writes. */
static void replace_body(const char *text, const struct word *words, struct weir_text *to)
{
    const char *mark = strstr(text, "SPDX-License-Identifier");
    if (mark != NULL) {
        const char *line = mark;
        while (line > text && line[-1] != '\n') {
            line--;
        }
        char *before = weir_alloc((size_t)(line - text) + 1);
        memcpy(before, text, (size_t)(line - text));
        before[line - text] = '\0';
        replace(before, words, to);
        weir_free(before);
        text = mark + strcspn(mark, "\n");
        text += *text == '\n' ? 1 : 0;
    }
    replace(text, words, to);
}

/* ---- files ---- */
static int write_file(const char *path, const struct weir_text *text, struct weir_error *err)
{
    size_t count = strlen(path);
    bool is_script = count > 3 && strcmp(path + count - 3, ".sh") == 0;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, is_script ? 0777 : 0666);
    if (fd < 0) {
        return weir_error_set(err, WEIR_ECREATE, "cannot create %s: %s", path, strerror(errno));
    }
    for (size_t at = 0; at < text->count;) {
        ssize_t put = write(fd, text->bytes + at, text->count - at);
        if (put < 0 && errno != EINTR) {
            int error = errno;
            (void)close(fd);
            return weir_error_set(err, WEIR_EIO, "cannot write %s: %s", path, strerror(error));
        }
        at += put > 0 ? (size_t)put : 0;
    }
    return close(fd) == 0
               ? WEIR_OK
               : weir_error_set(err, WEIR_EIO, "cannot write %s: %s", path, strerror(errno));
}

static int make_folder(const char *path, struct weir_error *err)
{
    if (mkdir(path, 0777) == 0) {
        return WEIR_OK;
    }
    if (errno == EEXIST) {
        return weir_error_set(err, WEIR_ECREATE,
                              "%s is there already: choose another name, or another --dir", path);
    }
    return weir_error_set(err, WEIR_ECREATE, "cannot create the folder %s: %s", path,
                          strerror(errno));
}

static bool is_below(const struct weir_template *template, const char *folder)
{
    size_t count = strlen(folder);
    return strncmp(template->path, folder, count) == 0 && template->path[count] == '/';
}

/* Has the kind a job that tries it? Then it is tested by that job too. */
static bool has_job(const char *kind)
{
    for (const struct weir_template *t = weir_templates; t->path != NULL; t++) {
        if (is_below(t, kind) && strcmp(t->path + strlen(kind), "/test/job.weir") == 0) {
            return true;
        }
    }
    return false;
}

/* The place of a template below the plugin's folder, or NULL if it is another kind's. */
static const char *place_of(const struct weir_template *template, const char *kind)
{
    bool is_wanted = is_below(template, "common") || is_below(template, kind) ||
                     (is_below(template, "runs") && has_job(kind));
    return is_wanted ? strchr(template->path, '/') + 1 : NULL;
}

static void put_path(const struct weir_new_plugin *plugin,
                     const char *place,
                     const struct word *words,
                     struct weir_text *path)
{
    weir_text_printf(path, "%s/%s/", plugin->folder, plugin->name);
    if (strcmp(place, "gitignore") == 0) {
        weir_text_put(path, ".");
    }
    replace(place, words, path);
    size_t count = strlen(place);
    if (plugin->is_cxx && count > 2 && strcmp(place + count - 2, ".c") == 0) {
        weir_text_put(path, "pp");
    }
}

static int write_templates(const struct weir_new_plugin *plugin,
                           const struct word *words,
                           struct weir_text *written,
                           struct weir_error *err)
{
    int status = WEIR_OK;
    for (const struct weir_template *t = weir_templates; t->path != NULL && status == WEIR_OK;
         t++) {
        const char *place = place_of(t, plugin->kind);
        if (place == NULL) {
            continue;
        }
        struct weir_text path, text;
        weir_text_init(&path);
        weir_text_init(&text);
        put_path(plugin, place, words, &path);
        replace_body(t->text, words, &text);
        status = write_file(path.bytes, &text, err);
        if (status == WEIR_OK) {
            weir_text_printf(written, "%s\n", path.bytes);
        }
        weir_text_finish(&path);
        weir_text_finish(&text);
    }
    return status;
}

/* What is said of a job, where there is one. Their words are replaced already. */
struct job_texts {
    struct weir_text cmake, make, row;
};

static void put_job(const struct weir_new_plugin *plugin, struct job_texts *texts)
{
    weir_text_init(&texts->cmake);
    weir_text_init(&texts->make);
    weir_text_init(&texts->row);
    if (!has_job(plugin->kind)) {
        return;
    }
    weir_text_printf(&texts->cmake,
                     "find_program(WEIR weir REQUIRED)\n"
                     "add_test(NAME %s_job\n"
                     "    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test.sh $<TARGET_FILE:%s>)\n"
                     "set_tests_properties(%s_job PROPERTIES ENVIRONMENT \"WEIR=${WEIR}\")",
                     plugin->name, plugin->name, plugin->name);
    weir_text_printf(&texts->make, "\n\tWEIR=$(WEIR) ./test.sh %s.so", plugin->name);
    weir_text_put(&texts->row,
                  "| `test/job.weir`, `test/expected` | a job that uses it, and what it prints; "
                  "`test.sh` compares |\n");
}

int weir_new_plugin_write(const struct weir_new_plugin *plugin,
                          struct weir_text *written,
                          struct weir_error *err)
{
    WEIR_TRY(check_kind(plugin->kind, err));
    WEIR_TRY(check_name(plugin->name, err));
    struct job_texts job;
    put_job(plugin, &job);
    const struct word words[] = {
        {"NEWNAME", plugin->name},
        {"NEWKIND", plugin->kind},
        {"NEWARTICLE", strchr("aeu", plugin->kind[0]) != NULL ? "an" : "a"},
        {"NEWSUFFIX", plugin->is_cxx ? "cpp" : "c"},
        {"NEWLANG", plugin->is_cxx ? "CXX" : "C"},
        {"NEWCOMPILER", plugin->is_cxx ? "CXX" : "CC"},
        {"NEWJOBTEST", weir_text_str(&job.cmake).bytes},
        {"NEWMAKETEST", weir_text_str(&job.make).bytes},
        {"NEWJOBROW", weir_text_str(&job.row).bytes},
        {NULL, NULL},
    };
    struct weir_text folder;
    weir_text_init(&folder);
    weir_text_printf(&folder, "%s/%s", plugin->folder, plugin->name);
    int status = make_folder(folder.bytes, err);
    if (status == WEIR_OK) {
        weir_text_put(&folder, "/test");
        status = make_folder(folder.bytes, err);
    }
    weir_text_finish(&folder);
    status = status == WEIR_OK ? write_templates(plugin, words, written, err) : status;
    weir_text_finish(&job.cmake);
    weir_text_finish(&job.make);
    weir_text_finish(&job.row);
    return status;
}

void weir_new_plugin_put_next(const struct weir_new_plugin *plugin, struct weir_text *to)
{
    bool is_here = strcmp(plugin->folder, ".") == 0;
    weir_text_printf(to,
                     "next:\n"
                     "  cd %s%s%s\n"
                     "  weir plugin test                               (or: make test)\n"
                     "  weir plugin check build/%s.so                  (or: make check)\n"
                     "  weir inspect build/%s.so\n",
                     is_here ? "" : plugin->folder, is_here ? "" : "/", plugin->name, plugin->name,
                     plugin->name);
    if (has_job(plugin->kind)) {
        weir_text_printf(to, "  weir run -p build/%s.so test/job.weir\n", plugin->name);
    }
}
