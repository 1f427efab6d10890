/* SPDX-License-Identifier: Apache-2.0 */
/* C prototypes of a `use`: whatever stands there is read or refused with a place inside of it; what
 * was read, libffi can be told. */
#include "fuzz.h"
#include "plugin/native/native.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct weir_arena arena;
    struct weir_native native = {0};
    struct weir_place place = {0, 0};
    struct weir_error err = {0};
    char *text = malloc(count + 1); /* of its own, so that a byte too far is seen */
    if (count > 0) {
        memcpy(text, bytes, count);
    }
    text[count] = '\0';
    weir_arena_init(&arena);
    int status = weir_native_parse(&arena, text, &native, &place, &err);
    if (status != WEIR_OK) {
        WEIR_ASSERT(status == WEIR_ETEXT && err.text[0] != '\0');
        WEIR_ASSERT((size_t)place.offset + place.length <= strlen(text) + 1);
    }
    for (uint32_t i = 0; status == WEIR_OK && i < native.count; i++) {
        if (native.functions[i]->emitted_count == 0) { /* callbacks are real memory */
            (void)weir_native_prepare(&arena, native.functions[i], &err);
        }
    }
    weir_arena_finish(&arena);
    free(text);
    return 0;
}
