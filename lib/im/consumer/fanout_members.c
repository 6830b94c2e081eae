#include "im/consumer/fanout_members.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/ids.h"
#include "base/order.h"
#include "im/consumer/fanout_sql.h"

/* If not, it serves only those whom its entries add, remove or mention. */
static bool serves_all(const struct fanout_conv *c)
{
	bool all = c->mode == CONV_PUSH || fanout_turns(c);

	for (int64_t at = c->lo; at <= c->to && !all; at++)
		all = (c->entries[at - c->lo].flags & ENTRY_MENTION_ALL) != 0;
	return all;
}

static bool is_in_hand(const struct fanout_conv *c, int64_t conv_index)
{
	return conv_index >= c->lo && conv_index <= c->to;
}

static bool has_edge(const struct fanout_conv *c, const struct fanout_member *m)
{
	return is_in_hand(c, m->joined_index) || is_in_hand(c, m->left_index);
}

/* An interval without an edge among the entries covers all of them, so either
 * all intervals of a user that meet them are kept, or none. */
static void keep_concerned(struct fanout_conv *c)
{
	size_t kept = 0;

	if (serves_all(c))
		return;
	for (size_t i = 0; i < c->n_members; i++) {
		bool concerned = has_edge(c, &c->members[i]);

		for (int64_t at = c->lo; at <= c->to && !concerned; at++)
			concerned = fanout_mentions(c, (size_t)(at - c->lo),
			    &c->members[i]);
		if (concerned)
			c->members[kept++] = c->members[i];
	}
	c->n_members = kept;
}

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
	/* A turn without entries is ahead of the log until one comes. */
	if (c->lo > c->to)
		c->next_mode = fanout_turns(c) ? c->mode : c->cursor_mode;
	else
		c->next_mode = bound == INT64_MAX ? 0 : c->cursor_mode;
}

static size_t count_named(const struct fanout_conv *c, size_t at)
{
	return c->mentions[at].n + c->moved[at].n;
}

/*
 * A pass that has not begun ends before the entry with which it would serve
 * more than a chunk: the next chunk would have to read all of them again.
 */
static void shorten(struct fanout_conv *c)
{
	size_t n = 0;

	if (c->hi_index > c->done_index || c->after_user_id)
		return;
	for (int64_t at = c->lo; at <= c->to; at++) {
		n += count_named(c, (size_t)(at - c->lo));
		if (n > FANOUT_CHUNK && at > c->lo)
			c->to = at - 1;
	}
}

/* Whom the entries name, above after_user_id, ascending: a chunk; *bound_out is
 * the last of them if there are more. */
static size_t gather_named(struct arena *a, const struct fanout_conv *c,
    int64_t **ids_out, int64_t *bound_out)
{
	size_t n = 0;
	int64_t *ids;

	for (int64_t at = c->lo; at <= c->to; at++)
		n += count_named(c, (size_t)(at - c->lo));
	*ids_out = ids = ARENA_ARRAY(a, n, int64_t);
	n = 0;
	for (int64_t at = 0; at <= c->to - c->lo; at++) {
		for (size_t k = 0; k < c->mentions[at].n; k++)
			if (c->mentions[at].ids[k] > c->after_user_id)
				ids[n++] = c->mentions[at].ids[k];
		for (size_t k = 0; k < c->moved[at].n; k++)
			if (c->moved[at].ids[k] > c->after_user_id)
				ids[n++] = c->moved[at].ids[k];
	}
	n = ids_sort_distinct(ids, n);
	*bound_out = n > FANOUT_CHUNK ? ids[FANOUT_CHUNK - 1] : INT64_MAX;
	return n > FANOUT_CHUNK ? FANOUT_CHUNK : n;
}

static int load_named(struct db *db, struct arena *a, struct fanout_conv *c,
    int64_t *bound_out, struct error *err)
{
	int64_t *ids;
	size_t n;

	shorten(c);
	n = gather_named(a, c, &ids, bound_out);
	if (n == 0)
		return 0;
	return fanout_sql_named(db, a, c, db_list(a, ids, n), &c->members,
	    &c->n_members, err);
}

/* With the entry that dissolves it all members go, without being named. */
static bool is_end(const struct fanout_conv *c)
{
	return c->dissolved_index && is_in_hand(c, c->dissolved_index);
}

/*
 * Reads one more than a chunk of either kind: if there are that many, there may
 * be more, and the last user may be incomplete (several past intervals).
 */
static int load_range(struct db *db, struct arena *a, struct fanout_conv *c,
    int64_t *bound_out, struct error *err)
{
	int64_t last[2] = { 0 };
	size_t n[2] = { 0 };

	if ((serves_all(c) ? fanout_sql_chunk : fanout_sql_edges)(db, a, c,
		FANOUT_CHUNK + 1, &c->members, &c->n_members, err) < 0)
		return -1;
	for (size_t i = 0; i < c->n_members; i++) {
		int past = c->members[i].role == 0;

		n[past]++;
		if (c->members[i].user_id > last[past])
			last[past] = c->members[i].user_id;
	}
	if (n[0] > FANOUT_CHUNK)
		*bound_out = last[0];
	if (n[1] > FANOUT_CHUNK && last[1] - 1 < *bound_out)
		*bound_out = last[1] - 1;
	return 0;
}

static int load_chunk(struct db *db, struct arena *a, struct fanout_conv *c,
    struct error *err)
{
	int64_t bound = INT64_MAX;
	bool all = serves_all(c) || is_end(c);

	if ((all ? load_range : load_named)(db, a, c, &bound, err) < 0)
		return -1;
	if (c->n_members)
		qsort(c->members, c->n_members, sizeof(*c->members),
		    member_order);
	cut(c, bound);
	return 0;
}

static bool by_chunks(const struct fanout_conv *c)
{
	return fanout_has_pass(c) &&
	       (c->hi_index > c->done_index || c->after_user_id ||
		   c->member_count > FANOUT_CHUNK);
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

		if (!by_chunks(c) && fanout_has_pass(c))
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
		keep_concerned(c);
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

int fanout_load_members(struct db *db, struct arena *a, struct fanout *f,
    struct error *err)
{
	if (load_members(db, a, f, err) < 0)
		return -1;
	gather_users(a, f);
	return 0;
}

void fanout_take_members(struct arena *a, struct fanout *f)
{
	for (size_t i = 0; i < f->n_convs; i++)
		cut(&f->convs[i], INT64_MAX);
	gather_users(a, f);
}
