/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a path or a glob names, with their sizes, in name order: looked up once, so that a
 * job that reads files to their end has an end. */
#ifndef WEIR_PLUGINS_FILES_LIST_H
#define WEIR_PLUGINS_FILES_LIST_H

#include <weir/io.h>

struct weir_file {
    char *path; /* NUL-terminated */
    uint64_t bytes;
};

struct weir_file_list {
    struct weir_file *files;
    size_t count, capacity;
};

/* Finds the regular files of `pattern`: a path, or a glob whose directories are left out. None at
 * all, a directory or an unreadable file is WEIR_FATAL; the message begins with "no input: " or "no
 * permission: ". [task thread] */
int weir_file_list_find(struct weir_file_list *list, struct weir_task *task, const char *pattern);

/* Adds a file. false: out of memory. */
bool weir_file_list_add(struct weir_file_list *list, const char *path, uint64_t bytes);

/* Brings the files into the order of their names, byte by byte. */
void weir_file_list_sort(struct weir_file_list *list);

/* Frees the list; it may be used again. */
void weir_file_list_free(struct weir_file_list *list);

#endif
