#include "im/user/chat.h"

#include <stdlib.h>

#include "im/user/chat_sql.h"

const char *const chat_notify_names[] = { "all", "mentions", "none" };

int chat_rank(struct db *db, struct arena *a, const struct chat_query *q,
    struct chat **out, size_t *n_out, struct error *err)
{
	/* Before the first place of all. */
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

	return (id > c->conv_id) - (id < c->conv_id);
}

const struct chat *chat_pick(const struct chat *chats, size_t n,
    int64_t conv_id)
{
	if (n == 0)
		return NULL;
	return bsearch(&conv_id, chats, n, sizeof(*chats), by_conv);
}
