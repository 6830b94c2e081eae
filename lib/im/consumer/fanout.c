#include "im/consumer/fanout.h"

#include <stdlib.h>
#include <string.h>

#include "base/order.h"
#include "im/consumer/fanout_sql.h"

#define DIRTY_MAX   2048 /* dirty rows read to find the oldest */
#define CONVS_MAX   1000 /* conversations in one list */
#define ENTRIES_MAX 200  /* of a conversation, in one transaction */
#define REFS_MAX    2000 /* entries of a transaction */

int fanout_ready(struct db *db, uint64_t *parts_out, struct error *err)
{
	return fanout_sql_ready(db, parts_out, err);
}

bool fanout_opens(const struct fanout_conv *c)
{
	return !c->has_cursor &&
	       (c->kind == CONV_DIRECT || c->kind == CONV_SELF);
}

bool fanout_turns(const struct fanout_conv *c)
{
	return c->mode != c->was_mode;
}

bool fanout_has_pass(const struct fanout_conv *c)
{
	return c->lo <= c->to || fanout_turns(c);
}

int64_t fanout_replaced_at(const struct fanout_conv *c, size_t at)
{
	const struct entry *e = &c->entries[at];

	if (e->kind != ENTRY_REACTION)
		return 0;
	for (int64_t i = e->conv_index + 1; i <= c->to; i++) {
		const struct entry *next = &c->entries[i - c->lo];

		if (next->kind == ENTRY_REACTION &&
		    next->target_index == e->target_index)
			return i;
	}
	return 0;
}

bool fanout_mentions(const struct fanout_conv *c, size_t at,
    const struct fanout_member *m)
{
	const struct entry *e = &c->entries[at];
	bool named = (e->flags & ENTRY_MENTION_ALL) != 0;

	for (size_t k = 0; k < c->mentions[at].n && !named; k++)
		named = c->mentions[at].ids[k] == m->user_id;
	return named && m->user_id != e->sender_id;
}

bool fanout_wants_mentions(const struct entry *e)
{
	return (e->flags & ENTRY_MENTIONS) != 0;
}

bool fanout_wants_moved(const struct fanout_conv *c, const struct entry *e)
{
	return e->kind == ENTRY_MEMBER && c->mode == CONV_PULL &&
	       !fanout_turns(c);
}

/* ---- the list ---- */

static int by_age(const void *x, const void *y)
{
	const struct fanout_dirty *a = x, *b = y;

	return order_i64(a->since_ms, b->since_ms);
}

static int conv_by_age(const void *x, const void *y)
{
	const struct fanout_conv *a = x, *b = y;

	return order_i64(a->since_ms, b->since_ms);
}

static int conv_by_id(const void *x, const void *y)
{
	const struct fanout_conv *a = x, *b = y;

	return order_i64(a->conv_id, b->conv_id);
}

static bool is_under_way(const struct fanout_conv *c)
{
	return c->hi_index > c->done_index || c->after_user_id;
}

/* How many members get an entry; in mode pull there are few. */
static int64_t chunk_of(const struct fanout_conv *c)
{
	if (c->mode == CONV_PULL && c->was_mode == CONV_PULL)
		return 1;
	return c->member_count < 1              ? 1
	       : c->member_count > FANOUT_CHUNK ? FANOUT_CHUNK
						: c->member_count;
}

static bool is_small(const struct fanout_conv *c)
{
	int64_t users = chunk_of(c);

	return !is_under_way(c) && users <= FANOUT_SMALL_ROWS &&
	       c->last_index - c->done_index <= FANOUT_SMALL_ROWS / users;
}

/* Each class in the order of its age. */
static void classify(struct arena *a, struct fanout_conv *convs, size_t n,
    struct fanout_list *out)
{
	out->small = ARENA_ARRAY(a, n, struct fanout_conv);
	out->large = ARENA_ARRAY(a, n, struct fanout_conv);
	qsort(convs, n, sizeof(*convs), conv_by_age);
	for (size_t i = 0; i < n; i++) {
		if (is_small(&convs[i]))
			out->small[out->n_small++] = convs[i];
		else
			out->large[out->n_large++] = convs[i];
	}
}

