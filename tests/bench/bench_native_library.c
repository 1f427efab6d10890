/* SPDX-License-Identifier: Apache-2.0 */
/* The C functions that bench_native calls: as little work as possible, so that the call is what is
 * measured. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

struct point {
    double x;
    double y;
};

EXPORT double add_f64(double a, double b);
EXPORT int64_t add_i64(int64_t a, int64_t b);
EXPORT double half(double a);
EXPORT double fma3(double a, double b, double c);
EXPORT int add_int(int a, int b);
EXPORT int8_t add_i8(int8_t a, int8_t b);
EXPORT float scale(float a);
EXPORT double eight(int8_t a, uint16_t b, int c, long d, float e, double f, const char *g, bool h);
EXPORT double norm(struct point p);
EXPORT size_t length(const char *s);
EXPORT size_t length_of(const char *s, size_t n);
EXPORT void words(const char *line, void (*emit)(const char *word));
EXPORT void slices(const char *line, size_t n, void (*emit)(const char *word, size_t n));

double add_f64(double a, double b)
{
    return a + b;
}

int64_t add_i64(int64_t a, int64_t b)
{
    return a + b;
}

double half(double a)
{
    return a / 2;
}

double fma3(double a, double b, double c)
{
    return a * b + c;
}

int add_int(int a, int b)
{
    return a + b;
}

int8_t add_i8(int8_t a, int8_t b)
{
    return (int8_t)(a + b);
}

float scale(float a)
{
    return a * 2;
}

double eight(int8_t a, uint16_t b, int c, long d, float e, double f, const char *g, bool h)
{
    return a + b + c + (double)d + (double)e + f + g[0] + h;
}

double norm(struct point p)
{
    return p.x + p.y;
}

size_t length(const char *s)
{
    return strlen(s);
}

size_t length_of(const char *s, size_t n)
{
    return s[0] == 'x' ? 0 : n;
}

void words(const char *line, void (*emit)(const char *word))
{
    char word[64];
    while (*line != '\0') {
        size_t end = 0;
        while (line[end] != ' ' && line[end] != '\0') {
            word[end] = line[end];
            end++;
        }
        word[end] = '\0';
        emit(word);
        line += end + (line[end] == ' ');
    }
}

void slices(const char *line, size_t n, void (*emit)(const char *word, size_t n))
{
    size_t start = 0;
    for (size_t i = 0; i <= n; i++) {
        if (i == n || line[i] == ' ') {
            emit(line + start, i - start);
            start = i + 1;
        }
    }
}
