#include "im/conv/entry.h"

#include <inttypes.h>

#include "base/buf.h"
#include "im/conv/entry_sql.h"

static const char *const kind_names[ENTRY_KIND_MAX] = {
	[ENTRY_MESSAGE] = "message",
	[ENTRY_RECALL] = "recall",
	[ENTRY_EDIT] = "edit",
	[ENTRY_REACTION] = "reaction",
	[ENTRY_PIN] = "pin",
	[ENTRY_UNPIN] = "unpin",
	[ENTRY_MEMBER] = "member",
	[ENTRY_SETTINGS] = "settings",
};

const struct entry_flag entry_flags[] = {
	{ "silent", ENTRY_SILENT },
	{ "no_unread", ENTRY_NO_UNREAD },
	{ "no_bump", ENTRY_NO_BUMP },
	{ .name = NULL },
};

const char *entry_kind_name(int64_t kind)
{
	BUG_ON(kind <= 0 || kind >= ENTRY_KIND_MAX);
	return kind_names[kind];
}

bool entry_is_countable(const struct entry *e)
{
	return e->kind == ENTRY_MESSAGE && (e->flags & ENTRY_NO_UNREAD) == 0;
}

bool entry_bumps(const struct entry *e)
{
	return e->kind == ENTRY_MESSAGE && (e->flags & ENTRY_NO_BUMP) == 0;
}

/* ---- cache: a fixed head, then the client id, then the body ---- */

#define PACKED_HEAD (10 * 8 + 2)

static struct str cache_key(struct arena *a, int64_t conv_id,
    int64_t conv_index)
{
	return arena_printf(a, "e:%" PRId64 ":%" PRId64, conv_id, conv_index);
}

static void pack(struct buf *b, const struct entry *e)
{
	buf_u64(b, (uint64_t)e->conv_id);
	buf_u64(b, (uint64_t)e->conv_index);
	buf_u64(b, (uint64_t)e->msg_id);
	buf_u64(b, (uint64_t)e->sender_id);
	buf_u64(b, (uint64_t)e->kind);
	buf_u64(b, (uint64_t)e->type);
	buf_u64(b, (uint64_t)e->flags);
	buf_u64(b, (uint64_t)e->ordinal);
	buf_u64(b, (uint64_t)e->sent_ms);
	buf_u64(b, (uint64_t)e->target_index);
	/* The length of the client id, one more than it is; 0: none. */
	buf_u16(b,
	    !e->client_msg_id.p ? 0 : (uint16_t)(e->client_msg_id.len + 1));
	buf_str(b, e->client_msg_id);
	buf_str(b, e->body);
}

static bool unpack(struct str v, int64_t seq, struct entry *e)
{
	const char *p = v.p;
	size_t client_len;
	int64_t *const members[] = {
		&e->conv_id,
		&e->conv_index,
		&e->msg_id,
		&e->sender_id,
		&e->kind,
		&e->type,
		&e->flags,
		&e->ordinal,
		&e->sent_ms,
		&e->target_index,
	};
	size_t i;

	if (v.len < PACKED_HEAD)
		return false;
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++, p += 8)
		*members[i] = (int64_t)get_u64(p);
	client_len = get_u16(p);
	p += 2;
	if (client_len > 0) {
		client_len--;
		if (v.len - PACKED_HEAD < client_len)
			return false;
		e->client_msg_id = (struct str){ p, client_len };
	}
	p += client_len;
	e->body = (struct str){ p, v.len - (size_t)(p - v.p) };
	e->version = seq;
	return true;
}

void entry_cache(struct cache *cache, struct arena *a, const struct entry *e)
{
	struct buf b;

	if (!cache)
		return;
	buf_init(&b);
	pack(&b, e);
	cache_put(cache, cache_key(a, e->conv_id, e->conv_index), e->version,
	    buf_view(&b), 0);
	buf_release(&b);
}

static void load_cached(struct cache *cache, struct arena *a,
    const struct entry_ref *refs, size_t n, struct entry *out)
{
	struct cache_item *items = ARENA_ARRAY(a, n, struct cache_item);
	size_t i;

	for (i = 0; i < n; i++)
		items[i].key = cache_key(a, refs[i].conv_id,
		    refs[i].conv_index);
	if (cache_get(cache, a, items, n) <= 0)
		return;
	for (i = 0; i < n; i++)
		if (items[i].value.p &&
		    (!unpack(items[i].value, items[i].seq, &out[i]) ||
			out[i].conv_id != refs[i].conv_id ||
			out[i].conv_index != refs[i].conv_index))
			out[i] = (struct entry){ .msg_id = 0 };
}

/* ---- reading ---- */

static void put_rows(const struct entry_ref *refs, size_t n,
    const struct entry *rows, size_t n_rows, struct entry *out)
{
	size_t i, row = 0;

	/* Rows come in the order of the places that were asked for, with
	 * holes where nothing is. */
	for (i = 0; i < n && row < n_rows; i++) {
		if (out[i].msg_id != 0)
			continue;
		if (rows[row].conv_id == refs[i].conv_id &&
		    rows[row].conv_index == refs[i].conv_index)
			out[i] = rows[row++];
	}
}

static int load_missing(struct db *db, struct cache *cache, struct arena *a,
    const struct entry_ref *refs, size_t n, struct entry *out,
    struct error *err)
{
	int64_t(*pairs)[2] = arena_array(a, n, sizeof(*pairs));
	struct entry *rows;
	size_t n_pairs = 0, n_rows, i;

	for (i = 0; i < n; i++) {
		if (out[i].msg_id != 0)
			continue;
		pairs[n_pairs][0] = refs[i].conv_id;
		pairs[n_pairs++][1] = refs[i].conv_index;
	}
	if (n_pairs == 0)
		return 0;
	if (entry_sql_at(db, a, db_pairs(a, pairs, n_pairs), &rows, &n_rows,
		err) < 0)
		return -1;
	for (i = 0; i < n_rows; i++)
		entry_cache(cache, a, &rows[i]);
	put_rows(refs, n, rows, n_rows, out);
	return 0;
}

int entry_load(struct db *db, struct cache *cache, struct arena *a,
    const struct entry_ref *refs, size_t n, struct entry *out,
    struct error *err)
{
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = (struct entry){ .msg_id = 0 };
	if (cache && n > 0)
		load_cached(cache, a, refs, n, out);
	return load_missing(db, cache, a, refs, n, out, err);
}

int entry_range(struct db *db, struct cache *cache, struct arena *a,
    int64_t conv_id, int64_t lo, int64_t hi, struct entry **out, size_t *n_out,
    struct error *err)
{
	struct entry_ref *refs;
	struct entry *list;
	size_t n, i, kept = 0;

	*n_out = 0;
	*out = NULL;
	if (lo > hi)
		return 0;
	if (!cache)
		return entry_sql_range(db, a, conv_id, lo, hi, out, n_out, err);
	n = (size_t)(hi - lo + 1);
	refs = ARENA_ARRAY(a, n, struct entry_ref);
	list = ARENA_ARRAY(a, n, struct entry);
	for (i = 0; i < n; i++)
		refs[i] = (struct entry_ref){ conv_id, lo + (int64_t)i };
	if (entry_load(db, cache, a, refs, n, list, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (list[i].msg_id != 0)
			list[kept++] = list[i];
	*out = list;
	*n_out = kept;
	return 0;
}

int entry_by_msg(struct db *db, struct arena *a, int64_t msg_id,
    struct entry *out, struct error *err)
{
	return entry_sql_by_msg(db, a, msg_id, out, err);
}
