/* SPDX-License-Identifier: Apache-2.0 */
/* NEWNAME: the words of a line, with their lengths. */
#include <weir/plugin.h>

/* Any number of rows out for each row in: these parameters, these columns. A word is a slice of the
 * line, so that no byte is copied. */
WEIR_EMITTER(NEWNAME, (weir_str, line), (weir_str, word, int64_t, length))
{
    weir_str rest = line;
    weir_str word;
    while (weir_str_token(&rest, ' ', &word)) {
        WEIR_EMIT(word, (int64_t)word.count);
    }
}
WEIR_HELP(NEWNAME,
          "the words of a line, which blanks separate, and how many bytes each has",
          "generate lines | flat_map NEWNAME.NEWNAME(line) | print");

WEIR_PLUGIN("org.example.NEWNAME", "0.1.0", "words and their lengths", "Apache-2.0");
