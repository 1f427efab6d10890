/* SPDX-License-Identifier: Apache-2.0 */
/* What a C function by its prototype costs per record, best of several rounds, on one core: the
 * typed loop, libffi, and rows through a callback. The libraries are libm and bench_native_so. */
#include "plugin/plugin.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROWS = WEIR_CHUNK_ROWS_MAX, ROUNDS = 400, LINE_BYTES = 40, OUT_ROWS = ROWS * 16 };

static const char prototypes[] =
    "double add_f64(double a, double b); int64_t add_i64(int64_t a, int64_t b);\n"
    "double half(double a); double fma3(double a, double b, double c); int add_int(int a, int b);\n"
    "int8_t add_i8(int8_t a, int8_t b); float scale(float a);\n"
    "double eight(int8_t a, uint16_t b, int c, long d, float e, double f, const char *g, bool h);\n"
    "struct point { double x; double y; }; double norm(struct point p);\n"
    "size_t length(const char *s); size_t length_of(const char *s, size_t n);\n"
    "void words(const char *line, void (*emit)(const char *word));\n"
    "void slices(const char *line, size_t n, void (*emit)(const char *word, size_t n));";

static int64_t numbers[ROWS];
static double reals[ROWS];
static weir_view lines[ROWS];
static char text[ROWS * LINE_BYTES];
static uint8_t bits[ROWS / 8];
static char out_cells[8][OUT_ROWS * sizeof(weir_view)];
static uint16_t parent[OUT_ROWS];
static uint32_t emitted;

/* A world with libraries alone; "bench" is the one that was built for this. */
static int module_open(struct weir_env *env,
                       const char *path,
                       const char *symbol,
                       void **address,
                       struct weir_error *err)
{
    (void)env;
    void *module = dlopen(strcmp(path, "bench") == 0 ? BENCH_LIBRARY : path, RTLD_NOW);
    *address = module == NULL ? NULL : dlsym(module, symbol);
    return *address != NULL ? WEIR_OK : weir_error_set(err, WEIR_ETEXT, "%s", dlerror());
}

static const struct weir_env_ops ops = {.struct_bytes = sizeof ops, .module_open = module_open};
static struct weir_env world = {.ops = &ops};

static double now_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void fill(void)
{
    for (uint32_t i = 0; i < ROWS; i++) {
        numbers[i] = i % 50;
        reals[i] = i * 0.25;
        char *line = text + (size_t)i * LINE_BYTES;
        (void)snprintf(line, LINE_BYTES, "error %u of the service at the door %u", i % 10, i % 10);
        lines[i].count = (int32_t)strlen(line);
        memcpy(lines[i].prefix, line, 4);
        lines[i].offset = (int32_t)(i * LINE_BYTES);
    }
}

static int grow(struct weir_out *out, struct weir_task *task, size_t heap_bytes)
{
    (void)task, (void)heap_bytes;
    emitted += out->rows - out->row_start;
    out->rows = out->row_start = out->heap_used = 0;
    return WEIR_OK;
}

static const void *cells_of(const struct weir_type *type)
{
    return type->kind == WEIR_TYPE_F64    ? (const void *)reals
           : type->kind == WEIR_TYPE_STR  ? (const void *)lines
           : type->kind == WEIR_TYPE_BOOL ? (const void *)bits
                                          : (const void *)numbers;
}

/* The best time of a chunk, by its rows. */
static void bench(const struct weir_operator *op, const char *limit)
{
    struct weir_error err;
    struct weir_call call = {0};
    const void *buffers[WEIR_PARAMETERS_MAX][4] = {{0}};
    const int64_t sizes[] = {sizeof text};
    struct ArrowArray arrays[WEIR_PARAMETERS_MAX];
    const struct ArrowArray *cols[WEIR_PARAMETERS_MAX];
    for (uint32_t i = 0; i < op->in_count; i++) {
        buffers[i][1] = cells_of(op->in[i].type);
        buffers[i][2] = text;
        buffers[i][3] = sizes;
        int64_t count = op->in[i].type->kind == WEIR_TYPE_STR ? 4 : 2;
        arrays[i] = (struct ArrowArray){.length = ROWS, .n_buffers = count, .buffers = buffers[i]};
        cols[i] = &arrays[i];
    }
    void *out_cols[8];
    for (int i = 0; i < 8; i++) {
        out_cols[i] = out_cells[i];
    }
    static char heap[1 << 20];
    const struct weir_chunk in = {.size = sizeof in, .rows = ROWS, .cols = cols};
    if (weir_call_open(&call, op, NULL, &err) != WEIR_OK) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    double best = 1e300;
    for (int i = 0; i < ROUNDS; i++) {
        struct weir_out out = {.size = sizeof out,
                               .cap = OUT_ROWS,
                               .cols = out_cols,
                               .column_count = op->out_count,
                               .parent = parent,
                               .heap = heap,
                               .heap_cap = sizeof heap,
                               .heap_buffer = 1,
                               .grow = grow};
        emitted = 0;
        double start = now_ns();
        if (op->exported->loop(&call.task, &in, &out) != WEIR_OK) {
            fprintf(stderr, "%s: %s\n", op->canonical, call.text);
            exit(1);
        }
        double took = now_ns() - start;
        best = took < best ? took : best;
        emitted += out.rows;
    }
    weir_call_close(&call);
    printf("%-10s %-70s %7.2f ns/record", op->name, op->signature, best / ROWS);
    if (op->kind == WEIR_KIND_EMITTER) {
        printf(", %6.2f ns/row", best / emitted);
    }
    printf("   %s\n", limit);
}

int main(void)
{
    struct weir_registry *registry;
    const struct weir_plugin_info *plugin;
    struct weir_error err;
    const struct weir_native_use uses[] = {
        {.name = "bench", .alias = "l", .prototypes = prototypes},
        {.name = "libm.so.6", .alias = "m", .prototypes = "double cbrt(double x);"}};
    fill();
    if (weir_registry_create(&world, "/nowhere", &registry, &err) != WEIR_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    for (int u = 0; u < 2; u++) {
        if (weir_registry_use_native(registry, &uses[u], &plugin, NULL, &err) != WEIR_OK) {
            fprintf(stderr, "%s\n", err.text);
            return 1;
        }
        size_t count;
        const struct weir_operator *const *found = weir_plugin_operators(plugin, &count);
        for (size_t i = 0; i < count; i++) {
            bench(found[i], found[i]->instance == NULL ? "typed" : "libffi");
        }
    }
    weir_registry_destroy(registry);
    return 0;
}