int fanout_list(struct db *db, struct arena *a, int64_t part, int64_t after,
    struct fanout_list *out, struct error *err)
{
	struct fanout_dirty *dirty;
	struct fanout_conv *convs;
	size_t n, n_convs;
	int64_t *ids;

	*out = (struct fanout_list){ .part = part };
	if (fanout_sql_dirty(db, a, part, after, DIRTY_MAX, &dirty, &n, err) !=
	    0)
		return -1;
	if (n == DIRTY_MAX)
		out->next_after = dirty[n - 1].conv_id;
	qsort(dirty, n, sizeof(*dirty), by_age);
	if (n > CONVS_MAX)
		n = CONVS_MAX;
	if (n == 0)
		return 0;
	ids = ARENA_ARRAY(a, n, int64_t);
	for (size_t i = 0; i < n; i++)
		ids[i] = dirty[i].conv_id;
	if (fanout_sql_facts(db, a, db_list(a, ids, n), &convs, &n_convs, err) <
	    0)
		return -1;
	/* Facts are in the order of the list, without missing ones. */
	for (size_t i = 0, k = 0; i < n && k < n_convs; i++) {
		if (dirty[i].conv_id != convs[k].conv_id)
			continue;
		convs[k].dirty_head = dirty[i].head;
		convs[k].dirty_turns = dirty[i].turns;
		convs[k++].since_ms = dirty[i].since_ms;
	}
	classify(a, convs, n_convs, out);
	return 0;
}

/* ---- what a transaction takes ---- */

/* The entries of c's next pass, or of the one under way. */
static void choose_range(struct fanout_conv *c, int64_t budget)
{
	int64_t n = budget / chunk_of(c);

	n = n < 1 ? 1 : n > ENTRIES_MAX ? ENTRIES_MAX : n;
	c->lo = c->done_index + 1;
	if (is_under_way(c))
		c->to = c->hi_index;
	else if (c->last_index - c->done_index > n)
		c->to = c->done_index + n;
	else
		c->to = c->last_index;
	if (c->to > c->mode_to)
		c->to = c->mode_to;
	/* The head may have been reached already: only the mark is left. */
	if (c->to < c->done_index)
		c->to = c->done_index;
}

static int64_t n_entries(const struct fanout_conv *c)
{
	return c->to - c->lo + 1;
}

static bool only_turns(const struct fanout_conv *c)
{
	return n_entries(c) == 0 && fanout_turns(c);
}

size_t fanout_choose(struct fanout_conv *convs, size_t n, int64_t rows_max)
{
	int64_t refs = 0;
	size_t i;

	if (rows_max < 1)
		rows_max = 1;
	for (i = 0; i < n && rows_max > 0 && refs < REFS_MAX; i++) {
		choose_range(&convs[i], rows_max);
		refs += n_entries(&convs[i]);
		rows_max -= chunk_of(&convs[i]) *
			    (n_entries(&convs[i]) + fanout_turns(&convs[i]));
	}
	return i;
}

static int load_entries(struct db *db, struct arena *a, struct fanout *f,
    struct error *err)
{
	struct entry_ref *refs;
	struct entry *entries;
	size_t n = 0;

	for (size_t i = 0; i < f->n_convs; i++)
		n += (size_t)n_entries(&f->convs[i]);
	refs = ARENA_ARRAY(a, n, struct entry_ref);
	entries = ARENA_ARRAY(a, n, struct entry);
	n = 0;
	for (size_t i = 0; i < f->n_convs; i++) {
		struct fanout_conv *c = &f->convs[i];

		c->entries = entries + n;
		c->mentions = arena_array(a, (size_t)n_entries(c),
		    sizeof(*c->mentions));
		c->moved = arena_array(a, (size_t)n_entries(c),
		    sizeof(*c->moved));
		for (int64_t at = c->lo; at <= c->to; at++)
			refs[n++] = (struct entry_ref){ c->conv_id, at };
	}
	return entry_load(db, a, refs, n, entries, err);
}

