/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of text as the columns that a loop sees. A strict host's: buffers are exactly as large as
 * needed, flat columns begin with an offset, the text of each column has a buffer of its own in the
 * list that all share, as the engine has it. */
#include "../harness.h"

/* A column under construction. */
struct column {
    const struct weir_harness_type *type;
    uint32_t rows;
    struct weir_blob cells; /* as in an output; a list's: int32_t ends, one more than rows */
    struct weir_blob valid; /* a byte each */
    bool has_nulls;
    struct weir_blob heap;
    int32_t heap_number;
    struct column *parts;
};

struct build {
    struct weir_harness *h;
    struct weir_harness_chunk *chunk;
};

static void *own(struct weir_harness_chunk *chunk, size_t bytes)
{
    struct weir_harness_block *block =
        (struct weir_harness_block *)calloc(1, 2 * sizeof(void *) + bytes);
    if (block == NULL) {
        abort();
    }
    block->next = chunk->memory;
    chunk->memory = block;
    return (char *)block + 2 * sizeof(void *);
}

static void open_column(struct build *build,
                        struct column *column,
                        const struct weir_harness_type *type)
{
    memset(column, 0, sizeof *column);
    column->type = type;
    if (type->kind == 'u' || type->kind == 'z') {
        column->heap_number = (int32_t)build->chunk->heap_count++;
    }
    if (type->kind == '+') {
        const int32_t zero = 0;
        weir_blob_append(&column->cells, &zero, sizeof zero);
    }
    if (type->count > 0) {
        column->parts = (struct column *)calloc(type->count, sizeof *column->parts);
        for (uint32_t i = 0; i < type->count; i++) {
            open_column(build, &column->parts[i], &type->parts[i]);
        }
    }
}

static void close_column(struct column *column)
{
    for (uint32_t i = 0; i < column->type->count; i++) {
        close_column(&column->parts[i]);
    }
    free(column->parts);
    weir_blob_free(&column->cells);
    weir_blob_free(&column->valid);
    weir_blob_free(&column->heap);
}

/* ---- cells ---- */
static void add_text(struct column *column, weir_str cell)
{
    struct weir_blob text = {NULL, 0, 0, false};
    weir_view view;
    memset(&view, 0, sizeof view);
    weir_harness_unescape(cell, &text);
    view.count = (int32_t)text.count;
    if (text.count <= WEIR_VIEW_INLINE_BYTES) {
        memcpy((char *)&view + offsetof(weir_view, prefix), text.bytes != NULL ? text.bytes : "",
               text.count);
    } else {
        memcpy(view.prefix, text.bytes, sizeof view.prefix);
        view.buffer = column->heap_number;
        view.offset = (int32_t)column->heap.count;
        weir_blob_append(&column->heap, text.bytes, text.count);
    }
    weir_blob_append(&column->cells, &view, sizeof view);
    weir_blob_free(&text);
}

static int add_cell(struct build *build, struct column *column, weir_str cell);

static int add_null(struct build *build, struct column *column)
{
    static const char zero[sizeof(weir_view)];
    const char no = 0;
    column->has_nulls = true;
    column->rows++;
    weir_blob_append(&column->valid, &no, 1);
    if (column->type->kind == '+') {
        const int32_t end = (int32_t)column->parts[0].rows;
        weir_blob_append(&column->cells, &end, sizeof end);
    } else {
        weir_blob_append(&column->cells, zero, weir_harness_cell_bytes(column->type));
    }
    for (uint32_t i = 0; column->type->kind == 's' && i < column->type->count; i++) {
        (void)add_null(build, &column->parts[i]);
    }
    return 0;
}

/* "[a,b]" or "{a,b}" */
static int add_nested(struct build *build, struct column *column, weir_str cell)
{
    const bool is_list = column->type->kind == '+';
    weir_str inside = weir_str_slice(cell, 1, cell.count >= 2 ? cell.count - 2 : 0);
    weir_str part;
    uint32_t count = 0;
    if (cell.count < 2 || cell.bytes[0] != (is_list ? '[' : '{') ||
        cell.bytes[cell.count - 1] != (is_list ? ']' : '}')) {
        return weir_harness_fail(build->h, "'%.*s' is no %s: expected %s", (int)cell.count,
                                 cell.bytes, is_list ? "list" : "struct",
                                 is_list ? "[a,b]" : "{a,b}");
    }
    while (inside.count > 0 && weir_harness_cell(&inside, ',', &part)) {
        if (!is_list && count == column->type->count) {
            count++;
            break;
        }
        if (add_cell(build, &column->parts[is_list ? 0 : count], part) != 0) {
            return 1;
        }
        count++;
    }
    if (is_list) {
        const int32_t end = (int32_t)column->parts[0].rows;
        weir_blob_append(&column->cells, &end, sizeof end);
    } else if (count != column->type->count) {
        return weir_harness_fail(build->h, "'%.*s' has not %u fields", (int)cell.count, cell.bytes,
                                 (unsigned)column->type->count);
    }
    return 0;
}

