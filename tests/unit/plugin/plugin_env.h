/* SPDX-License-Identifier: Apache-2.0 */
/* A world for the loader: files, folders, shared objects and variables, each test in a folder of
 * its own; everything else of env is absent. */
#ifndef WEIR_TESTS_PLUGIN_ENV_H
#define WEIR_TESTS_PLUGIN_ENV_H

#include "env/env.h"

struct plugin_env {
    struct weir_env env; /* first */
    char folder[64];     /* fresh and empty; removed at the end */
    const char *home;    /* answers $HOME; NULL: not set */
    uint32_t writes;     /* files written so far */
    char paths[8][256];  /* of plugin_env_path, in turn */
    uint32_t path_count;
};

/* A world whose own plugins lie in plugin_home (NULL: none). Fails the test if it cannot be. */
struct plugin_env *plugin_env_create(const char *plugin_home);
void plugin_env_destroy(struct plugin_env *world);

/* folder/name; valid for the next seven calls. */
const char *plugin_env_path(struct plugin_env *world, const char *name);

/* Copies the fixture NAME.so into the folder as `as`; returns its path. */
const char *plugin_env_copy(struct plugin_env *world, const char *name, const char *as);

/* The bytes of a file; the caller releases. */
struct weir_buffer *plugin_env_bytes(struct plugin_env *world, const char *path);

/* Writes a file. */
void plugin_env_write(struct plugin_env *world, const char *path, const void *bytes, size_t count);

#endif
