/* SPDX-License-Identifier: Apache-2.0 */
/* From an address to the file and the line that addr2line finds there, and a file's build-id. */
#include "os/crash/crash.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <string.h>

extern const ElfW(Ehdr) __ehdr_start
    __attribute__((visibility("hidden"))); /* the linker's: our own header */

bool weir_os_spot_of(const void *address, struct weir_os_spot *spot)
{
    Dl_info info;
    struct link_map *map = NULL;
    if (dladdr1(address, &info, (void **)&map, RTLD_DL_LINKMAP) == 0 || map == NULL) {
        return false;
    }
    *spot = (struct weir_os_spot){
        .file = info.dli_fname,
        .offset = (size_t)((uintptr_t)address - (uintptr_t)map->l_addr),
        .symbol = info.dli_sname,
        .symbol_bytes = (size_t)((uintptr_t)address - (uintptr_t)info.dli_saddr),
        .is_program = info.dli_fbase == &__ehdr_start,
    };
    return true;
}

/* ---- build-ids ---- */
struct wanted {
    const char *file;
    const uint8_t *id;
    size_t id_bytes;
};

static size_t padded(size_t bytes)
{
    return (bytes + 3) & ~(size_t)3;
}

/* Looks through the notes of a segment. */
static void find_in(struct wanted *wanted, const uint8_t *notes, size_t bytes)
{
    for (size_t at = 0; at + sizeof(ElfW(Nhdr)) <= bytes;) {
        ElfW(Nhdr) note;
        memcpy(&note, notes + at, sizeof note);
        const uint8_t *name = notes + at + sizeof note;
        size_t whole = sizeof note + padded(note.n_namesz) + padded(note.n_descsz);
        if (whole > bytes - at) {
            return;
        }
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof "GNU" &&
            memcmp(name, "GNU", sizeof "GNU") == 0) {
            wanted->id = name + padded(note.n_namesz);
            wanted->id_bytes = note.n_descsz;
            return;
        }
        at += whole;
    }
}

static int look_at(struct dl_phdr_info *info, size_t size, void *owner)
{
    struct wanted *wanted = owner;
    (void)size;
    if (strcmp(info->dlpi_name, wanted->file) != 0) {
        return 0;
    }
    for (unsigned i = 0; i < info->dlpi_phnum && wanted->id == NULL; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type == PT_NOTE) {
            find_in(wanted, (const uint8_t *)(info->dlpi_addr + segment->p_vaddr),
                    segment->p_memsz);
        }
    }
    return 1;
}

bool weir_os_build_id(const char *file, char *hex, size_t room)
{
    static const char digits[] = "0123456789abcdef";
    struct wanted wanted = {.file = file};
    (void)dl_iterate_phdr(look_at, &wanted);
    size_t count = 0;
    for (size_t i = 0; i < wanted.id_bytes && count + 2 < room; i++) {
        hex[count++] = digits[wanted.id[i] >> 4];
        hex[count++] = digits[wanted.id[i] & 0xF];
    }
    hex[count] = '\0';
    return count > 0;
}
