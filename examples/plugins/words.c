/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin with one operator of each simple kind. Built as sdk/README.md says, it is used by
 *
 *   weir run -p ./words.so 'generate lines | filter words.has_error(line)
 *       | flat_map word = words.words(line) | map key = word, value = 1
 *       | reduce_by_key words.add | print'
 */
#include <weir/plugin.h>

/* A function: one value out for each row in. */
WEIR_FUNCTION(bool, has_error, (weir_str, line))
{
    return weir_str_contains(line, "ERROR");
}
WEIR_HELP(has_error,
          "true for lines that contain ERROR",
          "generate lines | filter words.has_error(line) | print");

/* An emitter: any number of rows out. Each word is a slice of the line: no byte is copied. */
WEIR_EMITTER(words, (weir_str, line), (weir_str, word))
{
    weir_str rest = line;
    weir_str word;
    while (weir_str_token(&rest, ' ', &word)) {
        WEIR_EMIT(word);
    }
}
WEIR_HELP(words,
          "the words of a line, which blanks separate",
          "generate lines | flat_map word = words.words(line) | print");

/* A reducer, and what undoes it: with an inverse, windows slide without recomputing. */
WEIR_REDUCER(int64_t, add, (a, b))
{
    return a + b;
}
WEIR_INVERSE(add, (a, b))
{
    return a - b;
}
WEIR_HELP(add,
          "the sum",
          "generate words | map key = word, value = 1 | reduce_by_key words.add | print");

/* A function that can fail: the record goes to the dead letters, the job goes on. */
WEIR_FUNCTION(int64_t, ratio, (int64_t, part, int64_t, whole))
{
    if (whole == 0) {
        weir_fail(ctx, WEIR_BAD_RECORD, "a part of nothing: whole is 0, part is %lld",
                  (long long)part);
        return 0;
    }
    return 100 * part / whole;
}
WEIR_HELP(ratio,
          "what part of the whole, in per cent",
          "generate clicks | map share = words.ratio(ms, 200) | print");

WEIR_PLUGIN("org.example.words", "1.0.0", "words, errors and sums", "Apache-2.0");
