#include "im/consumer/fanout.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/ids.h"
#include "base/log.h"
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

bool fanout_wants_mentions(const struct entry *e)
{
	return (e->flags & ENTRY_MENTIONS) != 0;
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

static bool has_pass(const struct fanout_conv *c)
{
	return c->hi_index > c->done_index;
}

static int64_t chunk_of(const struct fanout_conv *c)
{
	return c->member_count < 1              ? 1
	       : c->member_count > FANOUT_CHUNK ? FANOUT_CHUNK
						: c->member_count;
}

static bool is_small(const struct fanout_conv *c)
{
	int64_t users = c->member_count < 1 ? 1 : c->member_count;

	return !has_pass(c) && users <= FANOUT_SMALL_ROWS &&
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
	if (has_pass(c))
		c->to = c->hi_index;
	else if (c->last_index - c->done_index > n)
		c->to = c->done_index + n;
	else
		c->to = c->last_index;
	/* The head may have been reached already: only the mark is left. */
	if (c->to < c->done_index)
		c->to = c->done_index;
}

static int64_t n_entries(const struct fanout_conv *c)
{
	return c->to - c->lo + 1;
}

static size_t choose(struct fanout_conv *convs, size_t n, int64_t budget)
{
	int64_t refs = 0;
	size_t i;

	for (i = 0; i < n && budget > 0 && refs < REFS_MAX; i++) {
		choose_range(&convs[i], budget);
		refs += n_entries(&convs[i]);
		budget -= chunk_of(&convs[i]) * n_entries(&convs[i]);
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
		for (int64_t at = c->lo; at <= c->to; at++)
			refs[n++] = (struct entry_ref){ c->conv_id, at };
	}
	return entry_load(db, a, refs, n, entries, err);
}

/* Skips conversations with a hole in their log, and logs them. */
static void drop_broken(struct fanout *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->n_convs; i++) {
		struct fanout_conv *c = &f->convs[i];
		int64_t k;

		for (k = 0; k < n_entries(c) && c->entries[k].msg_id; k++)
			;
		if (k == n_entries(c))
			f->convs[kept++] = *c;
		else
			log_error("fanout_hole",
			    "conv_id=%" PRId64 " conv_index=%" PRId64,
			    c->conv_id, c->lo + k);
	}
	f->n_broken = f->n_convs - kept;
	f->n_convs = kept;
}

/* ---- members ---- */

static int member_order(const void *x, const void *y)
{
	const struct fanout_member *a = x, *b = y;

	if (a->conv_id != b->conv_id)
		return order_i64(a->conv_id, b->conv_id);
	return order_pair(a->user_id, b->user_id, a->joined_index,
	    b->joined_index);
}

/*
 * Cuts the sorted members of c after FANOUT_CHUNK users, or after `bound`, and
 * sets the next position of the cursor.
 */
static void cut(struct fanout_conv *c, int64_t bound)
{
	size_t users = 0, i;

	for (i = 0; i < c->n_members; i++) {
		const struct fanout_member *m = &c->members[i];

		if (i && m[-1].user_id == m->user_id)
			continue;
		if (m->user_id > bound)
			break;
		if (++users > FANOUT_CHUNK) {
			bound = m[-1].user_id;
			break;
		}
	}
	c->n_members = i;
	c->next_hi = c->to;
	c->next_done = bound == INT64_MAX ? c->to : c->done_index;
	c->next_after = bound == INT64_MAX ? 0 : bound;
}

/*
 * Reads one more than a chunk of either kind: if there are that many, there may
 * be more, and the last user may be incomplete (several past intervals).
 */
static int load_chunk(struct db *db, struct arena *a, struct fanout_conv *c,
    struct error *err)
{
	int64_t bound = INT64_MAX, last[2] = { 0 };
	size_t n[2] = { 0 };

