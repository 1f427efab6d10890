/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the csv codec.
 *
 *   text --> split.c (fields of one record) --> value.c --> cells      decode.c
 *   cells --------------------------------------------> line           encode.c
 *
 * Which column of the text is which field of the rows does not depend on where a record stands: a
 * file is read in parts, and most of them do not see its head. */
#ifndef CODECS_CSV_H
#define CODECS_CSV_H

#include <weir/io.h>
#include <weir/plugin.h>
#include <weir/row.h>

enum { CSV_COLUMNS_MAX = 4096, CSV_SHOWN_BYTES_MAX = 40 };

struct csv_self {
    const struct ArrowSchema *schema;
    char separator;
    bool has_header;
    uint32_t count; /* columns of the text */
    struct csv_column *columns;
    struct weir_blob scratch; /* a field without its doubled quotes; an encoded line */
    struct weir_blob number;  /* room for long numbers */
};

struct csv_column {
    weir_str name;
    int32_t field; /* of the rows; -1: nobody asks for it */
    char kind;     /* as weir_get_type: b i l g t u z */
};

/* ---- split.c ---- */
struct csv_field {
    weir_str text; /* without quotes; a slice of the record, or in the scratch */
    bool is_quoted;
    bool is_last; /* of its record */
};
struct csv_reader {
    struct weir_task *task;
    struct csv_self *self;
    const char *at, *end;
};

/* The next field. WEIR_OK, or an outcome with a message; number: from 1, for it. */
int csv_read_field(struct csv_reader *reader, uint32_t number, struct csv_field *field);

/* Skips a mark of the byte order, lines without any byte. False: nothing is left. */
bool csv_next_record(struct csv_reader *reader);

/* Bytes up to the end of the last whole record. */
size_t csv_whole(weir_bytes bytes, bool is_last);

/* ---- value.c ---- */
/* Writes a field into its cell. An empty one that is not quoted is null. */
int csv_put_value(struct weir_task *task,
                  struct csv_self *self,
                  const struct csv_column *column,
                  const struct csv_field *field,
                  struct weir_out *out);

/* ---- columns.c ---- */
/* Of parameters and schema: what the columns of the text are called, and what becomes of them. */
int csv_open_columns(struct weir_task *task, const struct ArrowSchema *schema);
void csv_close_columns(struct csv_self *self);

/* The checks that need no rows: of the parameters, of a field that the job asks for. */
int csv_check_parameters(struct weir_task *task);
int csv_check_field(struct weir_task *task, const struct weir_field *field);

/* The column of a name, or -1. */
int32_t csv_find_column(const struct csv_self *self, weir_str name);

/* ---- decode.c, encode.c ---- */
int csv_decode_text(struct weir_task *task, weir_str text, struct weir_out *out);
int csv_encode_chunk(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out);

#endif
