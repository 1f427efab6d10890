/* SPDX-License-Identifier: Apache-2.0 */
/* `weir help E0104`: what an error means, a text that gives it and one that does not. */
#include "lang/lang.h"
#include "page/page.h"

#include <string.h>

enum { COLUMNS_MAX = 96 };

/* Appends a paragraph in lines of at most COLUMNS_MAX. */
static void put_paragraph(const char *words, struct weir_text *to)
{
    size_t used = 0;
    while (*words != '\0') {
        size_t count = strcspn(words, " ");
        if (used > 0) {
            bool is_full = used + 1 + count > COLUMNS_MAX;
            weir_text_put(to, is_full ? "\n" : " ");
            used = is_full ? 0 : used + 1;
        }
        weir_text_append(to, words, count);
        used += count;
        words += count + strspn(words + count, " ");
    }
    weir_text_put(to, "\n");
}

static void put_sample(const char *title, const char *sample, struct weir_text *to)
{
    weir_text_printf(to, "\n%s\n", title);
    while (*sample != '\0') {
        size_t count = strcspn(sample, "\n");
        weir_text_printf(to, "  %.*s\n", (int)count, sample);
        sample += count + (sample[count] == '\n' ? 1 : 0);
    }
}

bool weir_page_put_code(const char *name, struct weir_text *to)
{
    const struct weir_code_page *page = weir_code_page_named(name);
    if (page == NULL) {
        return false;
    }
    weir_text_printf(to, "E%04d: %s\n\n", (int)page->code, page->title);
    put_paragraph(page->explanation, to);
    put_sample("wrong:", page->wrong, to);
    put_sample("right:", page->right, to);
    return true;
}

void weir_page_put_codes(struct weir_text *to)
{
    size_t count;
    const struct weir_code_page *pages = weir_code_pages(&count);
    for (size_t i = 0; i < count; i++) {
        weir_text_printf(to, "  E%04d  %s\n", (int)pages[i].code, pages[i].title);
    }
}
