/* SPDX-License-Identifier: Apache-2.0 */
/* Reading notes: nothing of the file is run, so any file may be looked at. */
#include "inspect/note.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 256 * 1024, FILE_BYTES_MAX = 1 << 30 };

static int read_all(FILE *file, const char *path, struct weir_text *bytes, struct weir_error *err)
{
    size_t count;
    do {
        char *at = weir_text_reserve(bytes, READ_BYTES);
        count = fread(at, 1, READ_BYTES, file);
        bytes->count += count;
        if (bytes->count > FILE_BYTES_MAX) {
            return weir_error_set(err, WEIR_ELIMIT, "%s: longer than 1 GiB: no plugin is", path);
        }
    } while (count > 0);
    return ferror(file) == 0
               ? WEIR_OK
               : weir_error_set(err, WEIR_EIO, "%s: cannot be read: %s", path, strerror(errno));
}

/* Without waiting for whoever may write into a fifo. */
static FILE *open_now(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "rb");
    if (file == NULL && fd >= 0) {
        (void)close(fd);
    }
    return file;
}

int weir_note_of_file(const char *path, struct weir_note *note, struct weir_error *err)
{
    struct weir_text bytes;
    FILE *file = open_now(path);
    if (file == NULL) {
        return weir_error_set(err, errno == EACCES ? WEIR_EPERMISSION : WEIR_ENOINPUT, "%s: %s",
                              path, errno == ENOENT ? "there is no such file" : strerror(errno));
    }
    weir_text_init(&bytes);
    int status = read_all(file, path, &bytes, err);
    (void)fclose(file);
    if (status == WEIR_OK) {
        weir_bytes whole = {(const uint8_t *)weir_text_str(&bytes).bytes, bytes.count};
        status = weir_note_read(whole, note, err);
        if (status != WEIR_OK) {
            (void)weir_error_prefix(err, "%s", path);
        }
    }
    weir_text_finish(&bytes);
    return status;
}

static bool is_spoken(const struct weir_note *note)
{
    return note->epoch == WEIR_EPOCH && note->needs_minor <= WEIR_MINOR;
}

void weir_note_put(const struct weir_note *note, struct weir_text *to)
{
    weir_text_printf(to,
                     "  id        %s\n  version   %s\n  SDK       %u.%u, needs %u.%u; this weir "
                     "speaks %d.%d: %s\n",
                     note->id, note->version, (unsigned)note->epoch, (unsigned)note->minor,
                     (unsigned)note->epoch, (unsigned)note->needs_minor, WEIR_EPOCH, WEIR_MINOR,
                     is_spoken(note) ? "can be loaded" : "cannot be loaded");
}

void weir_note_put_json(const struct weir_note *note, struct weir_text *to)
{
    weir_text_put(to, "\"id\":");
    weir_json_string(to, weir_str_of(note->id));
    weir_text_put(to, ",\"version\":");
    weir_json_string(to, weir_str_of(note->version));
    weir_text_printf(to, ",\"epoch\":%u,\"minor\":%u,\"needs_minor\":%u,\"can_be_loaded\":%s",
                     (unsigned)note->epoch, (unsigned)note->minor, (unsigned)note->needs_minor,
                     is_spoken(note) ? "true" : "false");
}
