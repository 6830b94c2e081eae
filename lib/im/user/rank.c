#include "im/user/rank.h"

#include <stdlib.h>

#include "base/ids.h"
#include "im/user/badge.h"
#include "im/user/chat_setting.h"

/* Chats that may belong to the list: 1 in *ids_out, ascending, 0 too many. */
static int find_few(struct db *db, struct arena *a, const struct chat_query *q,
    int64_t **ids_out, size_t *n_out, struct error *err)
{
	int64_t *unread, *marked;
	size_t n, n_marked;

	if (q->hidden_only) {
		if (chat_setting_hidden(db, a, q->user_id, RANK_HIDDEN_MAX,
			ids_out, n_out, err) < 0)
			return -1;
		*n_out = ids_sort_distinct(*ids_out, *n_out);
		return 1;
	}
	if (q->folder.p) {
		if (chat_setting_in(db, a, q->user_id, q->folder, RANK_FEW,
			ids_out, n_out, err) < 0)
			return -1;
		*n_out = ids_sort_distinct(*ids_out, *n_out);
		if (*n_out < RANK_FEW)
			return 1;
	}
	if (!q->unread_only)
		return 0;
	if (badge_unread(db, a, q->user_id, RANK_FEW, &unread, &n, err) < 0)
		return -1;
	if (n >= RANK_FEW)
		return 0;
	if (chat_setting_in(db, a, q->user_id, STR_NONE, RANK_FEW, &marked,
		&n_marked, err) < 0)
		return -1;
	*ids_out = ARENA_ARRAY(a, n + n_marked, int64_t);
	for (size_t i = 0; i < n + n_marked; i++)
		(*ids_out)[i] = i < n ? unread[i] : marked[i - n];
	*n_out = ids_sort_distinct(*ids_out, n + n_marked);
	return n_marked < RANK_FEW;
}

static bool belongs(const struct chat_query *q, const struct chat *c)
{
	const struct chat_place place = chat_place_of(c);

	return (q->hidden_only ? c->listed && c->hidden : c->shown) &&
	       (!q->has_after || chat_compare_places(&q->after, &place) < 0) &&
	       (!q->folder.p || str_eq(q->folder, c->folder)) &&
	       (!q->unread_only || c->unread > 0 || c->marked_unread);
}

static int by_place(const void *x, const void *y)
{
	const struct chat_place a = chat_place_of(x), b = chat_place_of(y);

	return chat_compare_places(&a, &b);
}

int rank_page(struct db *db, struct arena *a, const struct chat_query *q,
    struct chat **out, size_t *n_out, struct error *err)
{
	int64_t *ids;
	size_t n, kept = 0;
	int few = 0;

	if (q->folder.p || q->unread_only || q->hidden_only)
		few = find_few(db, a, q, &ids, &n, err);
	if (few < 0)
		return -1;
	if (!few)
		return chat_rank(db, a, q, out, n_out, err);
	if (chat_load(db, a, q->user_id, ids, n, out, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (belongs(q, &(*out)[i]))
			(*out)[kept++] = (*out)[i];
	if (kept)
		qsort(*out, kept, sizeof(**out), by_place);
	*n_out = kept < (size_t)q->limit ? kept : (size_t)q->limit;
	return 0;
}