	if (fanout_sql_chunk(db, a, c, FANOUT_CHUNK + 1, &c->members,
		&c->n_members, err) < 0)
		return -1;
	for (size_t i = 0; i < c->n_members; i++) {
		int past = c->members[i].role == 0;

		n[past]++;
		if (c->members[i].user_id > last[past])
			last[past] = c->members[i].user_id;
	}
	if (n[0] > FANOUT_CHUNK)
		bound = last[0];
	if (n[1] > FANOUT_CHUNK && last[1] - 1 < bound)
		bound = last[1] - 1;
	qsort(c->members, c->n_members, sizeof(*c->members), member_order);
	cut(c, bound);
	return 0;
}

static bool by_chunks(const struct fanout_conv *c)
{
	return c->lo <= c->to &&
	       (has_pass(c) || c->member_count > FANOUT_CHUNK);
}

static int load_whole(struct db *db, struct arena *a, struct fanout *f,
    struct error *err)
{
	struct fanout_member *rows;
	size_t n = 0, at = 0;
	struct buf list;
	int rc;

	buf_init(&list);
	for (size_t i = 0; i < f->n_convs; i++) {
		const struct fanout_conv *c = &f->convs[i];

		if (!by_chunks(c) && c->lo <= c->to)
			buf_printf(&list,
			    "%s[%" PRId64 ",%" PRId64 ",%" PRId64 "]",
			    list.len ? "," : "[", c->conv_id, c->lo, c->to);
	}
	rc = 0;
	if (list.len) {
		buf_char(&list, ']');
		rc = fanout_sql_members(db, a, buf_view(&list), &rows, &n, err);
	}
	buf_release(&list);
	if (rc != 0)
		return -1;
	if (n)
		qsort(rows, n, sizeof(*rows), member_order);
	for (size_t i = 0; i < f->n_convs; i++) {
		struct fanout_conv *c = &f->convs[i];

		if (by_chunks(c))
			continue;
		c->members = n ? rows + at : NULL;
		while (at < n && rows[at].conv_id == c->conv_id) {
			at++;
			c->n_members++;
		}
		cut(c, INT64_MAX);
	}
	return 0;
}

static int load_members(struct db *db, struct arena *a, struct fanout *f,
    struct error *err)
{
	for (size_t i = 0; i < f->n_convs; i++)
		if (by_chunks(&f->convs[i]) &&
		    load_chunk(db, a, &f->convs[i], err) < 0)
			return -1;
	return load_whole(db, a, f, err);
}

static void gather_users(struct arena *a, struct fanout *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_convs; i++)
		n += f->convs[i].n_members + 1;
	f->users = ARENA_ARRAY(a, n, int64_t);
	n = 0;
	for (size_t i = 0; i < f->n_convs; i++) {
		const struct fanout_conv *c = &f->convs[i];

		for (size_t k = 0; k < c->n_members; k++)
			f->users[n++] = c->members[k].user_id;
		if (fanout_opens(c))
			f->users[n++] = c->created_by;
	}
	f->n_users = ids_sort_distinct(f->users, n);
	for (size_t i = 0; i < f->n_convs; i++) {
		struct fanout_conv *c = &f->convs[i];

		for (size_t k = 0; k < c->n_members; k++)
			c->members[k].place = ids_find(f->users, f->n_users,
			    c->members[k].user_id);
		if (fanout_opens(c))
			c->creator_place = ids_find(f->users, f->n_users,
			    c->created_by);
	}
}

int fanout_take(struct db *db, struct arena *a, int64_t part,
    struct fanout_conv **convs, size_t *n, int64_t rows_max, struct fanout *out,
    struct error *err)
{
	size_t taken = choose(*convs, *n, rows_max);

	*out = (struct fanout){ .part = part,
		.convs = *convs,
		.n_convs = taken };
	for (size_t i = 0; i < taken; i++)
		if (!i || out->oldest_ms > (*convs)[i].since_ms)
			out->oldest_ms = (*convs)[i].since_ms;
	*convs += taken;
	*n -= taken;
	qsort(out->convs, taken, sizeof(*out->convs), conv_by_id);
	if (load_entries(db, a, out, err) < 0)
		return -1;
	drop_broken(out);
	if (load_members(db, a, out, err) < 0)
		return -1;
	gather_users(a, out);
	return 0;
}
