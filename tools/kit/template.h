/* SPDX-License-Identifier: Apache-2.0 */
/* The files that `weir plugin new` writes, as they lie in templates/: a folder for each kind, and
 * common/. The build makes a C file of them (tools/cmake/embed_templates.cmake). */
#ifndef WEIR_TOOLS_KIT_TEMPLATE_H
#define WEIR_TOOLS_KIT_TEMPLATE_H

#include <stddef.h>

struct weir_template {
    const char *path; /* "sink/NEWNAME.c", below templates/ */
    const char *text; /* NUL-terminated */
    size_t count;
};

/* Ended by a NULL path. */
extern const struct weir_template weir_templates[];

#endif
