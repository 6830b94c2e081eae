#include "im/user/chat.h"

#include <stdlib.h>

#include "base/order.h"
#include "im/site/conv_mode.h"
#include "im/user/chat_sql.h"
#include "im/user/personal.h"

const char *const chat_notify_names[] = { "all", "mentions", "none" };

/* ---- hidden messages ---- */

static void take_away(struct chat *c, const struct personal_count *counts,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (counts[i].conv_id != c->conv_id)
			continue;
		c->unread -= counts[i].unread;
		c->mentions -= counts[i].mentions;
	}
	if (c->unread < 0)
		c->unread = 0;
	if (c->mentions < 0)
		c->mentions = 0;
}

/* Takes what the user has hidden out of the counts. */
static int less_hidden(struct db *db, struct arena *a, int64_t user_id,
    struct chat *chats, size_t n, struct error *err)
{
	struct personal_span *spans = NULL;
	struct personal_count *counts;
	size_t n_spans = 0, n_counts;

	for (size_t i = 0; i < n; i++) {
		if (!chats[i].has_hidden)
			continue;
		if (!spans)
			spans = ARENA_ARRAY(a, n - i, struct personal_span);
		spans[n_spans++] = (struct personal_span){ chats[i].conv_id,
			chats[i].read_index, chats[i].last_index };
	}
	if (personal_counts(db, a, user_id, spans, n_spans, &counts, &n_counts,
		err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (chats[i].has_hidden)
			take_away(&chats[i], counts, n_counts);
	return 0;
}

/* ---- the rank ---- */

int chat_compare_places(const struct chat_place *a, const struct chat_place *b)
{
	if (a->pinned != b->pinned)
		return a->pinned > b->pinned ? -1 : 1;
	if (a->last_ms != b->last_ms)
		return a->last_ms > b->last_ms ? -1 : 1;
	return (a->conv_id < b->conv_id) - (a->conv_id > b->conv_id);
}

struct chat_place chat_place_of(const struct chat *c)
{
	return (struct chat_place){ c->pinned, c->last_ms, c->conv_id };
}

static int by_place(const void *x, const void *y)
{
	const struct chat_place a = chat_place_of(x), b = chat_place_of(y);

	return chat_compare_places(&a, &b);
}

static bool has_chat(const struct chat *chats, size_t n, int64_t conv_id)
{
	for (size_t i = 0; i < n; i++)
		if (chats[i].conv_id == conv_id)
			return true;
	return false;
}

/* The page of both: all that the page in mode push lacks comes behind its end.
 * A chat that has turned between the two reads stays once. */
static size_t merge(const struct chat_query *q, struct chat *chats, size_t n,
    const struct chat *pull, size_t n_pull)
{
	size_t all = n;

	for (size_t i = 0; i < n_pull; i++) {
		const struct chat_place place = chat_place_of(&pull[i]);

		if (chat_compare_places(&q->after, &place) < 0 &&
		    (!q->unread_only || pull[i].unread > 0 ||
			pull[i].marked_unread) &&
		    !has_chat(chats, n, pull[i].conv_id))
			chats[all++] = pull[i];
	}
	if (all > n)
		qsort(chats, all, sizeof(*chats), by_place);
	return all < (size_t)q->limit ? all : (size_t)q->limit;
}

static int add_pull(struct db *db, struct arena *a, const struct chat_query *q,
    struct chat **chats, size_t *n, struct error *err)
{
	struct chat *pull, *both;
	size_t n_pull;

	if (chat_sql_rank_pull(db, a, q, &pull, &n_pull, err) < 0)
		return -1;
	both = ARENA_ARRAY(a, *n + n_pull, struct chat);
	for (size_t i = 0; i < *n; i++)
		both[i] = (*chats)[i];
	*n = merge(q, both, *n, pull, n_pull);
	*chats = both;
	return 0;
}

int chat_rank(struct db *db, struct arena *a, const struct chat_query *q,
    struct chat **out, size_t *n_out, struct error *err)
{
	/* Before the first place. */
	static const struct chat_place top = { 2, INT64_MAX, INT64_MAX };
	struct chat_query all = *q;
	bool has_pull;

	if (!q->has_after)
		all.after = top;
	if (chat_sql_rank(db, a, &all, out, n_out, &has_pull, err) < 0)
		return -1;
	if (has_pull && add_pull(db, a, &all, out, n_out, err) < 0)
		return -1;
	return less_hidden(db, a, q->user_id, *out, *n_out, err);
}

/* Those in mode pull are read again, from the log. */
static int renew_pull(struct db *db, struct arena *a, int64_t user_id,
    struct chat *chats, size_t n, struct error *err)
{
	int64_t *ids = ARENA_ARRAY(a, n, int64_t);
	struct chat *pull;
	size_t n_ids = 0, n_pull;

	for (size_t i = 0; i < n; i++)
		if (chats[i].mode == CONV_PULL)
			ids[n_ids++] = chats[i].conv_id;
	if (n_ids == 0)
		return 0;
	if (chat_sql_load_pull(db, a, user_id, db_list(a, ids, n_ids), &pull,
		&n_pull, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n_pull; k++)
			if (pull[k].conv_id == chats[i].conv_id)
				chats[i] = pull[k];
	return 0;
}

int chat_load(struct db *db, struct arena *a, int64_t user_id,
    const int64_t *conv_ids, size_t n, struct chat **out, size_t *n_out,
    struct error *err)
{
	*n_out = 0;
	*out = NULL;
	if (n == 0)
		return 0;
	if (chat_sql_load(db, a, user_id, db_list(a, conv_ids, n), out, n_out,
		err) < 0)
		return -1;
	if (renew_pull(db, a, user_id, *out, *n_out, err) < 0)
		return -1;
	return less_hidden(db, a, user_id, *out, *n_out, err);
}

static int by_conv(const void *key, const void *item)
{
	int64_t id = *(const int64_t *)key;
	const struct chat *c = item;

	return order_i64(id, c->conv_id);
}

const struct chat *chat_pick(const struct chat *chats, size_t n,
    int64_t conv_id)
{
	if (n == 0)
		return NULL;
	return bsearch(&conv_id, chats, n, sizeof(*chats), by_conv);
}

bool chat_is_counted(const struct chat *c, int64_t now_ms)
{
	return c->listed && !c->hidden && c->muted_until_ms <= now_ms;
}

/* ---- opening ---- */

int chat_insert(struct db *db, int64_t user_id, int64_t conv_id,
    int64_t last_ms, struct error *err)
{
	return chat_sql_insert(db, user_id, conv_id, last_ms, err);
}

int chat_copy_setting(struct db *db, int64_t user_id, int64_t conv_id,
    struct error *err)
{
	return chat_sql_copy_setting(db, user_id, conv_id, err);
}

int chat_has(struct db *db, struct arena *a, int64_t user_id, int64_t conv_id,
    struct error *err)
{
	return chat_sql_has(db, a, user_id, conv_id, err);
}

struct opening {
	struct arena *a;
	int64_t last_ms;
	struct inbox_row *event;
};

struct inbox_row chat_added(int64_t user_id, int64_t conv_id, int64_t at_ms)
{
	return (struct inbox_row){
		.user_id = user_id,
		.kind = INBOX_CONVERSATION,
		.conv_id = conv_id,
		.action = INBOX_ADDED,
		.by_id = user_id,
		.at_ms = at_ms,
	};
}

/*
 * Fan-out opens chats under the same lock, so only one of the two inserts the
 * row.
 */
static int open_tx(struct db *db, void *arg, struct error *err)
{
	struct opening *o = arg;
	struct inbox_row *event = o->event;
	struct inbox_seq *seq;
	size_t n;
	int has;

	event->user_index = 0;
	if (inbox_lock(db, o->a, &event->user_id, 1, &seq, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such inbox");
	has = chat_has(db, o->a, event->user_id, event->conv_id, err);
	if (has != 0)
		return has < 0 ? -1 : 0;
	event->user_index = ++seq->last_index;
	if (chat_insert(db, event->user_id, event->conv_id, o->last_ms, err) <
	    0)
		return -1;
	return inbox_write(db, event, 1, seq, 1, err);
}

int chat_open(struct db *db, struct arena *a, int64_t user_id, int64_t conv_id,
    int64_t last_ms, struct inbox_row *event_out, struct error *err)
{
	struct opening o = { a, last_ms, event_out };

	*event_out = chat_added(user_id, conv_id, last_ms);
	return db_tx(db, open_tx, &o, err);
}
