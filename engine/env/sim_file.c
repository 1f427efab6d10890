/* SPDX-License-Identifier: Apache-2.0 */
/* Files, modules and variables of the simulator: those of another env, or a refusal that says how
 * to get some. */
#include "env/sim.h"

static int refuse(const char *what, struct weir_error *err)
{
    return weir_error_set(err, WEIR_EIO,
                          "%s: this simulator has no files; give it some by weir_sim_options.files",
                          what);
}

int weir_sim_file_read(struct weir_env *env,
                       const char *path,
                       struct weir_buffer **buffer,
                       struct weir_error *err)
{
    struct weir_env *files = weir_sim_of(env)->options.files;
    return files == NULL ? refuse(path, err) : files->ops->file_read(files, path, buffer, err);
}

int weir_sim_file_write(
    struct weir_env *env, const char *path, const void *bytes, size_t count, struct weir_error *err)
{
    struct weir_env *files = weir_sim_of(env)->options.files;
    return files == NULL ? refuse(path, err)
                         : files->ops->file_write(files, path, bytes, count, err);
}

bool weir_sim_file_exists(struct weir_env *env, const char *path)
{
    struct weir_env *files = weir_sim_of(env)->options.files;
    return files != NULL && files->ops->file_exists(files, path);
}

int weir_sim_file_real(struct weir_env *env,
                       struct weir_arena *arena,
                       const char *path,
                       const char **real,
                       struct weir_error *err)
{
    struct weir_env *files = weir_sim_of(env)->options.files;
    return files == NULL ? refuse(path, err) : files->ops->file_real(files, arena, path, real, err);
}

int weir_sim_folder_list(struct weir_env *env,
                         struct weir_arena *arena,
                         const char *path,
                         const char ***names,
                         size_t *count,
                         struct weir_error *err)
{
    struct weir_env *files = weir_sim_of(env)->options.files;
    return files == NULL ? refuse(path, err)
                         : files->ops->folder_list(files, arena, path, names, count, err);
}

int weir_sim_module_open(struct weir_env *env,
                         const char *path,
                         const char *symbol,
                         void **address,
                         struct weir_error *err)
{
    struct weir_env *files = weir_sim_of(env)->options.files;
    return files == NULL ? refuse(path, err)
                         : files->ops->module_open(files, path, symbol, address, err);
}

const char *weir_sim_variable(struct weir_env *env, const char *name)
{
    struct weir_env *files = weir_sim_of(env)->options.files;
    return files == NULL ? NULL : files->ops->variable(files, name);
}
