/* SPDX-License-Identifier: Apache-2.0 */
/* One version of a table, read page by page while batches go on: whoever first changes an entry of
 * a page that is not yet read puts what it was aside, on that page's list; text and lists that are
 * dropped meanwhile are held by the slab. */
#include "data/data.h"
#include "state/table/entry.h"

/* What was put aside of one page. */
struct kept {
    uint8_t *bytes; /* kept_bytes each: number, is_live, touched_us, key, struct */
    uint32_t count, capacity;
};

struct kept_head {
    struct weir_key key;
    int64_t touched_us;
    uint32_t number;
    bool is_live;
};

struct weir_state_snapshot {
    struct weir_state_table *table;
    uint32_t used; /* entries of the version */
    uint32_t page, page_count;
    size_t kept_bytes;
    struct kept *kept; /* by page */
    uint64_t *is_kept; /* bitmap of entries */
    struct weir_state_view views[WEIR_STATE_PAGE_KEYS];
};

struct weir_state_snapshot *weir_state_snapshot_begin(struct weir_state_table *table)
{
    struct weir_state_snapshot *snapshot = weir_alloc(sizeof *snapshot);
    WEIR_ASSERT(table->snapshot == NULL && !table->is_open);
    weir_state_table_commit(table);
    weir_state_slab_hold(&table->slab);
    snapshot->table = table;
    snapshot->used = table->used;
    snapshot->page_count = (table->used + WEIR_STATE_PAGE_KEYS - 1) >> WEIR_STATE_PAGE_BITS;
    snapshot->kept_bytes = (sizeof(struct kept_head) + table->layout.def->bytes + 15) & ~(size_t)15;
    snapshot->kept = weir_alloc((snapshot->page_count + 1) * sizeof *snapshot->kept);
    snapshot->is_kept = weir_alloc((table->used / 64 + 1) * sizeof *snapshot->is_kept);
    table->snapshot = snapshot;
    return snapshot;
}

void weir_state_snapshot_keep(struct weir_state_snapshot *snapshot,
                              uint32_t number,
                              const struct weir_state_entry *entry)
{
    uint64_t bit = UINT64_C(1) << (number & 63);
    uint32_t page = number >> WEIR_STATE_PAGE_BITS;
    if (number >= snapshot->used || page < snapshot->page ||
        (snapshot->is_kept[number / 64] & bit) != 0) {
        return;
    }
    struct kept *kept = &snapshot->kept[page];
    snapshot->is_kept[number / 64] |= bit;
    if (kept->count == kept->capacity) {
        kept->capacity = kept->capacity == 0 ? 8 : kept->capacity * 2;
        kept->bytes = weir_realloc(kept->bytes, kept->capacity * snapshot->kept_bytes);
    }
    uint8_t *to = kept->bytes + kept->count++ * snapshot->kept_bytes;
    struct weir_state_view view = weir_state_table_view(snapshot->table, entry);
    struct kept_head head = {view.key, view.touched_us, number, weir_state_entry_is_live(entry)};
    memcpy(to, &head, sizeof head);
    memcpy(to + sizeof head, view.state, snapshot->table->layout.def->bytes);
}

static void view_kept(struct weir_state_snapshot *snapshot, uint32_t page, uint32_t *count)
{
    const struct kept *kept = &snapshot->kept[page];
    for (uint32_t i = 0; i < kept->count; i++) {
        const uint8_t *from = kept->bytes + i * snapshot->kept_bytes;
        struct kept_head head;
        memcpy(&head, from, sizeof head);
        if (head.is_live) {
            snapshot->views[(*count)++] =
                (struct weir_state_view){head.key, head.touched_us, from + sizeof head};
        }
    }
}

bool weir_state_snapshot_next(struct weir_state_snapshot *snapshot,
                              const struct weir_state_view **views,
                              uint32_t *count)
{
    struct weir_state_table *table = snapshot->table;
    uint32_t page = snapshot->page;
    *count = 0;
    *views = snapshot->views;
    if (page > 0) {
        weir_free(snapshot->kept[page - 1].bytes);
        snapshot->kept[page - 1] = (struct kept){0};
    }
    if (page == snapshot->page_count) {
        return false;
    }
    uint32_t number = page << WEIR_STATE_PAGE_BITS;
    for (uint32_t i = 0; i < WEIR_STATE_PAGE_KEYS && number < snapshot->used; i++, number++) {
        struct weir_state_entry *entry = weir_state_table_entry(table, number);
        bool is_kept = (snapshot->is_kept[number / 64] >> (number & 63) & 1) != 0;
        if (!is_kept && weir_state_entry_is_live(entry)) {
            snapshot->views[(*count)++] = weir_state_table_view(table, entry);
        }
    }
    view_kept(snapshot, page, count);
    snapshot->page++;
    return true;
}

void weir_state_snapshot_end(struct weir_state_snapshot *snapshot)
{
    if (snapshot == NULL) {
        return;
    }
    for (uint32_t i = 0; i < snapshot->page_count; i++) {
        weir_free(snapshot->kept[i].bytes);
    }
    weir_state_slab_release(&snapshot->table->slab);
    snapshot->table->snapshot = NULL;
    weir_free(snapshot->kept);
    weir_free(snapshot->is_kept);
    weir_free(snapshot);
}
