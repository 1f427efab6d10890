/* SPDX-License-Identifier: Apache-2.0 */
/* NEWNAME: texts in capitals. */
#include <weir/plugin.h>

/* One value out for each row in. `text` is bytes and a count, without a NUL at its end; the result
 * lies in memory that is ours until the row is done. */
WEIR_FUNCTION(weir_str, NEWNAME, (weir_str, text))
{
    char *loud;
    if (text.count == 0) { /* this record goes to the dead letters, the job goes on */
        weir_fail(ctx, WEIR_BAD_RECORD, "there is nothing to say: the text is empty");
        return text;
    }
    loud = (char *)weir_arena(ctx, text.count);
    for (size_t i = 0; i < text.count; i++) {
        const char c = text.bytes[i];
        loud[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return weir_str_make(loud, text.count);
}
WEIR_HELP(NEWNAME,
          "the text in capitals (a to z only)",
          "generate lines | map line = NEWNAME.NEWNAME(line) | print");

WEIR_PLUGIN("org.example.NEWNAME", "0.1.0", "texts in capitals", "Apache-2.0");
