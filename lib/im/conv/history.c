#include "im/conv/history.h"

#include <stdlib.h>

#include "base/ids.h"
#include "base/order.h"
#include "im/conv/place.h"
#include "im/conv/right.h"
#include "im/conv/sight.h"

int history_get(struct db *db, struct arena *a, int64_t app_id, int64_t user_id,
    int64_t msg_id, struct entry *out, int64_t *floor_out, struct error *err)
{
	struct conv c;
	struct member me;
	int found = entry_by_msg(db, a, msg_id, out, err);

	if (found < 0)
		return -1;
	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "no such message");
	/* In the same words, whether it exists or not. */
	if (member_get(db, a, app_id, out->conv_id, user_id, &c, &me, err) < 0)
		return err->code == ERR_NOT_FOUND
			   ? err_set(err, ERR_NOT_FOUND, "no such message")
			   : -1;
	*floor_out = right_floor(&c, &me);
	if (sight_of(out, *floor_out) == SIGHT_HIDDEN)
		return err_set(err, ERR_NOT_FOUND, "no such message");
	return 0;
}

static int by_msg(const void *x, const void *y)
{
	const struct entry_place *a = x, *b = y;

	return order_i64(a->msg_id, b->msg_id);
}

static bool is_seen(const struct entry_place *at, const struct place *places,
    size_t n, int64_t app_id)
{
	const struct place *p = at ? place_pick(places, n, at->conv_id) : NULL;

	return p && at->kind == ENTRY_MESSAGE && at->state == ENTRY_AS_SENT &&
	       p->conv.app_id == app_id && member_is_present(&p->member) &&
	       at->conv_index >= right_floor(&p->conv, &p->member);
}

/* The user's places in the conversations of these entries. */
static int load_places(struct db *db, struct arena *a, int64_t user_id,
    const struct entry_place *at, size_t n, struct place **out, size_t *n_out,
    struct error *err)
{
	int64_t *convs = ARENA_ARRAY(a, n, int64_t);
	struct entry_ref *refs = ARENA_ARRAY(a, n, struct entry_ref);
	size_t n_convs;

	for (size_t i = 0; i < n; i++)
		convs[i] = at[i].conv_id;
	n_convs = ids_sort_distinct(convs, n);
	for (size_t i = 0; i < n_convs; i++)
		refs[i].conv_id = convs[i];
	return place_load(db, a, user_id, refs, n_convs, out, n_out, err);
}

int history_first_unseen(struct db *db, struct arena *a, int64_t app_id,
    int64_t user_id, const int64_t *ids, size_t n, size_t *first_out,
    struct error *err)
{
	int64_t *distinct = ARENA_ARRAY(a, n, int64_t);
	struct entry_place *at, key = { 0 };
	struct place *places;
	size_t n_at, n_places, i;

	*first_out = n;
	if (n == 0)
		return 0;
	for (i = 0; i < n; i++)
		distinct[i] = ids[i];
	if (entry_places(db, a, distinct, ids_sort_distinct(distinct, n), &at,
		&n_at, err) < 0 ||
	    load_places(db, a, user_id, at, n_at, &places, &n_places, err) < 0)
		return -1;
	if (n_at)
		qsort(at, n_at, sizeof(*at), by_msg);
	for (i = 0; i < n; i++) {
		key.msg_id = ids[i];
		if (!is_seen(n_at ? bsearch(&key, at, n_at, sizeof(*at), by_msg)
				  : NULL,
			places, n_places, app_id))
			break;
	}
	*first_out = i;
	return 0;
}
