/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels of reducers and their inverses. Nothing here is for authors. */
#ifndef WEIR_LOOP_REDUCER_H
#define WEIR_LOOP_REDUCER_H

#include <weir/loop/pieces.h>

#define WEIR_KERNEL_BODY_(tag, T, a, b) static inline T weir_body_##tag(T a, T b) WEIR_NOEXCEPT_

/* tag, the export's kind, its name as an array, flags, value type, the two operands */
#define WEIR_KERNELS_(tag, kind, name, flags, T, ...)                                              \
    WEIR_KERNEL_BODY_(tag, T, __VA_ARGS__);                                                        \
    static void weir_scatter_##tag(void *acc, const uint32_t *slot, const void *values, size_t n)  \
        WEIR_NOEXCEPT_                                                                             \
    {                                                                                              \
        T *const accs = (T *)acc;                                                                  \
        const T *const from = (const T *)values;                                                   \
        for (size_t i = 0; i < n; i++) {                                                           \
            accs[slot[i]] = weir_body_##tag(accs[slot[i]], from[i]);                               \
        }                                                                                          \
    }                                                                                              \
    static void weir_fold_##tag(void *acc, const void *values, size_t n) WEIR_NOEXCEPT_            \
    {                                                                                              \
        const T *const from = (const T *)values;                                                   \
        T result = *(T *)acc;                                                                      \
        for (size_t i = 0; i < n; i++) {                                                           \
            result = weir_body_##tag(result, from[i]);                                             \
        }                                                                                          \
        *(T *)acc = result;                                                                        \
    }                                                                                              \
    static void weir_merge_##tag(void *acc, const void *other, size_t n) WEIR_NOEXCEPT_            \
    {                                                                                              \
        T *const accs = (T *)acc;                                                                  \
        const T *const from = (const T *)other;                                                    \
        for (size_t i = 0; i < n; i++) {                                                           \
            accs[i] = weir_body_##tag(accs[i], from[i]);                                           \
        }                                                                                          \
    }                                                                                              \
    static const struct weir_reducer weir_reducer_##tag = {sizeof(struct weir_reducer), sizeof(T), \
                                                           weir_scatter_##tag, weir_fold_##tag,    \
                                                           weir_merge_##tag};                      \
    WEIR_FIELDS_(weir_in_##tag, (T, value));                                                       \
    WEIR_EXPORT_(tag, kind, flags, name, weir_in_##tag, 1, weir_in_##tag, 1, NULL,                 \
                 &weir_reducer_##tag);                                                             \
    WEIR_KERNEL_BODY_(tag, T, __VA_ARGS__)

#define WEIR_REDUCER_(tag, name, flags, T, ...)                                                    \
    WEIR_STATIC_ASSERT(WEIR_IS_FIXED_(T),                                                          \
                       "a reducer combines one of: bool int32_t int64_t double weir_ts");          \
    typedef T weir_value_##tag;                                                                    \
    static const char weir_name_##tag[] = name;                                                    \
    WEIR_KERNELS_(tag, WEIR_KIND_REDUCER, weir_name_##tag, flags, T, __VA_ARGS__)

#endif
