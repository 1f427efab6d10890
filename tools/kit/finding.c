/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of findings; and the symbols of a file, which are found without loading it. */
#include "kit/finding.h"

#include <elf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FILE_BYTES_MAX = 512 * 1024 * 1024, NAMES_SHOWN_MAX = 3 };

void weir_finding_begin(const char *check)
{
    (void)printf("\n" WEIR_FINDING_BEGIN "%s\n", check);
    (void)fflush(stdout);
}

void weir_finding_put(struct weir_findings *findings,
                      enum weir_finding_mark mark,
                      const char *check,
                      const char *format,
                      ...)
{
    char detail[WEIR_ERROR_TEXT_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    for (char *c = detail; *c != '\0'; c++) {
        *c = (unsigned char)*c < ' ' ? '?' : *c;
    }
    weir_text_printf(findings->to, "%c\t%s\t%s\t%s\n", (char)mark, findings->who, check, detail);
}

/* ---- symbols ---- */
static weir_bytes read_file(const char *path)
{
    weir_bytes all = {0};
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return all;
    }
    long count = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : 0;
    if (count > 0 && count < FILE_BYTES_MAX && fseek(file, 0, SEEK_SET) == 0) {
        uint8_t *bytes = weir_alloc((size_t)count);
        all.count = fread(bytes, 1, (size_t)count, file);
        all.bytes = bytes;
    }
    (void)fclose(file);
    return all;
}

static bool is_inside(weir_bytes file, uint64_t from, uint64_t count)
{
    return from <= file.count && count <= file.count - from;
}

/* Copies a section header; false: there is none. */
static bool section(weir_bytes file, const Elf64_Ehdr *head, uint32_t index, Elf64_Shdr *to)
{
    uint64_t at = head->e_shoff + (uint64_t)index * sizeof *to;
    if (index >= head->e_shnum || head->e_shentsize != sizeof *to ||
        !is_inside(file, at, sizeof *to)) {
        return false;
    }
    memcpy(to, file.bytes + at, sizeof *to);
    return is_inside(file, to->sh_offset, to->sh_size) || to->sh_type == SHT_NOBITS;
}

/* Appends the names of defined symbols but for the entry; returns how many there are. */
static uint32_t list_strangers(weir_bytes file,
                               const Elf64_Shdr *symbols,
                               const Elf64_Shdr *strings,
                               struct weir_text *names)
{
    uint32_t count = 0;
    for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= symbols->sh_size; at += sizeof(Elf64_Sym)) {
        Elf64_Sym symbol;
        memcpy(&symbol, file.bytes + symbols->sh_offset + at, sizeof symbol);
        if (symbol.st_shndx == SHN_UNDEF || ELF64_ST_BIND(symbol.st_info) == STB_LOCAL ||
            symbol.st_name >= strings->sh_size) {
            continue;
        }
        const char *name = (const char *)file.bytes + strings->sh_offset + symbol.st_name;
        size_t room = strings->sh_size - symbol.st_name;
        if (strncmp(name, WEIR_ENTRY_SYMBOL, room) != 0 && ++count <= NAMES_SHOWN_MAX) {
            weir_text_printf(names, "%s%.*s", count > 1 ? ", " : "", (int)(room < 60 ? room : 60),
                             name);
        }
    }
    return count;
}

void weir_check_symbols(const char *path, struct weir_findings *findings)
{
    Elf64_Ehdr head;
    Elf64_Shdr symbols = {0}, strings = {0};
    struct weir_text names;
    weir_bytes file = read_file(path);
    bool is_found = false;
    weir_text_init(&names);
    weir_finding_begin("exports");
    if (file.count >= sizeof head && memcmp(file.bytes, ELFMAG, SELFMAG) == 0) {
        memcpy(&head, file.bytes, sizeof head);
        for (uint32_t i = 0; i < head.e_shnum && !is_found; i++) {
            is_found = section(file, &head, i, &symbols) && symbols.sh_type == SHT_DYNSYM &&
                       section(file, &head, symbols.sh_link, &strings);
        }
    }
    uint32_t count = is_found ? list_strangers(file, &symbols, &strings, &names) : 0;
    if (!is_found) {
        weir_finding_put(findings, WEIR_FINDING_FAIL, "exports",
                         "expected a 64-bit ELF file with dynamic symbols, found none");
    } else if (count > 0) {
        weir_finding_put(findings, WEIR_FINDING_FAIL, "exports",
                         "expected " WEIR_ENTRY_SYMBOL " alone, found %u more: %s%s; link with the "
                         "SDK's weir_plugin.map",
                         count, names.bytes, count > NAMES_SHOWN_MAX ? ", ..." : "");
    } else {
        weir_finding_put(findings, WEIR_FINDING_PASS, "exports", WEIR_ENTRY_SYMBOL " alone");
    }
    weir_text_finish(&names);
    weir_free((void *)(uintptr_t)file.bytes);
}
