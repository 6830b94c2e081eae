#include "im/conv/place.h"

#include <stdlib.h>

#include "base/order.h"
#include "im/conv/place_sql.h"

static int by_place(const void *x, const void *y)
{
	const struct place *a = x, *b = y;

	return order_i64(a->conv.conv_id, b->conv.conv_id);
}

/* Newest entries are rows; those of members who have left may be archived. */
static int load_archived(struct db *db, struct arena *a,
    const struct entry_ref *refs, size_t n, struct place *places,
    size_t n_places, struct error *err)
{
	struct entry_ref *missing = NULL;
	struct entry *found;
	size_t n_missing = 0;

	for (size_t i = 0; i < n; i++) {
		const struct place *p = place_pick(places, n_places,
		    refs[i].conv_id);

		if (!p || p->entry.msg_id || refs[i].conv_index <= 0 ||
		    refs[i].conv_index > p->conv.archived_index)
			continue;
		if (!missing)
			missing = ARENA_ARRAY(a, n, struct entry_ref);
		missing[n_missing++] = refs[i];
	}
	if (n_missing == 0)
		return 0;
	found = ARENA_ARRAY(a, n_missing, struct entry);
	if (entry_load(db, a, missing, n_missing, found, err) < 0)
		return -1;
	for (size_t i = 0; i < n_missing; i++) {
		const struct place *p = place_pick(places, n_places,
		    missing[i].conv_id);

		places[p - places].entry = found[i];
	}
	return 0;
}

int place_load(struct db *db, struct arena *a, int64_t user_id,
    const struct entry_ref *refs, size_t n, struct place **out, size_t *n_out,
    struct error *err)
{
	int64_t(*pairs)[2] = arena_array(a, n, sizeof(*pairs));

	*n_out = 0;
	*out = NULL;
	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		pairs[i][0] = refs[i].conv_id;
		pairs[i][1] = refs[i].conv_index;
	}
	if (place_sql_load(db, a, db_pairs(a, pairs, n), user_id, out, n_out,
		err) < 0)
		return -1;
	/* The plan decides in which order a join comes. */
	if (*n_out)
		qsort(*out, *n_out, sizeof(**out), by_place);
	return load_archived(db, a, refs, n, *out, *n_out, err);
}

static int by_conv(const void *key, const void *item)
{
	int64_t id = *(const int64_t *)key;
	const struct place *p = item;

	return order_i64(id, p->conv.conv_id);
}

const struct place *place_pick(const struct place *places, size_t n,
    int64_t conv_id)
{
	if (n == 0)
		return NULL;
	return bsearch(&conv_id, places, n, sizeof(*places), by_conv);
}
