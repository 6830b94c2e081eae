#include "view/convset.h"

#include "im/conv/right.h"
#include "io/json_writer.h"
#include "view/view.h"

static int load_mine(struct convset *set, struct db *db, struct arena *a,
    struct error *err)
{
	int64_t(*pairs)[2] = arena_array(a, set->n_convs, sizeof(*pairs));
	size_t i;

	for (i = 0; i < set->n_convs; i++) {
		pairs[i][0] = set->convs[i].conv_id;
		pairs[i][1] = set->user_id;
	}
	return member_load(db, a, pairs, set->n_convs, &set->mine, &set->n_mine,
	    err);
}

static int load_peers(struct convset *set, struct db *db, struct cache *cache,
    struct arena *a, struct error *err)
{
	int64_t *ids = ARENA_ARRAY(a, set->n_convs, int64_t);
	size_t n = 0, i;

	for (i = 0; i < set->n_convs; i++)
		if (set->convs[i].kind == CONV_DIRECT)
			ids[n++] = set->convs[i].conv_id;
	if (member_peers(db, a, ids, n, set->user_id, &set->others,
		&set->n_others, err) < 0)
		return -1;
	for (i = 0, n = 0; i < set->n_others; i++)
		ids[n++] = set->others[i].user_id;
	if (n == 0)
		return 0;
	return user_load(db, cache, a, ids, n, &set->peers, &set->n_peers, err);
}

int convset_load(struct convset *set, struct db *db, struct cache *cache,
    struct arena *a, int64_t user_id, const int64_t *conv_ids, size_t n,
    struct error *err)
{
	*set = (struct convset){ .user_id = user_id };
	if (conv_load(db, a, conv_ids, n, &set->convs, &set->n_convs, err) !=
		0 ||
	    load_mine(set, db, a, err) < 0)
		return -1;
	return load_peers(set, db, cache, a, err);
}

const struct conv *convset_conv(const struct convset *set, int64_t conv_id)
{
	return conv_pick(set->convs, set->n_convs, conv_id);
}

int64_t convset_role(const struct convset *set, int64_t conv_id)
{
	size_t i;

	for (i = 0; i < set->n_mine; i++)
		if (set->mine[i].conv_id == conv_id &&
		    member_is_present(&set->mine[i]))
			return set->mine[i].role;
	return 0;
}

int64_t convset_floor(const struct convset *set, int64_t conv_id)
{
	const struct conv *c = convset_conv(set, conv_id);

	for (size_t i = 0; c && i < set->n_mine; i++)
		if (set->mine[i].conv_id == conv_id)
			return right_floor(c, &set->mine[i]);
	return INT64_MAX;
}

const struct user *convset_peer(const struct convset *set, int64_t conv_id)
{
	size_t i;

	for (i = 0; i < set->n_others; i++)
		if (set->others[i].conv_id == conv_id)
			return user_pick(set->peers, set->n_peers,
			    set->others[i].user_id);
	return NULL;
}

void convset_write(const struct convset *set, struct json_writer *w,
    int64_t conv_id, struct people *people)
{
	const struct conv *c = convset_conv(set, conv_id);
	const struct user *peer = convset_peer(set, conv_id);

	people_add(people, c->created_by);
	if (peer)
		people_add(people, peer->user_id);
	view_conv(w, c, convset_role(set, conv_id), peer);
}
