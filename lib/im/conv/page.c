#include "im/conv/page.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "im/site/generation.h"

#define BLOCK_BYTES_MAX (256 * 1024) /* larger ones are not cached */

/* ---- a block as bytes ---- */

#define N_INTS 16

static void ints_of(struct entry *e, int64_t *ints[N_INTS])
{
	int64_t *const list[N_INTS] = { &e->conv_id, &e->conv_index, &e->msg_id,
		&e->sender_id, &e->kind, &e->type, &e->flags, &e->state,
		&e->ordinal, &e->own_ordinal, &e->sent_ms, &e->target_index,
		&e->reply_index, &e->edited_ms, &e->recalled_by, &e->version };

	memcpy(ints, list, sizeof(list));
}

/* The length plus one; 0 means NULL. */
static void pack_text(struct buf *b, struct str s)
{
	buf_u32(b, s.p ? (uint32_t)s.len + 1 : 0);
	buf_str(b, s);
}

static void pack(struct buf *b, struct entry *e)
{
	int64_t *ints[N_INTS];

	ints_of(e, ints);
	for (size_t i = 0; i < N_INTS; i++)
		buf_u64(b, (uint64_t)*ints[i]);
	pack_text(b, e->client_msg_id);
	pack_text(b, e->body);
}

static bool unpack_text(struct str *from, struct str *out)
{
	size_t len;

	if (from->len < 4)
		return false;
	len = get_u32(from->p);
	*from = (struct str){ from->p + 4, from->len - 4 };
	*out = STR_NONE;
	if (len == 0)
		return true;
	if (from->len < --len)
		return false;
	*out = (struct str){ from->p, len };
	*from = (struct str){ from->p + len, from->len - len };
	return true;
}

static bool unpack(struct str *from, struct entry *e)
{
	int64_t *ints[N_INTS];

	if (from->len < N_INTS * 8)
		return false;
	ints_of(e, ints);
	for (size_t i = 0; i < N_INTS; i++)
		*ints[i] = (int64_t)get_u64(from->p + 8 * i);
	*from = (struct str){ from->p + N_INTS * 8, from->len - N_INTS * 8 };
	return unpack_text(from, &e->client_msg_id) &&
	       unpack_text(from, &e->body);
}

/* ---- blocks ---- */

struct block {
	int64_t lo, hi;        /* the indexes that it has */
	bool is_full;          /* the log continues after it */
	struct entry *entries; /* hi - lo + 1; NULL: not found in the cache */
	struct cache_item item;
};

static struct block block_at(struct arena *a, const struct reader *r, int64_t n)
{
	struct block b = {
		.lo = n * PAGE_BLOCK,
		.hi = (n + 1) * PAGE_BLOCK - 1,
	};

	if (n == 0)
		b.lo = 1;
	b.is_full = b.hi <= r->last_index;
	if (b.is_full)
		b.item.key = arena_printf(a, "h:%" PRId64 ":%" PRId64,
		    r->conv_id, n);
	return b;
}

static struct entry *unpack_block(struct arena *a, const struct reader *r,
    const struct block *b)
{
	struct entry *list = ARENA_ARRAY(a, PAGE_BLOCK, struct entry);
	struct str rest = b->item.value;

	if (!rest.p || b->item.seq < r->changed_index)
		return NULL;
	for (int64_t at = b->lo; at <= b->hi; at++) {
		struct entry *e = &list[at - b->lo];

		if (!unpack(&rest, e) || e->conv_id != r->conv_id ||
		    e->conv_index != at)
			return NULL;
	}
	return rest.len == 0 ? list : NULL;
}

static void ask_cache(struct cache *cache, struct arena *a,
    const struct reader *r, struct block *blocks, size_t n)
{
	struct cache_item *items = ARENA_ARRAY(a, n, struct cache_item);
	size_t full = 0;

	while (full < n && blocks[full].is_full) {
		items[full] = blocks[full].item;
		full++;
	}
	if (full == 0 || cache_get(cache, a, items, full) <= 0)
		return;
	for (size_t i = 0; i < full; i++) {
		blocks[i].item = items[i];
		blocks[i].entries = unpack_block(a, r, &blocks[i]);
	}
}

static void keep(struct cache *cache, const struct reader *r, struct block *b)
{
	struct buf packed;

	buf_init(&packed);
	for (int64_t at = b->lo; at <= b->hi; at++)
		pack(&packed, &b->entries[at - b->lo]);
	if (packed.len <= BLOCK_BYTES_MAX)
		cache_put(cache, b->item.key, r->last_index, buf_view(&packed),
		    0);
	buf_release(&packed);
}

/* ---- reading ---- */

/* One query for all missing blocks, including what lies between them.  1: the
 * log has a hole there. */
static int load_missing(struct db *db, struct cache *cache, struct arena *a,
    const struct reader *r, struct block *blocks, size_t n, int64_t hi,
    struct error *err)
{
	struct entry *rows;
	size_t first = 0, last = n, n_rows;
	int64_t from, to;

	while (first < n && blocks[first].entries)
		first++;
	if (first == n)
		return 0;
	while (blocks[last - 1].entries)
		last--;
	from = blocks[first].lo;
	to = blocks[last - 1].is_full ? blocks[last - 1].hi : hi;
	if (entry_range(db, a, r->conv_id, from, to, &rows, &n_rows, err) < 0)
		return -1;
	if ((int64_t)n_rows != to - from + 1)
		return 1;
	for (size_t i = first; i < last; i++) {
		bool was_there = blocks[i].entries != NULL;

		blocks[i].entries = rows + (blocks[i].lo - from);
		if (cache && blocks[i].is_full && !was_there)
			keep(cache, r, &blocks[i]);
	}
	return 0;
}

int page_read(struct db *db, struct cache *cache, struct arena *a,
    const struct reader *r, int64_t lo, int64_t hi, struct entry **out,
    size_t *n_out, struct error *err)
{
	struct block *blocks;
	int64_t first = lo / PAGE_BLOCK;
	size_t n;
	int rc;

	*out = NULL;
	*n_out = 0;
	if (lo > hi)
		return 0;
	n = (size_t)(hi / PAGE_BLOCK - first + 1);
	blocks = ARENA_ARRAY(a, n, struct block);
	for (size_t i = 0; i < n; i++)
		blocks[i] = block_at(a, r, first + (int64_t)i);
	cache = generation_follow(db, cache);
	if (cache)
		ask_cache(cache, a, r, blocks, n);
	rc = load_missing(db, cache, a, r, blocks, n, hi, err);
	if (rc > 0)
		return entry_range(db, a, r->conv_id, lo, hi, out, n_out, err);
	if (rc < 0)
		return -1;
	*out = ARENA_ARRAY(a, hi - lo + 1, struct entry);
	for (size_t i = 0; i < n; i++) {
		const struct block *b = &blocks[i];

		for (int64_t at = b->lo; at <= b->hi; at++)
			if (lo <= at && at <= hi)
				(*out)[(*n_out)++] = b->entries[at - b->lo];
	}
	return 0;
}
