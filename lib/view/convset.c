#include "view/convset.h"

#include "base/ids.h"
#include "im/conv/right.h"
#include "io/json_writer.h"
#include "view/view.h"

int convset_load_at(struct convset *set, struct db *db, struct cache *cache,
    struct arena *a, int64_t user_id, const struct entry_ref *refs, size_t n,
    struct error *err)
{
	int64_t *ids;
	size_t n_ids = 0;

	*set = (struct convset){ .n_places = 0 };
	if (place_load(db, a, user_id, refs, n, &set->places, &set->n_places,
		err) < 0)
		return -1;
	ids = ARENA_ARRAY(a, set->n_places, int64_t);
	for (size_t i = 0; i < set->n_places; i++)
		if (set->places[i].peer_id != 0)
			ids[n_ids++] = set->places[i].peer_id;
	if (n_ids == 0)
		return 0;
	return user_load(db, cache, a, ids, n_ids, &set->peers, &set->n_peers,
	    err);
}

int convset_load(struct convset *set, struct db *db, struct cache *cache,
    struct arena *a, int64_t user_id, const int64_t *conv_ids, size_t n,
    struct error *err)
{
	int64_t *ids = ARENA_ARRAY(a, n, int64_t);
	struct entry_ref *refs;

	for (size_t i = 0; i < n; i++)
		ids[i] = conv_ids[i];
	n = ids_sort_distinct(ids, n);
	refs = ARENA_ARRAY(a, n, struct entry_ref);
	for (size_t i = 0; i < n; i++)
		refs[i] = (struct entry_ref){ .conv_id = ids[i] };
	return convset_load_at(set, db, cache, a, user_id, refs, n, err);
}

static const struct place *place_of(const struct convset *set, int64_t conv_id)
{
	return place_pick(set->places, set->n_places, conv_id);
}

const struct conv *convset_conv(const struct convset *set, int64_t conv_id)
{
	const struct place *p = place_of(set, conv_id);

	return p ? &p->conv : NULL;
}

int64_t convset_role(const struct convset *set, int64_t conv_id)
{
	const struct place *p = place_of(set, conv_id);

	return p && member_is_present(&p->member) ? p->member.role : 0;
}

int64_t convset_floor(const struct convset *set, int64_t conv_id)
{
	const struct place *p = place_of(set, conv_id);

	return p && member_is_present(&p->member)
		   ? right_floor(&p->conv, &p->member)
		   : INT64_MAX;
}

const struct user *convset_peer(const struct convset *set, int64_t conv_id)
{
	const struct place *p = place_of(set, conv_id);

	if (!p || p->peer_id == 0)
		return NULL;
	return user_pick(set->peers, set->n_peers, p->peer_id);
}

struct entry convset_entry(const struct convset *set, int64_t conv_id)
{
	const struct place *p = place_of(set, conv_id);

	return p ? p->entry : (struct entry){ .msg_id = 0 };
}

void convset_write(const struct convset *set, struct json_writer *w,
    int64_t conv_id, struct people *people)
{
	const struct conv *c = convset_conv(set, conv_id);
	const struct user *peer = convset_peer(set, conv_id);

	BUG_ON(!c);
	people_add(people, c->created_by);
	if (peer)
		people_add(people, peer->user_id);
	view_conv(w, c, convset_role(set, conv_id), peer);
}