static int add_cell(struct build *build, struct column *column, weir_str cell)
{
    const struct weir_harness_type *type = column->type;
    const char yes = 1;
    char value[8];
    if (weir_harness_is_null_text(cell)) {
        return add_null(build, column);
    }
    column->rows++;
    weir_blob_append(&column->valid, &yes, 1);
    if (type->kind == 'u' || type->kind == 'z') {
        add_text(column, cell);
        return 0;
    }
    if (type->count > 0) {
        return add_nested(build, column, cell);
    }
    if (!weir_harness_parse_fixed(type, cell, value)) {
        struct weir_blob name = {NULL, 0, 0, false};
        weir_harness_type_print(type, &name);
        (void)weir_harness_fail(build->h, "'%.*s' is no %.*s (field %s)", (int)cell.count,
                                cell.bytes, (int)name.count, name.bytes,
                                type->name != NULL ? type->name : "");
        weir_blob_free(&name);
        return 1;
    }
    weir_blob_append(&column->cells, value, weir_harness_cell_bytes(type));
    return 0;
}

static int add_row(struct build *build, struct column *columns, weir_str line)
{
    const struct weir_harness_type *type = build->chunk->type;
    weir_str rest = line;
    weir_str cell;
    uint32_t count = 0;
    weir_blob_append(weir_harness_texts_add(&build->chunk->texts), line.bytes, line.count);
    if (type->count == 0 && line.count == 0) {
        return 0;
    }
    while (weir_harness_cell(&rest, '|', &cell)) {
        if (count == type->count) {
            count++;
            break;
        }
        if (add_cell(build, &columns[count], cell) != 0) {
            return 1;
        }
        count++;
    }
    return count == type->count
               ? 0
               : weir_harness_fail(build->h, "row '%.*s' has %s than the %u columns of %s",
                                   (int)line.count, line.bytes,
                                   count < type->count ? "fewer" : "more", (unsigned)type->count,
                                   build->h->exported->name);
}

/* ---- to Arrow ---- */
static uint8_t *bits_of(struct weir_harness_chunk *chunk,
                        const struct weir_blob *bytes,
                        size_t count,
                        size_t skip)
{
    uint8_t *bits = (uint8_t *)own(chunk, (count + skip + 7) / 8);
    for (size_t i = 0; i < count; i++) {
        bits[(i + skip) >> 3] =
            (uint8_t)(bits[(i + skip) >> 3] | (unsigned)(bytes->bytes[i] != 0) << ((i + skip) & 7));
    }
    return bits;
}

static void *copy_of(struct weir_harness_chunk *chunk, const struct weir_blob *cells, size_t skip)
{
    char *copy = (char *)own(chunk, cells->count + skip);
    if (skip > 0) {
        memset(copy, 0x5a, skip); /* rubbish that only the offset keeps from being seen */
    }
    if (cells->count > 0) {
        memcpy(copy + skip, cells->bytes, cells->count);
    }
    return copy;
}

static void export_schema(struct weir_harness_chunk *chunk,
                          const struct weir_harness_type *type,
                          struct ArrowSchema *schema)
{
    static const char *const formats[] = {"b", "i", "l", "g", "tsu:UTC", "vu", "vz", "+l", "+s"};
    memset(schema, 0, sizeof *schema);
    schema->format = formats[strchr("bilgtuz+s", type->kind) - "bilgtuz+s"];
    schema->name = type->name;
    schema->flags = 2;
    schema->n_children = type->count;
    schema->children = (struct ArrowSchema **)own(chunk, type->count * sizeof(void *));
    for (uint32_t i = 0; i < type->count; i++) {
        schema->children[i] = (struct ArrowSchema *)own(chunk, sizeof(struct ArrowSchema));
        export_schema(chunk, &type->parts[i], schema->children[i]);
    }
}