/* The last entries before the turns of those that have no other. */
static int load_anchors(struct db *db, struct arena *a, struct fanout *f,
    struct error *err)
{
	struct entry_ref *refs = ARENA_ARRAY(a, f->n_convs, struct entry_ref);
	struct entry *entries = ARENA_ARRAY(a, f->n_convs, struct entry);
	size_t n = 0;

	for (size_t i = 0; i < f->n_convs; i++)
		if (only_turns(&f->convs[i]))
			refs[n++] = (struct entry_ref){ f->convs[i].conv_id,
				f->convs[i].done_index };
	if (n == 0)
		return 0;
	if (entry_load(db, a, refs, n, entries, err) < 0)
		return -1;
	n = 0;
	for (size_t i = 0; i < f->n_convs; i++)
		if (only_turns(&f->convs[i]))
			f->convs[i].anchor = entries[n++];
	return 0;
}

static int reload(struct db *db, struct arena *a, struct fanout_conv *c,
    struct error *err)
{
	size_t n = (size_t)n_entries(c);
	struct entry_ref *refs = ARENA_ARRAY(a, n, struct entry_ref);

	for (size_t i = 0; i < n; i++)
		refs[i] = (struct entry_ref){ c->conv_id, c->lo + (int64_t)i };
	return entry_load(db, a, refs, n, c->entries, err);
}

int fanout_refresh(struct db *db, struct arena *a, struct fanout *f,
    struct error *err)
{
	int64_t *ids = ARENA_ARRAY(a, f->n_convs, int64_t);
	struct fanout_changed *now;
	size_t n;

	for (size_t i = 0; i < f->n_convs; i++)
		ids[i] = f->convs[i].conv_id;
	if (f->n_convs == 0)
		return 0;
	if (fanout_sql_changed(db, a, db_list(a, ids, f->n_convs), &now, &n,
		err) < 0)
		return -1;
	for (size_t i = 0, k = 0; i < f->n_convs && k < n; i++) {
		struct fanout_conv *c = &f->convs[i];

		if (now[k].conv_id != c->conv_id)
			continue;
		if (now[k++].changed_index != c->changed_index &&
		    c->lo <= c->to && reload(db, a, c, err) < 0)
			return -1;
	}
	return 0;
}

static int64_t find_hole(const struct fanout_conv *c)
{
	for (int64_t k = 0; k < n_entries(c); k++)
		if (!c->entries[k].msg_id)
			return c->lo + k;
	if (only_turns(c) && !c->anchor.msg_id)
		return c->done_index;
	return 0;
}

static void drop_broken(struct arena *a, struct fanout *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->n_convs; i++) {
		struct fanout_conv *c = &f->convs[i];

		c->hole = find_hole(c);
		if (!c->hole) {
			f->convs[kept++] = *c;
			continue;
		}
		if (!f->broken)
			f->broken = ARENA_ARRAY(a, f->n_convs,
			    struct fanout_conv);
		f->broken[f->n_broken++] = *c;
	}
	f->n_convs = kept;
}

int fanout_load(struct db *db, struct arena *a, int64_t part,
    const struct fanout_conv *convs, size_t n, struct fanout *out,
    struct error *err)
{
	*out = (struct fanout){ .part = part,
		.convs = ARENA_ARRAY(a, n, struct fanout_conv),
		.n_convs = n };
	for (size_t i = 0; i < n; i++) {
		out->convs[i] = convs[i];
		if (!i || out->oldest_ms > convs[i].since_ms)
			out->oldest_ms = convs[i].since_ms;
	}
	qsort(out->convs, n, sizeof(*out->convs), conv_by_id);
	if (load_entries(db, a, out, err) < 0 ||
	    load_anchors(db, a, out, err) < 0)
		return -1;
	drop_broken(a, out);
	return 0;
}
