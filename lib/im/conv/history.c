#include "im/conv/history.h"

#include <stdlib.h>

#include "base/ids.h"
#include "base/order.h"
#include "im/conv/place.h"
#include "im/conv/right.h"
#include "im/conv/sight.h"
#include "im/user/personal.h"

/* The entry, and what its reader may see; is_hidden is set. */
static int look(struct db *db, struct arena *a, int64_t app_id, int64_t user_id,
    int64_t msg_id, struct entry *out, struct reader *reader_out,
    struct error *err)
{
	struct reader_key key = { app_id, 0, user_id };
	int found = entry_by_msg(db, a, msg_id, out, err);

	if (found < 0)
		return -1;
	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "no such message");
	/* In the same words, whether it exists or not. */
	key.conv_id = out->conv_id;
	if (reader_read(db, a, &key, reader_out, err) < 0)
		return err->code == ERR_NOT_FOUND
			   ? err_set(err, ERR_NOT_FOUND, "no such message")
			   : -1;
	if (!reader_out->has_hidden)
		return 0;
	return sight_hide(db, a, user_id, out, 1, err);
}

int history_read(struct db *db, struct arena *a, int64_t app_id,
    int64_t user_id, int64_t msg_id, struct entry *out,
    struct reader *reader_out, struct error *err)
{
	if (look(db, a, app_id, user_id, msg_id, out, reader_out, err) < 0)
		return -1;
	if (sight_of(out, reader_out->floor) == SIGHT_HIDDEN)
		return err_set(err, ERR_NOT_FOUND, "no such message");
	return 0;
}

int history_get(struct db *db, struct arena *a, int64_t app_id, int64_t user_id,
    int64_t msg_id, struct entry *out, int64_t *floor_out, struct error *err)
{
	struct reader r;

	if (history_read(db, a, app_id, user_id, msg_id, out, &r, err) < 0)
		return -1;
	*floor_out = r.floor;
	return 0;
}

int history_find(struct db *db, struct arena *a, int64_t app_id,
    int64_t user_id, int64_t msg_id, struct entry *out, struct error *err)
{
	struct reader r;

	if (look(db, a, app_id, user_id, msg_id, out, &r, err) < 0)
		return -1;
	if (out->kind != ENTRY_MESSAGE ||
	    (!out->is_hidden && sight_of(out, r.floor) == SIGHT_HIDDEN))
		return err_set(err, ERR_NOT_FOUND, "no such message");
	return 0;
}

static int by_msg(const void *x, const void *y)
{
	const struct entry_place *a = x, *b = y;

	return order_i64(a->msg_id, b->msg_id);
}

/* What the user may see of the conversations of some entries. */
struct scope {
	int64_t app_id;
	struct place *places;
	struct personal *own;
	struct unseen *hidden;
	size_t n_places, n_own, n_hidden;
};

static bool is_hidden(const struct scope *s, const struct entry_place *at)
{
	for (size_t i = 0; i < s->n_hidden; i++)
		if (s->hidden[i].conv_id == at->conv_id &&
		    s->hidden[i].conv_index == at->conv_index)
			return true;
	return false;
}

/* The lowest index that the user may see; above every index: none. */
static int64_t floor_in(const struct scope *s, int64_t conv_id)
{
	const struct place *p = place_pick(s->places, s->n_places, conv_id);

	if (!p || (s->app_id && p->conv.app_id != s->app_id) ||
	    !member_is_present(&p->member))
		return INT64_MAX;
	return personal_floor(personal_pick(s->own, s->n_own, conv_id),
	    right_floor(&p->conv, &p->member));
}

static bool is_seen(const struct scope *s, const struct entry_place *at)
{
	return at && at->kind == ENTRY_MESSAGE && at->state == ENTRY_AS_SENT &&
	       at->conv_index >= floor_in(s, at->conv_id) && !is_hidden(s, at);
}

static int load_hidden(struct db *db, struct arena *a, int64_t user_id,
    const struct entry_place *at, size_t n, struct scope *s, struct error *err)
{
	int64_t(*places)[2] = arena_array(a, n, sizeof(*places));

	for (size_t i = 0; i < n; i++) {
		places[i][0] = at[i].conv_id;
		places[i][1] = at[i].conv_index;
	}
	return personal_hidden(db, a, user_id, places, n, &s->hidden,
	    &s->n_hidden, err);
}

