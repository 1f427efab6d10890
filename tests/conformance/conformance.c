/* SPDX-License-Identifier: Apache-2.0 */
/* conformance DIR [--case NAME] [--partitions N] [--threads N]: runs every case of the JSON files
 * of a directory and compares. One line for each that differs; the last line is "N passed, N
 * failed". A case tagged `quirk` is a wart of the reference that weir does not have: it is run and
 * shown, and counts in neither number. */
#include "run.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct counts {
    size_t passed, failed, quirks;
};

struct settings {
    const char *folder, *name;
    uint32_t partitions, threads;
};

static bool is_wanted(const struct settings *settings, const json_t *test)
{
    return settings->name == NULL ||
           strcmp(settings->name, json_string_value(json_object_get(test, "name"))) == 0;
}

static bool check(struct cf_world *world, const json_t *test, struct weir_text *why)
{
    const char *kind = json_string_value(json_object_get(test, "kind"));
    bool is_known;
    if (kind == NULL || strcmp(kind, "pipeline") == 0) {
        return cf_check_pipeline(world, test, why);
    }
    if (strcmp(kind, "slice") == 0) {
        return cf_check_slice(world, test, why);
    }
    if (strcmp(kind, "queue_stream") == 0) {
        return cf_check_queue_stream(world, test, why);
    }
    bool agrees = cf_check_kind(kind, test, &is_known, why);
    if (!is_known) {
        weir_text_printf(why, "no kind of case '%s' is known", kind);
    }
    return is_known && agrees;
}

static void run_one(struct cf_world *world, const json_t *test, struct counts *counts)
{
    const char *suite = json_string_value(json_object_get(test, "suite"));
    const char *name = json_string_value(json_object_get(test, "name"));
    bool is_quirk = json_is_true(json_object_get(test, "quirk"));
    struct weir_text why;
    weir_text_init(&why);
    bool agrees = check(world, test, &why);
    if (is_quirk) {
        counts->quirks++;
        printf("%s %s/%s: %s\n", agrees ? "agrees" : "differs", suite, name,
               agrees ? "although tagged quirk" : why.bytes);
    } else if (agrees) {
        counts->passed++;
    } else {
        counts->failed++;
        printf("FAILED %s/%s: %s\n", suite, name, why.count > 0 ? why.bytes : "");
    }
    (void)fflush(stdout);
    weir_text_finish(&why);
}

static int run_file(struct cf_world *world,
                    const struct settings *settings,
                    const char *file,
                    struct counts *counts)
{
    char path[4096];
    json_error_t error;
    (void)snprintf(path, sizeof path, "%s/%s", settings->folder, file);
    json_t *tests = json_load_file(path, 0, &error);
    if (tests == NULL) {
        (void)fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
        return 1;
    }
    size_t i;
    const json_t *test;
    json_array_foreach(tests, i, test)
    {
        if (is_wanted(settings, test)) {
            run_one(world, test, counts);
        }
    }
    json_decref(tests);
    return 0;
}

static int is_case_file(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > 5 && strcmp(entry->d_name + n - 5, ".json") == 0 &&
           strcmp(entry->d_name, "functions.json") != 0;
}

static int run_all(struct cf_world *world, const struct settings *settings)
{
    struct dirent **files;
    struct counts counts = {0, 0, 0};
    int count = scandir(settings->folder, &files, is_case_file, alphasort);
    int status = count < 0;
    if (count < 0) {
        perror(settings->folder);
        return 1;
    }
    for (int i = 0; i < count; i++) {
        status |= run_file(world, settings, files[i]->d_name, &counts);
        free(files[i]);
    }
    free(files);
    if (counts.quirks > 0) {
        printf("%zu quirks of the reference shown above\n", counts.quirks);
    }
    if (counts.passed + counts.failed + counts.quirks == 0) {
        printf("no case was found\n");
        status = 1;
    }
    printf("%zu passed, %zu failed\n", counts.passed, counts.failed);
    return status != 0 || counts.failed > 0;
}

static bool take_number(const char *text, uint32_t *number)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    *number = (uint32_t)value;
    return *end == '\0' && value > 0 && value <= 4096;
}

static bool take_arguments(struct settings *settings, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        bool has_value = i + 1 < argc;
        if (strcmp(argv[i], "--case") == 0 && has_value) {
            settings->name = argv[++i];
        } else if (strcmp(argv[i], "--partitions") == 0 && has_value) {
            if (!take_number(argv[++i], &settings->partitions)) {
                return false;
            }
        } else if (strcmp(argv[i], "--threads") == 0 && has_value) {
            if (!take_number(argv[++i], &settings->threads)) {
                return false;
            }
        } else if (argv[i][0] != '-' && settings->folder == NULL) {
            settings->folder = argv[i];
        } else {
            return false;
        }
    }
    return settings->folder != NULL;
}

int main(int argc, char **argv)
{
    struct settings settings = {.threads = 2};
    struct weir_error err;
    if (!take_arguments(&settings, argc, argv)) {
        (void)fprintf(stderr,
                      "usage: conformance DIR [--case NAME] [--partitions N] [--threads N]\n");
        return 64;
    }
    struct cf_world world = {.partitions = settings.partitions};
    if (cf_world_open(&world, settings.threads, &err) != WEIR_OK) {
        (void)fprintf(stderr, "conformance: %s\n", err.text);
        return 1;
    }
    int status = run_all(&world, &settings);
    cf_world_close(&world);
    return status;
}