static void export_column(struct weir_harness_chunk *chunk,
                          const struct column *column,
                          bool is_top,
                          struct ArrowArray *array)
{
    const char kind = column->type->kind;
    const size_t skip = is_top && column->type->count == 0 ? 1 : 0;
    const bool is_text = kind == 'u' || kind == 'z';
    const void **buffers =
        (const void **)own(chunk, (3 + (size_t)chunk->heap_count) * sizeof *buffers);
    memset(array, 0, sizeof *array);
    array->length = column->rows;
    array->offset = (int64_t)skip;
    array->null_count = column->has_nulls ? -1 : 0;
    array->buffers = buffers;
    array->n_buffers = kind == 's' ? 1 : is_text ? 3 + (int64_t)chunk->heap_count : 2;
    buffers[0] = column->has_nulls ? bits_of(chunk, &column->valid, column->rows, skip) : NULL;
    if (kind == 'b') {
        buffers[1] = bits_of(chunk, &column->cells, column->rows, skip);
    } else if (kind != 's') {
        buffers[1] = copy_of(chunk, &column->cells, skip * weir_harness_cell_bytes(column->type));
    }
    if (is_text) {
        chunk->heaps[column->heap_number] = copy_of(chunk, &column->heap, 0);
        chunk->heap_bytes[column->heap_number] = (int64_t)column->heap.count;
    }
    array->n_children = column->type->count;
    array->children =
        (struct ArrowArray **)own(chunk, column->type->count * sizeof(struct ArrowArray *));
    for (uint32_t i = 0; i < column->type->count; i++) {
        array->children[i] = (struct ArrowArray *)own(chunk, sizeof(struct ArrowArray));
        export_column(chunk, &column->parts[i], false, array->children[i]);
    }
}

/* All text arrays show the whole list of text buffers, known when the last one was exported. */
static void share_heaps(struct weir_harness_chunk *chunk, struct ArrowArray *array)
{
    if (array->n_buffers > 2) {
        memcpy((void *)(array->buffers + 2), chunk->heaps, chunk->heap_count * sizeof(void *));
        array->buffers[2 + chunk->heap_count] = chunk->heap_bytes;
    }
    for (int64_t i = 0; i < array->n_children; i++) {
        share_heaps(chunk, array->children[i]);
    }
}

static void export_chunk(struct weir_harness_chunk *chunk, const struct column *columns)
{
    const uint32_t count = chunk->type->count;
    chunk->heaps = (const void **)own(chunk, (chunk->heap_count + 1) * sizeof *chunk->heaps);
    chunk->heap_bytes = (int64_t *)own(chunk, (chunk->heap_count + 1) * sizeof(int64_t));
    export_schema(chunk, chunk->type, &chunk->schema);
    chunk->rows.children =
        (struct ArrowArray **)own(chunk, (count + 1) * sizeof(struct ArrowArray *));
    for (uint32_t c = 0; c < count; c++) {
        chunk->rows.children[c] = (struct ArrowArray *)own(chunk, sizeof(struct ArrowArray));
        export_column(chunk, &columns[c], true, chunk->rows.children[c]);
    }
    chunk->rows.n_children = count;
    chunk->rows.length = (int64_t)chunk->texts.count;
    chunk->rows.n_buffers = 1;
    chunk->rows.buffers = (const void **)own(chunk, sizeof(void *));
    for (uint32_t c = 0; c < count; c++) {
        share_heaps(chunk, chunk->rows.children[c]);
    }
    chunk->chunk.size = sizeof chunk->chunk;
    chunk->chunk.rows = (uint32_t)chunk->texts.count;
    chunk->chunk.cols = (const struct ArrowArray *const *)chunk->rows.children;
    chunk->chunk.schemas = (const struct ArrowSchema *const *)chunk->schema.children;
}

int weir_harness_chunk_make(struct weir_harness *h,
                            const struct weir_harness_type *type,
                            weir_str rows,
                            struct weir_harness_chunk *chunk)
{
    struct build build = {h, chunk};
    struct column *columns;
    weir_str rest = rows;
    weir_str line;
    int failed = 0;
    memset(chunk, 0, sizeof *chunk);
    chunk->type = type;
    columns = (struct column *)calloc(type->count + 1, sizeof *columns);
    for (uint32_t c = 0; c < type->count; c++) {
        open_column(&build, &columns[c], &type->parts[c]);
    }
    while (failed == 0 && weir_str_field(&rest, '\n', &line)) {
        const bool is_end = rest.bytes == NULL && line.count == 0 && rows.count > 0 &&
                            rows.bytes[rows.count - 1] == '\n';
        failed = is_end ? 0 : add_row(&build, columns, line);
    }
    if (failed == 0) {
        export_chunk(chunk, columns);
    }
    for (uint32_t c = 0; c < type->count; c++) {
        close_column(&columns[c]);
    }
    free(columns);
    return failed;
}

void weir_harness_chunk_free(struct weir_harness_chunk *chunk)
{
    while (chunk->memory != NULL) {
        struct weir_harness_block *next = chunk->memory->next;
        free(chunk->memory);
        chunk->memory = next;
    }
    weir_harness_texts_free(&chunk->texts);
}
