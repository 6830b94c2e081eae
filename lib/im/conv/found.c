#include "im/conv/found.h"

#include <stdlib.h>

#include "base/ids.h"
#include "base/order.h"
#include "im/conv/found_sql.h"
#include "im/conv/place.h"
#include "im/conv/right.h"
#include "im/conv/sight.h"
#include "im/user/personal.h"

int found_chats(struct db *db, struct arena *a, int64_t user_id,
    struct found_chat **out, size_t *n_out, struct error *err)
{
	return found_sql_chats(db, a, user_id, FOUND_CHATS_MAX, out, n_out,
	    err);
}

int found_chat(struct db *db, struct arena *a, int64_t app_id, int64_t user_id,
    int64_t conv_id, struct found_chat *out, struct error *err)
{
	struct member me;
	struct conv c;

	if (member_get(db, a, app_id, conv_id, user_id, &c, &me, err) < 0) {
		if (err->code != ERR_NOT_FOUND)
			return -1;
		err_clear(err);
		return 0;
	}
	*out = (struct found_chat){ conv_id, c.last_index };
	return 1;
}

static struct str pairs_of(struct arena *a, const struct entry_ref *refs,
    size_t n)
{
	int64_t(*pairs)[2] = arena_array(a, n, sizeof(*pairs));

	for (size_t i = 0; i < n; i++) {
		pairs[i][0] = refs[i].conv_id;
		pairs[i][1] = refs[i].conv_index;
	}
	return db_pairs(a, pairs, n);
}

int found_oldest_ms(struct db *db, struct arena *a,
    const struct entry_ref *refs, size_t n, int64_t *ms_out, struct error *err)
{
	struct db_id *rows;
	size_t n_rows;

	*ms_out = INT64_MAX;
	if (n == 0)
		return 0;
	if (found_sql_times(db, a, pairs_of(a, refs, n), &rows, &n_rows, err) <
	    0)
		return -1;
	for (size_t i = 0; i < n_rows; i++)
		if (rows[i].id < *ms_out)
			*ms_out = rows[i].id;
	return 0;
}

/* ---- seeing ---- */

struct seeing {
	int64_t app_id;
	struct place *places;
	struct personal *own;
	size_t n_places, n_own;
};

static int load_seeing(struct db *db, struct arena *a, int64_t user_id,
    const struct entry_ref *refs, size_t n, struct seeing *s, struct error *err)
{
	int64_t *convs = ARENA_ARRAY(a, n, int64_t);
	struct entry_ref *at = ARENA_ARRAY(a, n, struct entry_ref);

	for (size_t i = 0; i < n; i++)
		convs[i] = refs[i].conv_id;
	n = ids_sort_distinct(convs, n);
	for (size_t i = 0; i < n; i++)
		at[i].conv_id = convs[i];
	if (place_load(db, a, user_id, at, n, &s->places, &s->n_places, err) <
	    0)
		return -1;
	return personal_load(db, a, user_id, convs, n, &s->own, &s->n_own, err);
}

/* 0: nothing of it. */
static int64_t floor_of(const struct seeing *s, int64_t conv_id)
{
	const struct place *p = place_pick(s->places, s->n_places, conv_id);

	if (!p || p->conv.app_id != s->app_id || !member_is_present(&p->member))
		return 0;
	return personal_floor(personal_pick(s->own, s->n_own, conv_id),
	    right_floor(&p->conv, &p->member));
}

static bool has_hidden(const struct seeing *s)
{
	for (size_t i = 0; i < s->n_own; i++)
		if (s->own[i].has_hidden)
			return true;
	return false;
}

static bool is_seen(const struct entry *e, int64_t floor)
{
	return floor && e->msg_id && e->kind == ENTRY_MESSAGE &&
	       sight_of(e, floor) == SIGHT_WHOLE;
}

int found_load(struct db *db, struct arena *a, int64_t app_id, int64_t user_id,
    const struct entry_ref *refs, size_t n, struct entry *out,
    int64_t *floors_out, struct error *err)
{
	struct seeing s = { .app_id = app_id };

	if (n == 0)
		return 0;
	/* The rights behind the texts: who is removed in between sees none. */
	if (entry_load(db, a, refs, n, out, err) < 0 ||
	    load_seeing(db, a, user_id, refs, n, &s, err) < 0)
		return -1;
	if (has_hidden(&s) && sight_hide(db, a, user_id, out, n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		floors_out[i] = floor_of(&s, refs[i].conv_id);
		if (!is_seen(&out[i], floors_out[i]))
			out[i].msg_id = 0;
	}
	return 0;
}
