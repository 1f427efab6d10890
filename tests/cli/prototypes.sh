#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prototypes are compared with the debug information of the library, where it has one.
. "$(dirname "$0")/lib.sh"

cat >geometry.c <<'END'
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
typedef int32_t length;
typedef struct point { double x, y; } point;
struct box { point low, high; };
struct mixed { int id; float weight; };
enum colour { RED, GREEN };
double area(int w, int h, int d) { return (double)w * h * d; }
int small(const int x) { return x; }
long large(long x) { return x; }
float single(float x) { return x; }
double twice(double x) { return 2 * x; }
length along(length x) { return x; }
unsigned count(unsigned x) { return x; }
bool is_red(enum colour c) { return c == RED; }
size_t bytes(const char *s, size_t n) { (void)s; return n; }
char first(char *s) { return s[0]; }
int touch(const void *p) { return p == NULL; }
long sum(const double *values) { (void)values; return 1; }
double norm(point p) { return p.x * p.x + p.y * p.y; }
double wide(struct box b) { return b.high.x - b.low.x; }
struct mixed mix(int id) { return (struct mixed){id, 1.5f}; }
float weight(struct mixed m) { return m.weight; }
void split(const char *line, void (*emit)(const char *word)) { emit(line); }
int dropped(const char *line, void (*emit)(const char *word)) { emit(line); return 1; }
int open_ended(int n, ...) { va_list all; va_start(all, n); va_end(all); return n; }
static int hidden(void) { return 1; }
int other(int x) { return x + hidden(); }
int renamed(int x, int y) __attribute__((alias("inner")));
int inner(int x, int y) { return x + y; }
END
build() { # FILE OPTION...
    local file=$1
    shift
    last="$CC $* $file"
    "${CC:-cc}" -shared -fPIC "$@" -o "$file" geometry.c >out 2>err
    status=$?
    gives 0
}

library=./geometry.so
text() { # PROTOTYPES
    printf 'use "%s" as f { %s }\ngenerate clicks | print' "$library" "$1"
}
fits() { # PROTOTYPES
    run check "$(text "$1")"
    gives 0
    hides err E0210
}
differs() { # PROTOTYPES TEXT...
    local prototypes=$1 wanted
    shift
    run check "$(text "$prototypes")"
    gives 65
    for wanted in 'error[E0210]' "$@"; do
        says err "$wanted"
    done
}

all_differ() {
    differs 'double area(int w, int h);' \
        'f.area is declared with 2 parameters, but geometry.c:11 has 3: double area(int, int, int)'
    differs 'double area(int, int, int, int);' 'with 4 parameters, but geometry.c:11 has 3'
    differs 'int small(long x);' \
        'parameter 1 of f.small is declared long, but geometry.c:12 has const int: int small('
    differs 'long small(int x);' 'the result of f.small is declared long, but geometry.c:12 has int'
    differs 'int large(int x);' 'the result of f.large is declared int' 'parameter 1 of f.large'
    differs 'double single(float x);' 'declared double, but geometry.c:14 has float'
    differs 'double twice(float x);' 'declared float, but geometry.c:15 has double'
    differs 'double twice(long x);' 'declared long, but geometry.c:15 has double'
    differs 'long along(int x);' 'declared long, but geometry.c:16 has length'
    differs 'bool is_red(long c);' 'declared long, but geometry.c:18 has enum colour'
    differs 'size_t bytes(long s, size_t n);' 'declared long, but geometry.c:19 has const char *'
    differs 'long large(const char *s);' 'declared const char *, but geometry.c:13 has long'
    differs 'long sum(const char *s);' 'declared const char *, but geometry.c:22 has const double *'
    differs 'struct p { double x; double y; double z; }; double norm(struct p v);' \
        'a struct of 3 members and 24 bytes, but geometry.c:23 has one of 2 members and 16 bytes'
    differs 'struct p { double x; long y; }; double norm(struct p v);' \
        'declared struct p with a member long y, but geometry.c:23 has double there'
    differs 'struct m { float weight; int id; }; float weight(struct m v);' \
        'a member float weight, but geometry.c:26 has int there'
    differs 'double norm(double x);' 'declared double, but geometry.c:23 has point'
    differs 'long mix(int id);' 'the result of f.mix is declared long' 'has struct mixed'
    differs 'void split(const char *line, void (*emit)(long n));' \
        'declared a callback, but geometry.c:27 has void (*)(const char *)'
    differs 'void split(const char *line, void (*emit)(const char *a, const char *b));' \
        'a callback'
    differs 'int renamed(int x);' 'f.renamed is declared with 1 parameter, but geometry.c:33 has 2'
}

all_fit() {
    fits 'double area(int w, int h, int d); int small(int x); long large(long x);
        float single(float x); double twice(double); int along(int x); int count(int x);
        bool is_red(unsigned c); long bytes(const char *s, size_t n); char first(const char *s);
        int touch(const char *p); int other(int x); int open_ended(int n); int renamed(int, int);'
    fits 'struct p { double x; double y; }; double norm(struct p v);'
    fits 'struct b { double a; double b; double c; double d; }; double wide(struct b v);'
    fits 'struct m { int id; float weight; }; struct m mix(int id); float weight(struct m v);'
    fits 'void split(const char *line, void (*emit)(const char *));'
    fits 'void dropped(const char *line, void (*emit)(const char *));'
}

build geometry.so -g
all_differ
all_fit
# The place is that of the prototype's part, also in a block of several lines.
run check "$(text '
    double twice(double x);
    int small(long x);
')"
gives 65
says err ':3:15'
run run -q --until 1rec "$(text 'int small(long x);')"
gives 65
says err 'error[E0210]'
is_empty out
build geometry.so -g -O3
all_differ
all_fit

# Debug information in a file of its own, beside the library.
build geometry.so -g
if command -v objcopy >/dev/null; then
    objcopy --only-keep-debug geometry.so geometry.so.debug
    objcopy --strip-debug --add-gnu-debuglink=geometry.so.debug geometry.so
    differs 'double area(int w, int h);' 'geometry.c:11 has 3'
    rm geometry.so.debug
fi
# Without any, nothing can be said.
build geometry.so -s
fits 'double area(int w, int h); double twice(float x);'
# A damaged one is no fault of the text either.
build geometry.so -g
offset=$(readelf -S -W geometry.so | sed 's/^ *\[ *[0-9]*\]//' |
    awk '$1 == ".debug_info" { print $4 }')
if [ -n "$offset" ]; then
    head -c 64 /dev/zero | tr '\0' '\377' |
        dd of=geometry.so bs=1 seek=$((0x$offset + 16)) conv=notrunc 2>/dev/null
    fits 'double area(int w, int h);'
fi
# A library of the system, which usually has none.
library=libm.so.6
fits 'double cbrt(double x); double fma(double x, double y, double z);'
finish
