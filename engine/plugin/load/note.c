/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what a plugin says of itself without running any of it. The file may be anything: every
 * offset is checked against the file's size before it is followed, and structs are copied out of
 * the bytes, which have no alignment. */
#include "plugin/load/load.h"

#include <string.h>

/* The parts of ELF-64 that are read here (System V ABI, chapter 4 and 5). */
struct elf_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, segments, sections;
    uint32_t flags;
    uint16_t header_bytes, segment_bytes, segment_count, section_bytes, section_count, names_index;
};
struct elf_segment {
    uint32_t type, flags;
    uint64_t offset, address, physical, file_bytes, memory_bytes, align;
};
struct elf_section {
    uint32_t name, type;
    uint64_t flags, address, offset, bytes;
    uint32_t link, info;
    uint64_t align, entry_bytes;
};
_Static_assert(sizeof(struct elf_header) == 64, "Elf64_Ehdr");
_Static_assert(sizeof(struct elf_segment) == 56, "Elf64_Phdr");
_Static_assert(sizeof(struct elf_section) == 64, "Elf64_Shdr");
enum {
    ELF_CLASS_64 = 2,
    ELF_LITTLE_ENDIAN = 1,
    ELF_SHARED = 3,
    ELF_SEGMENT_NOTE = 4,
    ELF_SECTION_NOBITS = 8,
    NOTE_HEADER_BYTES = 12,
    NOTE_TYPE = 1,
    NOTE_DESC_BYTES_MIN = 12 /* epoch, minor, needs_minor */
};
static const char note_name[] = "weir";
static const char note_section[] = ".note.weir";

static bool is_within(weir_bytes file, uint64_t offset, uint64_t bytes)
{
    return offset <= file.count && bytes <= file.count - offset;
}

static int fail_truncated(weir_bytes file, uint64_t offset, uint64_t bytes, struct weir_error *err)
{
    if (bytes > UINT64_MAX - offset) {
        return weir_error_set(err, WEIR_ETEXT,
                              "a damaged ELF file: a part of it lies beyond any "
                              "address; copy or build it again");
    }
    return weir_error_set(err, WEIR_ETEXT,
                          "truncated or damaged: an ELF file of at least %llu bytes, of which %zu "
                          "are there; copy or build it again",
                          (unsigned long long)(offset + bytes), file.count);
}

static int read_header(weir_bytes file, struct elf_header *header, struct weir_error *err)
{
    if (file.count < 4 || memcmp(file.bytes, "\177ELF", 4) != 0) {
        return weir_error_set(err, WEIR_ETEXT,
                              "not a shared object: it does not begin as an ELF "
                              "file does; name a .so that was built with the SDK");
    }
    if (file.count < sizeof *header) {
        return fail_truncated(file, 0, sizeof *header, err);
    }
    memcpy(header, file.bytes, sizeof *header);
    if (header->ident[4] != ELF_CLASS_64 || header->ident[5] != ELF_LITTLE_ENDIAN) {
        return weir_error_set(err, WEIR_ETEXT,
                              "not a 64-bit little-endian ELF file, which weir "
                              "needs: build it for this machine");
    }
    if (header->type != ELF_SHARED) {
        return weir_error_set(err, WEIR_ETEXT,
                              "an ELF file, but not a shared object: link it with "
                              "-shared (weir_add_plugin and weir.pc do)");
    }
    return WEIR_OK;
}

static int check_extent(weir_bytes file, const struct elf_header *header, struct weir_error *err)
{
    uint64_t table = (uint64_t)header->segment_bytes * header->segment_count;
    if (header->segment_bytes != sizeof(struct elf_segment) || header->segment_count == 0) {
        return weir_error_set(err, WEIR_ETEXT,
                              "a damaged ELF file: no table of segments; copy or "
                              "build it again");
    }
    if (!is_within(file, header->segments, table)) {
        return fail_truncated(file, header->segments, table, err);
    }
    for (uint32_t i = 0; i < header->segment_count; i++) {
        struct elf_segment segment;
        memcpy(&segment, file.bytes + header->segments + i * sizeof segment, sizeof segment);
        if (!is_within(file, segment.offset, segment.file_bytes)) {
            return fail_truncated(file, segment.offset, segment.file_bytes, err);
        }
    }
    table = (uint64_t)header->section_bytes * header->section_count;
    if (header->sections != 0 && !is_within(file, header->sections, table)) {
        return fail_truncated(file, header->sections, table, err);
    }
    return WEIR_OK;
}

static uint64_t pad(uint64_t bytes, uint64_t align)
{
    return (bytes + align - 1) / align * align;
}

