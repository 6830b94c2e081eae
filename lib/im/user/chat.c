#include "im/user/chat.h"

#include <stdlib.h>

#include "base/order.h"
#include "im/user/chat_sql.h"

const char *const chat_notify_names[] = { "all", "mentions", "none" };

int chat_rank(struct db *db, struct arena *a, const struct chat_query *q,
    struct chat **out, size_t *n_out, struct error *err)
{
	/* Before the first place. */
	static const struct chat_place top = { 2, INT64_MAX, INT64_MAX };
	struct chat_query all = *q;

	if (!q->has_after)
		all.after = top;
	return chat_sql_rank(db, a, &all, out, n_out, err);
}

int chat_load(struct db *db, struct arena *a, int64_t user_id,
    const int64_t *conv_ids, size_t n, struct chat **out, size_t *n_out,
    struct error *err)
{
	*n_out = 0;
	*out = NULL;
	if (n == 0)
		return 0;
	return chat_sql_load(db, a, user_id, db_list(a, conv_ids, n), out,
	    n_out, err);
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

/* ---- opening ---- */

int chat_insert(struct db *db, int64_t user_id, int64_t conv_id,
    int64_t last_ms, struct error *err)
{
	return chat_sql_insert(db, user_id, conv_id, last_ms, err);
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
