/* SPDX-License-Identifier: Apache-2.0 */
/* Property tests of reducers, with small numbers: those of f64 are multiples of a quarter, so that
 * only results that are really different differ by more than the tolerance. */
#include "env/env.h"
#include "kit/finding.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TRIALS = 500, VALUES = 33, SMALL = 100 };
static const double TOLERANCE = 1e-9;

/* A cell of any fixed type. */
union cell {
    uint8_t truth;
    int32_t i32;
    int64_t i64;
    double f64;
};

struct algebra {
    const struct weir_operator *op;
    enum weir_type_kind type;
    size_t width;
    struct weir_random random;
    struct weir_findings *findings;
};

static union cell draw(struct algebra *a)
{
    int64_t small = (int64_t)(weir_random_next(&a->random) % (2 * SMALL + 1)) - SMALL;
    union cell cell;
    memset(&cell, 0, sizeof cell);
    if (a->type == WEIR_TYPE_BOOL) {
        cell.truth = small > 0;
    } else if (a->type == WEIR_TYPE_I32) {
        cell.i32 = (int32_t)small;
    } else if (a->type == WEIR_TYPE_F64) {
        cell.f64 = (double)small / 4;
    } else {
        cell.i64 = small;
    }
    return cell;
}

static union cell apply(const struct weir_reducer *reducer, union cell x, union cell y)
{
    reducer->merge(&x, &y, 1);
    return x;
}

static bool is_same(const struct algebra *a, union cell x, union cell y)
{
    if (a->type == WEIR_TYPE_F64) {
        double scale = fmax(1, fmax(fabs(x.f64), fabs(y.f64)));
        return (isnan(x.f64) && isnan(y.f64)) || x.f64 == y.f64 ||
               fabs(x.f64 - y.f64) <= TOLERANCE * scale;
    }
    return memcmp(&x, &y, a->width) == 0;
}

static const char *print(const struct algebra *a, union cell x, char *room, size_t bytes)
{
    if (a->type == WEIR_TYPE_F64) {
        (void)snprintf(room, bytes, "%.17g", x.f64);
    } else {
        long long whole = a->type == WEIR_TYPE_BOOL  ? x.truth
                          : a->type == WEIR_TYPE_I32 ? x.i32
                                                     : (long long)x.i64;
        (void)snprintf(room, bytes, "%lld", whole);
    }
    return room;
}

/* One law: what must be equal for the values v[0..2]. */
struct law {
    const char *check, *says;
    void (*sides)(const struct weir_operator *op, const union cell *v, union cell *sides);
};

static void commute(const struct weir_operator *op, const union cell *v, union cell *sides)
{
    sides[0] = apply(op->reducer, v[0], v[1]);
    sides[1] = apply(op->reducer, v[1], v[0]);
}

static void associate(const struct weir_operator *op, const union cell *v, union cell *sides)
{
    sides[0] = apply(op->reducer, apply(op->reducer, v[0], v[1]), v[2]);
    sides[1] = apply(op->reducer, v[0], apply(op->reducer, v[1], v[2]));
}

static void invert(const struct weir_operator *op, const union cell *v, union cell *sides)
{
    sides[0] = v[0];
    sides[1] = apply(op->inverse, apply(op->reducer, v[0], v[1]), v[1]);
}

static void repeat(const struct weir_operator *op, const union cell *v, union cell *sides)
{
    sides[0] = apply(op->reducer, v[0], v[1]);
    sides[1] = apply(op->reducer, v[0], v[1]);
}

static void check_law(struct algebra *a, const struct law *law)
{
    weir_finding_begin(law->check);
    for (int i = 0; i < TRIALS; i++) {
        char text[5][40];
        union cell v[3] = {draw(a), draw(a), draw(a)}, sides[2];
        law->sides(a->op, v, sides);
        if (!is_same(a, sides[0], sides[1])) {
            weir_finding_put(a->findings, WEIR_FINDING_FAIL, law->check,
                             "%s: expected %s, found %s for a = %s, b = %s, c = %s", law->says,
                             print(a, sides[0], text[0], sizeof text[0]),
                             print(a, sides[1], text[1], sizeof text[1]),
                             print(a, v[0], text[2], sizeof text[2]),
                             print(a, v[1], text[3], sizeof text[3]),
                             print(a, v[2], text[4], sizeof text[4]));
            return;
        }
    }
    weir_finding_put(a->findings, WEIR_FINDING_PASS, law->check, "%s, %d times", law->says, TRIALS);
}

/* fold, scatter and merge are three loops around one body. */
static void check_kernels(struct algebra *a)
{
    uint8_t values[VALUES * sizeof(union cell)];
    uint32_t slots[VALUES] = {0};
    union cell first = draw(a), folded = first, scattered = first, merged = first;
    char text[3][40];
    weir_finding_begin("kernels");
    for (size_t i = 0; i < VALUES; i++) {
        union cell value = draw(a);
        memcpy(values + i * a->width, &value, a->width);
        merged = apply(a->op->reducer, merged, value);
    }
    a->op->reducer->fold(&folded, values, VALUES);
    a->op->reducer->scatter(&scattered, slots, values, VALUES);
    bool is_right = is_same(a, folded, merged) && is_same(a, scattered, merged);
    weir_finding_put(a->findings, is_right ? WEIR_FINDING_PASS : WEIR_FINDING_FAIL, "kernels",
                     "of %d values merge makes %s, fold %s, scatter %s", VALUES,
                     print(a, merged, text[0], sizeof text[0]),
                     print(a, folded, text[1], sizeof text[1]),
                     print(a, scattered, text[2], sizeof text[2]));
}

void weir_check_reducer(const struct weir_operator *op, struct weir_findings *findings)
{
    static const struct law again = {"determinism", "f(a, b) is the same again", repeat};
    static const struct law orders = {"commutativity", "f(a, b) = f(b, a)", commute};
    static const struct law groups = {"associativity", "f(f(a, b), c) = f(a, f(b, c))", associate};
    static const struct law back = {"inverse", "a = inverse(f(a, b), b)", invert};
    struct algebra a = {.op = op, .width = op->reducer->value_bytes, .findings = findings};
    a.type = op->in[0].type == NULL ? WEIR_TYPE_I64 : op->in[0].type->kind;
    if (a.width > sizeof(union cell)) {
        weir_finding_put(findings, WEIR_FINDING_SKIP, "algebra", "values of %zu bytes", a.width);
        return;
    }
    weir_random_seed(&a.random, findings->seed);
    check_kernels(&a);
    check_law(&a, &again);
    if ((op->flags & WEIR_NOT_COMMUTATIVE) != 0) {
        weir_finding_put(findings, WEIR_FINDING_SKIP, "commutativity",
                         "it says that it is not: WEIR_NOT_COMMUTATIVE");
    } else {
        check_law(&a, &orders);
        check_law(&a, &groups);
    }
    if (op->inverse != NULL) {
        check_law(&a, &back);
    }
}