/* Looks through notes at [offset, offset + bytes), which is within the file. */
static bool find_note(
    weir_bytes file, uint64_t offset, uint64_t bytes, uint64_t align, struct weir_note *note)
{
    uint64_t end = offset + bytes;
    align = align == 8 ? 8 : 4;
    while (offset <= end && end - offset >= NOTE_HEADER_BYTES) {
        uint32_t head[3]; /* bytes of the name, bytes of the description, type */
        memcpy(head, file.bytes + offset, sizeof head);
        uint64_t name = offset + NOTE_HEADER_BYTES;
        uint64_t desc = name + pad(head[0], align);
        if (desc > end || head[1] > end - desc) {
            return false;
        }
        if (head[2] == NOTE_TYPE && head[0] == sizeof note_name && head[1] >= NOTE_DESC_BYTES_MIN &&
            memcmp(file.bytes + name, note_name, sizeof note_name) == 0) {
            size_t known = sizeof *note - offsetof(struct weir_note, epoch);
            *note = (struct weir_note){head[0], head[1], head[2], "weir", 0, 0, 0, "", ""};
            memcpy((char *)note + offsetof(struct weir_note, epoch), file.bytes + desc,
                   head[1] < known ? head[1] : known);
            note->id[sizeof note->id - 1] = '\0';
            note->version[sizeof note->version - 1] = '\0';
            return true;
        }
        offset = desc + pad(head[1], align);
    }
    return false;
}

static bool find_in_segments(weir_bytes file,
                             const struct elf_header *header,
                             struct weir_note *note)
{
    for (uint32_t i = 0; i < header->segment_count; i++) {
        struct elf_segment segment;
        memcpy(&segment, file.bytes + header->segments + i * sizeof segment, sizeof segment);
        if (segment.type == ELF_SEGMENT_NOTE &&
            find_note(file, segment.offset, segment.file_bytes, segment.align, note)) {
            return true;
        }
    }
    return false;
}

static bool read_section(weir_bytes file,
                         const struct elf_header *header,
                         uint32_t index,
                         struct elf_section *section)
{
    if (index >= header->section_count) {
        return false;
    }
    memcpy(section, file.bytes + header->sections + index * sizeof *section, sizeof *section);
    return section->type != ELF_SECTION_NOBITS && is_within(file, section->offset, section->bytes);
}

/* A compiler may call our section program data; then no note segment covers it. */
static bool find_in_sections(weir_bytes file,
                             const struct elf_header *header,
                             struct weir_note *note)
{
    struct elf_section names, section;
    if (header->sections == 0 || header->section_bytes != sizeof section ||
        !read_section(file, header, header->names_index, &names)) {
        return false;
    }
    for (uint32_t i = 0; i < header->section_count; i++) {
        if (read_section(file, header, i, &section) && section.name < names.bytes &&
            names.bytes - section.name >= sizeof note_section &&
            memcmp(file.bytes + names.offset + section.name, note_section, sizeof note_section) ==
                0 &&
            find_note(file, section.offset, section.bytes, section.align, note)) {
            return true;
        }
    }
    return false;
}

int weir_note_read(weir_bytes file, struct weir_note *note, struct weir_error *err)
{
    struct elf_header header;
    WEIR_TRY(read_header(file, &header, err));
    WEIR_TRY(check_extent(file, &header, err));
    if (find_in_segments(file, &header, note) || find_in_sections(file, &header, note)) {
        return WEIR_OK;
    }
    return weir_error_set(err, WEIR_ETEXT,
                          "a shared object, but not a weir plugin: it has no " WEIR_ENTRY_SYMBOL
                          " and no note of it; put WEIR_PLUGIN(...) of <weir/plugin.h> into one of "
                          "its files; for plain C functions use prototypes: use \"x.so\" as x { "
                          "double f(double a); }");
}

int weir_epoch_check(const char *file, uint32_t epoch, uint32_t needs_minor, struct weir_error *err)
{
    if (epoch != WEIR_EPOCH) {
        return weir_error_set(
            err, WEIR_ETEXT, "%s is built for SDK epoch %u, this weir speaks epoch %d: %s", file,
            (unsigned)epoch, WEIR_EPOCH,
            epoch > WEIR_EPOCH ? "update weir, or rebuild the plugin with this weir's SDK"
                               : "rebuild the plugin with this weir's SDK");
    }
    if (needs_minor > WEIR_MINOR) {
        return weir_error_set(err, WEIR_ETEXT,
                              "%s needs SDK %d.%u, this weir speaks %d.%d: update weir, or rebuild "
                              "with -DWEIR_TARGET=%d.%d",
                              file, WEIR_EPOCH, (unsigned)needs_minor, WEIR_EPOCH, WEIR_MINOR,
                              WEIR_EPOCH, WEIR_MINOR);
    }
    return WEIR_OK;
}
