#include "im/conv/page.h"

#include <inttypes.h>

#include "base/buf.h"
#include "im/conv/page_kept.h"
#include "im/site/generation.h"

#define BLOCK_BYTES_MAX (256 * 1024) /* larger ones are not cached */

/* ---- a block as bytes ---- */

/* The length plus one; 0 means NULL. */
static void pack_text(struct buf *b, struct str s)
{
	buf_u32(b, s.p ? (uint32_t)s.len + 1 : 0);
	buf_str(b, s);
}

static void pack(struct buf *b, struct entry *e)
{
	for (size_t i = 0; i < ENTRY_INTS; i++)
		buf_u64(b, (uint64_t)*entry_int(e, i));
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
	if (from->len < ENTRY_INTS * 8)
		return false;
	for (size_t i = 0; i < ENTRY_INTS; i++)
		*entry_int(e, i) = (int64_t)get_u64(from->p + 8 * i);
	*from = (struct str){ from->p + ENTRY_INTS * 8,
		from->len - ENTRY_INTS * 8 };
	return unpack_text(from, &e->client_msg_id) &&
	       unpack_text(from, &e->body);
}

/* ---- blocks ---- */

struct block {
	int64_t number;
	int64_t lo, hi;        /* the indexes that it has */
	bool is_full;          /* no more will come into it */
	struct entry *entries; /* hi - lo + 1; NULL: not found yet */
};

static struct block block_at(const struct reader *r, int64_t n)
{
	int64_t end = (n + 1) * PAGE_BLOCK - 1;

	return (struct block){
		.number = n,
		.lo = n > 0 ? n * PAGE_BLOCK : 1,
		.hi = end < r->last_index ? end : r->last_index,
		.is_full = end <= r->last_index,
	};
}

static struct str key_of(struct arena *a, int64_t conv_id, int64_t number)
{
	return arena_printf(a, "h:%" PRId64 ":%" PRId64, conv_id, number);
}

/* Whoever has packed it may have known more of the log. */
static struct entry *unpack_block(struct arena *a, const struct reader *r,
    const struct block *b, struct str rest)
{
	struct entry *list = ARENA_ARRAY(a, PAGE_BLOCK, struct entry);

	for (int64_t at = b->lo; at <= b->hi; at++) {
		struct entry *e = &list[at - b->lo];

		if (!unpack(&rest, e) || e->conv_id != r->conv_id ||
		    e->conv_index != at)
			return NULL;
	}
	return list;
}

static void ask_process(struct arena *a, const struct reader *r,
    struct block *blocks, size_t n)
{
	struct str packed;

	for (struct block *b = blocks; b < blocks + n; b++) {
		int64_t seq = b->hi > r->changed_index ? b->hi
						       : r->changed_index;

		if (page_kept_get(a, r->conv_id, b->number, seq, &packed))
			b->entries = unpack_block(a, r, b, packed);
	}
}

/* In memcached are only full blocks: one that grows would be replaced with each
 * entry. */
static bool is_shared(const struct block *b)
{
	return b->is_full && !b->entries;
}

static void take(struct arena *a, const struct reader *r, struct block *b,
    const struct cache_item *item)
{
	if (!item->value.p || item->seq < r->changed_index)
		return;
	b->entries = unpack_block(a, r, b, item->value);
	if (b->entries)
		page_kept_put(r->conv_id, b->number, item->seq, item->value);
}

static void ask_memcached(struct cache *cache, struct arena *a,
    const struct reader *r, struct block *blocks, size_t n)
{
	struct cache_item *items = ARENA_ARRAY(a, n, struct cache_item);
	size_t n_items = 0;

	for (size_t i = 0; i < n; i++)
		if (is_shared(&blocks[i]))
			items[n_items++] = (struct cache_item){
				.key = key_of(a, r->conv_id, blocks[i].number),
			};
	if (n_items == 0 || cache_get(cache, a, items, n_items) <= 0)
		return;
	for (size_t i = 0; i < n; i++)
		if (is_shared(&blocks[i]))
			take(a, r, &blocks[i], items++);
}

static void keep(struct cache *cache, struct arena *a, const struct reader *r,
    const struct block *b)
{
	struct buf packed;

	buf_init(&packed);
	for (int64_t at = b->lo; at <= b->hi; at++)
		pack(&packed, &b->entries[at - b->lo]);
	page_kept_put(r->conv_id, b->number, r->last_index, buf_view(&packed));
	if (cache && b->is_full && packed.len <= BLOCK_BYTES_MAX)
		cache_put(cache, key_of(a, r->conv_id, b->number),
		    r->last_index, buf_view(&packed), 0);
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
		bool is_new = !blocks[i].entries && blocks[i].hi <= to;

		blocks[i].entries = rows + (blocks[i].lo - from);
		if (is_new)
			keep(cache, a, r, &blocks[i]);
	}
	return 0;
}

/* When a message begins to burn, no block is told. */
static int load_burning(struct db *db, struct arena *a, struct entry *entries,
    size_t n, struct error *err)
{
	struct entry_ref *refs = NULL;
	struct entry *now;
	size_t n_refs = 0;

	for (size_t i = 0; i < n; i++) {
		if (!entries[i].burn_s)
			continue;
		if (!refs)
			refs = ARENA_ARRAY(a, n - i, struct entry_ref);
		refs[n_refs++] = (struct entry_ref){ entries[i].conv_id,
			entries[i].conv_index };
	}
	if (n_refs == 0)
		return 0;
	now = ARENA_ARRAY(a, n_refs, struct entry);
	if (entry_load(db, a, refs, n_refs, now, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (entries[i].burn_s)
			entries[i] = *now++;
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
		blocks[i] = block_at(r, first + (int64_t)i);
	ask_process(a, r, blocks, n);
	cache = generation_follow(db, cache);
	if (cache)
		ask_memcached(cache, a, r, blocks, n);
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
	return load_burning(db, a, *out, *n_out, err);
}

void page_forget(struct cache *cache, struct arena *a, int64_t conv_id,
    int64_t conv_index)
{
	cache_delete(cache, key_of(a, conv_id, conv_index / PAGE_BLOCK));
}
