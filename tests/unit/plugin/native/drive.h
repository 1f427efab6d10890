/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the loop of one operator over columns of a test, as the engine does: with little room for
 * its rows and text, so that both grow. */
#ifndef WEIR_TESTS_NATIVE_DRIVE_H
#define WEIR_TESTS_NATIVE_DRIVE_H

#include "plugin_env.h"

#include "plugin/plugin.h"

enum { DRIVE_ROWS = 64, DRIVE_COLUMNS = 8 };

struct drive {
    struct weir_call call; /* first */
    const struct weir_operator *op;
    uint32_t rows;
    /* inputs: cells of 8 bytes, bits, or views */
    union {
        int64_t i64[DRIVE_ROWS];
        double f64[DRIVE_ROWS];
        uint8_t bits[DRIVE_ROWS / 8];
        weir_view views[DRIVE_ROWS];
    } in[DRIVE_COLUMNS];
    struct ArrowArray arrays[DRIVE_COLUMNS];
    const struct ArrowArray *cols[DRIVE_COLUMNS];
    const void *buffers[DRIVE_COLUMNS][4];
    char text[8192]; /* data buffer of every text column */
    size_t text_bytes;
    int64_t text_sizes[1];
    struct weir_chunk chunk;
    struct weir_out out;
    void *out_cols[DRIVE_COLUMNS];
    uint32_t pushed; /* grows that found the rows full */
};

/* A registry over a world with the real loader. */
struct weir_registry *drive_registry(struct plugin_env *world);

/* Declares prototypes of the fixture as alias `l`; fails the test if they are refused. */
const struct weir_plugin_info *drive_use(struct weir_registry *registry,
                                         const char *name,
                                         const char *alias,
                                         const char *prototypes);

/* The only operator of that name. */
const struct weir_operator *drive_find(struct weir_registry *registry,
                                       const char *alias,
                                       const char *name);

/* Opens an instance; the caller closes. */
struct drive *drive_open(const struct weir_operator *op);
void drive_close(struct drive *d);

/* Sets column c of the input; the longest sets the rows. */
void drive_i64(struct drive *d, uint32_t c, const int64_t *values, uint32_t count);
void drive_f64(struct drive *d, uint32_t c, const double *values, uint32_t count);
void drive_bool(struct drive *d, uint32_t c, const bool *values, uint32_t count);
void drive_str(struct drive *d, uint32_t c, const char *const *values, uint32_t count);
void drive_bytes(struct drive *d, uint32_t c, const weir_str *values, uint32_t count);

/* Runs the loop over all rows; an outcome. */
int drive_run(struct drive *d);

/* Results. */
int64_t drive_i64_at(const struct drive *d, uint32_t c, uint32_t row);
double drive_f64_at(const struct drive *d, uint32_t c, uint32_t row);
bool drive_bool_at(const struct drive *d, uint32_t c, uint32_t row);
weir_str drive_str_at(const struct drive *d, uint32_t c, uint32_t row);

#endif
