/* SPDX-License-Identifier: Apache-2.0 */
/* Rows as text: cells, escapes, numbers, both ways. */
#include "../harness.h"

bool weir_harness_cell(weir_str *row, char separator, weir_str *cell)
{
    size_t end = 0;
    int depth = 0;
    if (row->bytes == NULL) {
        return false;
    }
    while (end < row->count && (row->bytes[end] != separator || depth > 0)) {
        const char byte = row->bytes[end];
        if (byte == '\\' && end + 1 < row->count) {
            end++;
        } else if (separator == ',') { /* inside a list or struct: others lie deeper */
            depth += byte == '[' || byte == '{';
            depth -= byte == ']' || byte == '}';
        }
        end++;
    }
    *cell = weir_str_slice(*row, 0, end);
    *row = end < row->count ? weir_str_slice(*row, end + 1, row->count) : weir_str_make(NULL, 0);
    return true;
}

bool weir_harness_is_null_text(weir_str cell)
{
    return weir_str_equal(cell, "\\N");
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void weir_harness_unescape(weir_str cell, struct weir_blob *to)
{
    for (size_t i = 0; i < cell.count; i++) {
        char byte = cell.bytes[i];
        if (byte == '\\' && i + 1 < cell.count) {
            byte = cell.bytes[++i];
            if (byte == 'x' && i + 2 < cell.count && hex_digit(cell.bytes[i + 1]) >= 0 &&
                hex_digit(cell.bytes[i + 2]) >= 0) {
                byte = (char)(hex_digit(cell.bytes[i + 1]) * 16 + hex_digit(cell.bytes[i + 2]));
                i += 2;
            } else {
                byte = byte == 'n' ? '\n' : byte;
            }
        }
        weir_blob_append(to, &byte, 1);
    }
}

void weir_harness_escape(weir_str text, bool is_nested, struct weir_blob *to)
{
    for (size_t i = 0; i < text.count; i++) {
        const char byte = text.bytes[i];
        if (byte == '\n') {
            weir_blob_put(to, "\\n");
        } else if ((uint8_t)byte < ' ' || byte == '\177') {
            char hex[8];
            (void)snprintf(hex, sizeof hex, "\\x%02x", (unsigned)(uint8_t)byte);
            weir_blob_put(to, hex);
        } else {
            const bool is_special = byte == '|' || byte == '\\' ||
                                    (is_nested && (byte == ',' || byte == '[' || byte == ']' ||
                                                   byte == '{' || byte == '}'));
            weir_blob_put(to, is_special ? "\\" : "");
            weir_blob_append(to, &byte, 1);
        }
    }
}

void weir_harness_print_i64(int64_t value, struct weir_blob *to)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%lld", (long long)value);
    weir_blob_put(to, text);
}

/* 15 digits, or as many more as read back equal: 30 is "30", not "3e+01". */
void weir_harness_print_f64(double value, struct weir_blob *to)
{
    char text[40] = "";
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        const double again = strtod(text, NULL);
        if (memcmp(&again, &value, sizeof value) == 0) {
            break;
        }
    }
    weir_blob_put(to, text);
}

void weir_harness_print(weir_row row, bool is_nested, struct weir_blob *to)
{
    const char type = weir_get_type(row);
    if (weir_get_is_null(row)) {
        weir_blob_put(to, "\\N");
    } else if (type == 'u' || type == 'z') {
        weir_harness_escape(weir_get_str(row), is_nested, to);
    } else if (type == 'b') {
        weir_blob_put(to, weir_get_bool(row) ? "true" : "false");
    } else if (type == 'g') {
        weir_harness_print_f64(weir_get_f64(row), to);
    } else if (type == '+' || type == 's') {
        weir_blob_put(to, type == '+' ? "[" : "{");
        for (size_t i = 0; i < weir_get_count(row); i++) {
            weir_blob_put(to, i > 0 ? "," : "");
            weir_harness_print(type == '+' ? weir_get_item(row, i) : weir_get_part(row, i), true,
                               to);
        }
        weir_blob_put(to, type == '+' ? "]" : "}");
    } else {
        weir_harness_print_i64(weir_get_i64(row), to);
    }
}

bool weir_harness_parse_fixed(const struct weir_harness_type *type, weir_str cell, void *to)
{
    int64_t whole;
    if (type->kind == 'g') {
        char text[64];
        char *end;
        if (cell.count == 0 || cell.count >= sizeof text) {
            return false;
        }
        memcpy(text, cell.bytes, cell.count);
        text[cell.count] = '\0';
        const double number = strtod(text, &end);
        memcpy(to, &number, sizeof number);
        return *end == '\0';
    }
    if (!weir_harness_quantity(cell, &whole)) {
        return false;
    }
    if (type->kind == 'b') {
        const bool truth = whole != 0;
        memcpy(to, &truth, 1);
        return weir_str_equal(cell, "true") || weir_str_equal(cell, "false");
    }
    if (type->kind == 'i') {
        const int32_t narrow = (int32_t)whole;
        memcpy(to, &narrow, sizeof narrow);
        return narrow == whole;
    }
    memcpy(to, &whole, sizeof whole);
    return true;
}
