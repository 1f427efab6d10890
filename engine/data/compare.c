/* SPDX-License-Identifier: Apache-2.0 */
/* One order for all types, and the equality that goes with it: what `sort` prints, and what makes
 * two keys the same key. */
#include "data/bits.h"
#include "data/data.h"

#include <math.h>
#include <string.h>

static int compare_i64(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* NaN is equal to itself and behind everything. */
static int compare_f64(double a, double b)
{
    if (isnan(a) || isnan(b)) {
        return (isnan(a) ? 1 : 0) - (isnan(b) ? 1 : 0);
    }
    return (a > b) - (a < b);
}

static int compare_str(weir_str a, weir_str b)
{
    size_t common = a.count < b.count ? a.count : b.count;
    int order = common == 0 ? 0 : memcmp(a.bytes, b.bytes, common);
    return order != 0 ? (order > 0) - (order < 0) : compare_i64((int64_t)a.count, (int64_t)b.count);
}

static int compare_lists(const struct weir_column *a,
                         const struct weir_heaps *ha,
                         uint32_t ra,
                         const struct weir_column *b,
                         const struct weir_heaps *hb,
                         uint32_t rb)
{
    const int32_t *oa = (const int32_t *)a->data + ra;
    const int32_t *ob = (const int32_t *)b->data + rb;
    int32_t na = oa[1] - oa[0];
    int32_t nb = ob[1] - ob[0];
    for (int32_t i = 0; i < na && i < nb; i++) {
        int order = weir_cell_compare(a->children, ha, (uint32_t)(oa[0] + i), b->children, hb,
                                      (uint32_t)(ob[0] + i));
        if (order != 0) {
            return order;
        }
    }
    return compare_i64(na, nb);
}

static int compare_structs(const struct weir_column *a,
                           const struct weir_heaps *ha,
                           uint32_t ra,
                           const struct weir_column *b,
                           const struct weir_heaps *hb,
                           uint32_t rb)
{
    for (uint32_t i = 0; i < a->type->field_count; i++) {
        int order = weir_cell_compare(&a->children[i], ha, ra, &b->children[i], hb, rb);
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

int weir_cell_compare(const struct weir_column *a,
                      const struct weir_heaps *ha,
                      uint32_t ra,
                      const struct weir_column *b,
                      const struct weir_heaps *hb,
                      uint32_t rb)
{
    WEIR_ASSERT(a->type->kind == b->type->kind);
    ra = a->is_const ? 0 : ra;
    rb = b->is_const ? 0 : rb;
    bool is_null_a = weir_column_is_null(a, ra);
    bool is_null_b = weir_column_is_null(b, rb);
    if (is_null_a || is_null_b) {
        return (is_null_a ? 0 : 1) - (is_null_b ? 0 : 1);
    }
    switch (a->type->kind) {
    case WEIR_TYPE_NULL:
        return 0;
    case WEIR_TYPE_BOOL:
        return compare_i64(weir_bit_get(a->data, ra), weir_bit_get(b->data, rb));
    case WEIR_TYPE_I32:
        return compare_i64(((const int32_t *)a->data)[ra], ((const int32_t *)b->data)[rb]);
    case WEIR_TYPE_I64:
    case WEIR_TYPE_TS:
        return compare_i64(((const int64_t *)a->data)[ra], ((const int64_t *)b->data)[rb]);
    case WEIR_TYPE_F64:
        return compare_f64(((const double *)a->data)[ra], ((const double *)b->data)[rb]);
    case WEIR_TYPE_STR:
    case WEIR_TYPE_BYTES:
        return compare_str(weir_view_str((const weir_view *)a->data + ra, ha),
                           weir_view_str((const weir_view *)b->data + rb, hb));
    case WEIR_TYPE_LIST:
        return compare_lists(a, ha, ra, b, hb, rb);
    case WEIR_TYPE_STRUCT:
        return compare_structs(a, ha, ra, b, hb, rb);
    }
    return 0;
}

/* Most texts that differ, differ in length or in the first four bytes. */
static bool views_equal(const weir_view *a,
                        const struct weir_heaps *ha,
                        const weir_view *b,
                        const struct weir_heaps *hb)
{
    if (memcmp(a, b, 8) != 0) {
        return false;
    }
    if (a->count <= WEIR_VIEW_INLINE_BYTES) {
        return memcmp(&a->buffer, &b->buffer, 8) == 0;
    }
    return memcmp(weir_view_str(a, ha).bytes, weir_view_str(b, hb).bytes, (size_t)a->count) == 0;
}

bool weir_cell_equal(const struct weir_column *a,
                     const struct weir_heaps *ha,
                     uint32_t ra,
                     const struct weir_column *b,
                     const struct weir_heaps *hb,
                     uint32_t rb)
{
    uint32_t ia = a->is_const ? 0 : ra;
    uint32_t ib = b->is_const ? 0 : rb;
    if (weir_type_is_text(a->type) && a->valid == NULL && b->valid == NULL) {
        return views_equal((const weir_view *)a->data + ia, ha, (const weir_view *)b->data + ib,
                           hb);
    }
    return weir_cell_compare(a, ha, ra, b, hb, rb) == 0;
}
