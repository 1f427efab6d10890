/* SPDX-License-Identifier: Apache-2.0 */
/* Opens shared objects. A file is looked at before the system's loader sees it, because that one
 * dies of a truncated file (SIGBUS) and says of all others "invalid ELF header"; what it still says
 * is told in words that name the remedy. */
#include "os/private.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern const ElfW(Ehdr) __ehdr_start
    __attribute__((visibility("hidden"))); /* the linker's: our own header */

static const char *machine_name(unsigned machine)
{
    switch (machine) {
    case EM_X86_64:
        return "x86-64";
    case EM_386:
        return "i386";
    case EM_AARCH64:
        return "aarch64";
    case EM_ARM:
        return "arm";
    case EM_RISCV:
        return "riscv";
    case EM_PPC64:
        return "ppc64";
    case EM_S390:
        return "s390";
    default:
        return "another machine";
    }
}

static int refuse_kind(const char *path,
                       const unsigned char *start,
                       size_t count,
                       struct weir_error *err)
{
    const char *what = count == 0                                         ? "an empty file"
                       : count >= 8 && memcmp(start, "!<arch>\n", 8) == 0 ? "a static archive"
                       : count >= 2 && memcmp(start, "#!", 2) == 0        ? "a script"
                       : memchr(start, '\0', count) == NULL               ? "a text file"
                                                                          : "no ELF file";
    return weir_error_set(err, WEIR_ECONFIG,
                          "%s: expected a shared object and found %s; "
                          "build it with cc -shared -fPIC",
                          path, what);
}

static int refuse_truncated(const char *path,
                            uint64_t wanted,
                            uint64_t found,
                            struct weir_error *err)
{
    return weir_error_set(err, WEIR_EDAMAGED,
                          "%s: truncated: its headers speak of %llu bytes and the file has %llu; "
                          "copy or build it again",
                          path, (unsigned long long)wanted, (unsigned long long)found);
}

static int check_header(const char *path, const ElfW(Ehdr) * header, struct weir_error *err)
{
    const ElfW(Ehdr) *own = &__ehdr_start;
    if (header->e_ident[EI_CLASS] != own->e_ident[EI_CLASS] ||
        header->e_ident[EI_DATA] != own->e_ident[EI_DATA] || header->e_machine != own->e_machine) {
        return weir_error_set(err, WEIR_ECONFIG,
                              "%s: built for %s (%s bit), and this weir runs on %s (%s bit); "
                              "build it for this machine",
                              path, machine_name(header->e_machine),
                              header->e_ident[EI_CLASS] == ELFCLASS64 ? "64" : "32",
                              machine_name(own->e_machine),
                              own->e_ident[EI_CLASS] == ELFCLASS64 ? "64" : "32");
    }
    if (header->e_type != ET_DYN) {
        return weir_error_set(err, WEIR_ECONFIG,
                              "%s: expected a shared object and found %s; link it with cc -shared",
                              path,
                              header->e_type == ET_REL    ? "an object file (.o)"
                              : header->e_type == ET_EXEC ? "a program"
                                                          : "another kind of ELF file");
    }
    return WEIR_OK;
}

/* Every segment and the section table lie inside of the file. */
static int check_extent(
    const char *path, int fd, const ElfW(Ehdr) * header, uint64_t bytes, struct weir_error *err)
{
    uint64_t end = header->e_shoff + (uint64_t)header->e_shnum * header->e_shentsize;
    if (header->e_shoff > bytes || end > bytes) {
        return refuse_truncated(path, end, bytes, err);
    }
    for (unsigned i = 0; i < header->e_phnum; i++) {
        ElfW(Phdr) segment;
        uint64_t at = header->e_phoff + (uint64_t)i * header->e_phentsize;
        if (at > bytes ||
            pread(fd, &segment, sizeof segment, (off_t)at) != (ssize_t)sizeof segment) {
            return refuse_truncated(path, at + sizeof segment, bytes, err);
        }
        bool is_outside = segment.p_offset > bytes || segment.p_filesz > bytes - segment.p_offset;
        if (segment.p_type == PT_LOAD && is_outside) {
            return refuse_truncated(path, segment.p_offset + segment.p_filesz, bytes, err);
        }
    }
    return WEIR_OK;
}

static int check_open_file(const char *path, int fd, struct weir_error *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        return weir_error_set(err, WEIR_ECONFIG, "%s: expected a shared object and found %s", path,
                              S_ISDIR(info.st_mode) ? "a folder" : "no regular file");
    }
    ElfW(Ehdr) header = {0};
    ssize_t count = pread(fd, &header, sizeof header, 0);
    if (count < 0) {
        return weir_error_set(err, WEIR_EIO, "cannot read %s: %s", path, weir_os_reason(errno));
    }
    if (count < SELFMAG || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
        return refuse_kind(path, header.e_ident, count < EI_NIDENT ? (size_t)count : EI_NIDENT,
                           err);
    }
    if (count < (ssize_t)sizeof header) {
        return refuse_truncated(path, sizeof header, (uint64_t)count, err);
    }
    WEIR_TRY(check_header(path, &header, err));
    return check_extent(path, fd, &header, (uint64_t)info.st_size, err);
}

static int check_file(const char *path, struct weir_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        int status = errno == EACCES || errno == EPERM ? WEIR_EPERMISSION : WEIR_ENOINPUT;
        return weir_error_set(err, status, "cannot open %s: %s", path, weir_os_reason(errno));
    }
    int status = check_open_file(path, fd, err);
    (void)close(fd);
    return status;
}