/* What the user may see of the conversations of these entries. */
static int load_scope(struct db *db, struct arena *a, int64_t user_id,
    const struct entry_place *at, size_t n, struct scope *s, struct error *err)
{
	int64_t *convs = ARENA_ARRAY(a, n, int64_t);
	struct entry_ref *refs = ARENA_ARRAY(a, n, struct entry_ref);
	size_t n_convs;

	for (size_t i = 0; i < n; i++)
		convs[i] = at[i].conv_id;
	n_convs = ids_sort_distinct(convs, n);
	for (size_t i = 0; i < n_convs; i++)
		refs[i].conv_id = convs[i];
	if (place_load(db, a, user_id, refs, n_convs, &s->places, &s->n_places,
		err) < 0 ||
	    personal_load(db, a, user_id, convs, n_convs, &s->own, &s->n_own,
		err) < 0)
		return -1;
	for (size_t i = 0; i < s->n_own; i++)
		if (s->own[i].has_hidden)
			return load_hidden(db, a, user_id, at, n, s, err);
	return 0;
}

/* refs_out: where those below first_out are. */
static int find_seen(struct db *db, struct arena *a, int64_t app_id,
    int64_t user_id, const int64_t *ids, size_t n, struct entry_ref *refs_out,
    size_t *first_out, struct error *err)
{
	int64_t *distinct = ARENA_ARRAY(a, n, int64_t);
	struct entry_place *at, *found, key = { 0 };
	struct scope s = { .app_id = app_id };
	size_t n_at, i;

	*first_out = n;
	if (n == 0)
		return 0;
	for (i = 0; i < n; i++)
		distinct[i] = ids[i];
	if (entry_places(db, a, distinct, ids_sort_distinct(distinct, n), &at,
		&n_at, err) < 0 ||
	    load_scope(db, a, user_id, at, n_at, &s, err) < 0)
		return -1;
	if (n_at)
		qsort(at, n_at, sizeof(*at), by_msg);
	for (i = 0; i < n; i++) {
		key.msg_id = ids[i];
		found = n_at ? bsearch(&key, at, n_at, sizeof(*at), by_msg)
			     : NULL;
		if (!is_seen(&s, found))
			break;
		refs_out[i] = (struct entry_ref){ found->conv_id,
			found->conv_index };
	}
	*first_out = i;
	return 0;
}

int history_load(struct db *db, struct arena *a, int64_t app_id,
    int64_t user_id, const struct entry_ref *refs, size_t n,
    struct entry *entries_out, int64_t *floors_out, bool *hides_out,
    struct error *err)
{
	struct entry_place *at = ARENA_ARRAY(a, n, struct entry_place);
	struct scope s = { .app_id = app_id };

	*hides_out = false;
	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		at[i].conv_id = refs[i].conv_id;
		at[i].conv_index = refs[i].conv_index;
	}
	if (entry_load(db, a, refs, n, entries_out, err) < 0 ||
	    load_scope(db, a, user_id, at, n, &s, err) < 0)
		return -1;
	for (size_t i = 0; i < s.n_own; i++)
		*hides_out |= s.own[i].has_hidden != 0;
	for (size_t i = 0; i < n; i++) {
		struct entry *e = &entries_out[i];

		floors_out[i] = floor_in(&s, at[i].conv_id);
		if (e->msg_id && (sight_of(e, floors_out[i]) == SIGHT_HIDDEN ||
				     is_hidden(&s, &at[i])))
			*e = (struct entry){ .msg_id = 0 };
	}
	return 0;
}

int history_first_unseen(struct db *db, struct arena *a, int64_t app_id,
    int64_t user_id, const int64_t *ids, size_t n, size_t *first_out,
    struct error *err)
{
	return find_seen(db, a, app_id, user_id, ids, n,
	    ARENA_ARRAY(a, n, struct entry_ref), first_out, err);
}

int history_load_seen(struct db *db, struct arena *a, int64_t app_id,
    int64_t user_id, const int64_t *ids, size_t n, struct entry *out,
    size_t *first_out, struct error *err)
{
	struct entry_ref *refs = ARENA_ARRAY(a, n, struct entry_ref);

	if (find_seen(db, a, app_id, user_id, ids, n, refs, first_out, err) < 0)
		return -1;
	if (*first_out < n)
		return 0;
	if (entry_load(db, a, refs, n, out, err) < 0)
		return -1;
	/* One may have been recalled in between. */
	for (size_t i = 0; i < n && *first_out == n; i++)
		if (!out[i].msg_id || sight_of(&out[i], 0) != SIGHT_WHOLE)
			*first_out = i;
	return 0;
}
