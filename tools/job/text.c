/* SPDX-License-Identifier: Apache-2.0 */
/* Reading job texts for the commands. */
#include "job/text.h"

#include "job/declare.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { READ_BYTES = 64 * 1024 };

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text);
    size_t k = strlen(end);
    return n >= k && strcmp(text + n - k, end) == 0;
}

static int read_stream(FILE *file, const char *name, struct weir_text *to, struct weir_error *err)
{
    size_t count;
    do {
        char *at = weir_text_reserve(to, READ_BYTES);
        count = fread(at, 1, READ_BYTES, file);
        to->count += count;
        if (to->count > WEIR_SOURCE_BYTES_MAX) {
            return weir_error_set(err, WEIR_ELIMIT,
                                  "%s is longer than %d bytes: no pipeline text is", name,
                                  (int)WEIR_SOURCE_BYTES_MAX);
        }
    } while (count > 0);
    if (ferror(file) != 0) {
        return weir_error_set(err, WEIR_EIO, "%s cannot be read: %s", name, strerror(errno));
    }
    weir_text_append(to, "", 0);
    return WEIR_OK;
}

/* The job file in the same folder whose name is nearest, on the arena; NULL: none is near. */
static const char *near_file(struct weir_arena *arena, const char *folder, const char *name)
{
    DIR *listing = opendir(folder == NULL ? "." : folder);
    const char *names[256];
    size_t count = 0;
    if (listing == NULL) {
        return NULL;
    }
    for (struct dirent *entry = readdir(listing);
         entry != NULL && count < sizeof names / sizeof *names; entry = readdir(listing)) {
        if (ends_with(entry->d_name, ".weir")) {
            names[count++] = weir_arena_strndup(arena, entry->d_name, strlen(entry->d_name));
        }
    }
    (void)closedir(listing);
    return weir_near_among(weir_str_of(name), names, count);
}

static int no_file(struct weir_arena *arena,
                   const struct weir_job_text *text,
                   int error,
                   struct weir_error *err)
{
    const char *slash = strrchr(text->path, '/');
    if (error != ENOENT) {
        int status = error == EACCES ? WEIR_EPERMISSION : WEIR_ENOINPUT;
        return weir_error_set(err, status, "%s: %s", text->path, strerror(error));
    }
    const char *near = near_file(arena, text->folder, slash == NULL ? text->path : slash + 1);
    if (near != NULL) {
        return weir_error_set(err, WEIR_ENOINPUT, "%s: there is no such file: did you mean '%s%s'?",
                              text->path, text->folder == NULL ? "" : text->folder, near);
    }
    return weir_error_set(err, WEIR_ENOINPUT,
                          "%s: there is no such file; an argument that ends in .weir is a job "
                          "file, anything else a pipeline text",
                          text->path);
}

static int read_job_file(struct weir_job_text *text,
                         struct weir_arena *arena,
                         const char *path,
                         struct weir_error *err)
{
    const char *slash = strrchr(path, '/');
    text->path = path;
    text->folder =
        slash == NULL ? NULL : weir_arena_strndup(arena, path, (size_t)(slash - path) + 1);
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return no_file(arena, text, errno, err);
    }
    int status = read_stream(file, path, &text->bytes, err);
    (void)fclose(file);
    return status;
}

int weir_job_text_read(struct weir_job_text *text,
                       struct weir_invocation *invocation,
                       const char *argument,
                       struct weir_error *err)
{
    *text = (struct weir_job_text){.source.name = argument};
    int status = WEIR_OK;
    if (strcmp(argument, "-") == 0) {
        text->source.name = "standard input";
        status = read_stream(stdin, "standard input", &text->bytes, err);
    } else if (ends_with(argument, ".weir")) {
        status = read_job_file(text, &invocation->arena, argument, err);
    } else if (weir_is_job_plugin(argument)) {
        status = weir_declare_job(invocation, argument, &text->bytes, err);
    } else {
        text->source.name = "argument";
        text->source.from_shell = true;
        weir_text_put(&text->bytes, argument);
    }
    text->source.text = weir_text_str(&text->bytes);
    return status;
}

void weir_job_text_finish(struct weir_job_text *text)
{
    weir_text_finish(&text->bytes);
}