/* What follows `mark` in text, or NULL. */
static const char *behind(const char *text, const char *mark)
{
    const char *at = strstr(text, mark);
    return at == NULL ? NULL : at + strlen(mark);
}

/* Turns the system loader's text into one that says what to do. */
static int explain_failure(const char *path, const char *text, struct weir_error *err)
{
    const char *symbol = behind(text, ": undefined symbol: ");
    if (symbol != NULL) {
        return weir_error_set(
            err, WEIR_ECONFIG,
            "%s: missing symbol \"%.*s\": neither it nor a library that it is linked with "
            "defines it; link it with -Wl,-z,defs and the linker names such symbols",
            path, (int)strcspn(symbol, ","), symbol);
    }
    const char *own = strncmp(text, path, strlen(path)) == 0 ? text + strlen(path) : NULL;
    bool is_absent = strstr(text, ": cannot open shared object file") != NULL;
    if (is_absent && own != NULL) {
        return weir_error_set(err, WEIR_ENOINPUT,
                              "%s: no library of this name is found; "
                              "install it or name its folder in LD_LIBRARY_PATH",
                              path);
    }
    if (is_absent) {
        return weir_error_set(err, WEIR_ECONFIG,
                              "%s: needs the library %.*s, which is not found; "
                              "install it or name its folder in LD_LIBRARY_PATH",
                              path, (int)strcspn(text, ":"), text);
    }
    if (strstr(text, "failed to map segment") != NULL) {
        return weir_error_set(err, WEIR_EPERMISSION,
                              "%s: the system does not let it be run (%s); "
                              "is its file system mounted noexec?",
                              path, text);
    }
    const char *rest = own != NULL && strncmp(own, ": ", 2) == 0 ? own + 2 : text;
    return weir_error_set(err, WEIR_ECONFIG, "%s: the system's loader refuses it: %s", path, rest);
}

/* What a mapped library says of its symbols. */
struct symbols {
    const ElfW(Sym) * table;
    const char *names;
    const uint32_t *hash; /* DT_GNU_HASH: the only place that tells how many there are */
};

static bool find_symbols(void *module, struct symbols *symbols)
{
    struct link_map *map = NULL;
    *symbols = (struct symbols){NULL, NULL, NULL};
    if (dlinfo(module, RTLD_DI_LINKMAP, &map) != 0) {
        return false;
    }
    for (const ElfW(Dyn) *entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
        const void *address = (const void *)entry->d_un.d_ptr;
        if (entry->d_tag == DT_SYMTAB) {
            symbols->table = address;
        } else if (entry->d_tag == DT_STRTAB) {
            symbols->names = address;
        } else if (entry->d_tag == DT_GNU_HASH) {
            symbols->hash = address;
        }
    }
    return symbols->table != NULL && symbols->names != NULL && symbols->hash != NULL;
}

/* Offers all functions: {buckets, first symbol, words, shift}, bloom filter, buckets, chains. */
static void offer_functions(const struct symbols *symbols, struct weir_near *near)
{
    uint32_t bucket_count = symbols->hash[0], first = symbols->hash[1];
    const uint32_t *buckets =
        symbols->hash + 4 + symbols->hash[2] * (sizeof(ElfW(Addr)) / sizeof(uint32_t));
    const uint32_t *chains = buckets + bucket_count;
    for (uint32_t b = 0; b < bucket_count; b++) {
        bool is_last = buckets[b] < first;
        for (uint32_t i = buckets[b]; !is_last; i++) {
            unsigned type = symbols->table[i].st_info & 0xf;
            if (symbols->table[i].st_shndx != SHN_UNDEF &&
                (type == STT_FUNC || type == STT_GNU_IFUNC)) {
                weir_near_offer(near, weir_str_of(symbols->names + symbols->table[i].st_name));
            }
            is_last = (chains[i - first] & 1) != 0;
        }
    }
}

static int explain_symbol(const char *path,
                          void *module,
                          const char *symbol,
                          struct weir_error *err)
{
    if (strcmp(symbol, WEIR_ENTRY_SYMBOL) == 0) {
        return weir_error_set(
            err, WEIR_ECONFIG,
            "%s: a shared object, but it exports no \"%s\", so it is no plugin of this weir; "
            "a plugin ends with WEIR_PLUGIN(...) and exports that symbol alone",
            path, symbol);
    }
    struct symbols symbols;
    struct weir_near near;
    weir_near_begin(&near, weir_str_of(symbol));
    if (find_symbols(module, &symbols)) {
        offer_functions(&symbols, &near);
    }
    weir_str best = weir_near_best(&near);
    return best.count > 0
               ? weir_error_set(err, WEIR_ETEXT, "%s exports no \"%s\": did you mean '%.*s'?", path,
                                symbol, (int)best.count, best.bytes)
               : weir_error_set(err, WEIR_ETEXT,
                                "%s exports no \"%s\": name the library that has it, or export it "
                                "there (nm -D lists what a library exports)",
                                path, symbol);
}

int weir_os_module_open(struct weir_env *env,
                        const char *path,
                        const char *symbol,
                        void **address,
                        struct weir_error *err)
{
    (void)env;
    if (strchr(path, '/') != NULL) { /* a bare name is looked up by the system's loader */
        WEIR_TRY(check_file(path, err));
    }
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (module == NULL) {
        const char *text = dlerror();
        return explain_failure(path, text == NULL ? "no reason given" : text, err);
    }
    void *found = dlsym(module, symbol);
    if (found == NULL) {
        return explain_symbol(path, module, symbol, err);
    }
    *address = found;
    return WEIR_OK;
}
