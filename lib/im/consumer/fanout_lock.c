#include "im/consumer/fanout_lock.h"

#include "base/ids.h"

static bool serves(const struct fanout_conv *c, const bool *locked)
{
	bool any = fanout_opens(c) && locked[c->creator_place];

	for (size_t i = 0; i < c->n_members && !any; i++)
		any = locked[c->members[i].place];
	return any;
}

/* Marks those of f->users that have an inbox, but are not in seqs. */
static int find_locked(struct db *db, struct arena *a, const struct fanout *f,
    const struct inbox_seq *seqs, size_t n_seqs, bool *locked,
    struct error *err)
{
	int64_t *ids = ARENA_ARRAY(a, f->n_users, int64_t);
	struct inbox_seq *there;
	size_t n = 0, k = 0;

	for (size_t i = 0; i < f->n_users; i++) {
		locked[i] = false;
		if (k < n_seqs && seqs[k].user_id == f->users[i])
			k++;
		else
			ids[n++] = f->users[i];
	}
	if (inbox_seqs_get(db, a, ids, n, &there, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		locked[ids_find(f->users, f->n_users, there[i].user_id)] = true;
	return 0;
}

int fanout_lock(struct db *db, struct arena *a, struct fanout *f,
    struct inbox_seq **seqs_out, size_t *n_out, struct error *err)
{
	size_t kept = 0;
	bool *locked;

	*n_out = 0;
	if (f->n_users && inbox_lock_free(db, a, f->users, f->n_users, seqs_out,
			      n_out, err) < 0)
		return -1;
	if (*n_out == f->n_users)
		return 0;
	locked = ARENA_ARRAY(a, f->n_users, bool);
	if (find_locked(db, a, f, *seqs_out, *n_out, locked, err) < 0)
		return -1;
	for (size_t i = 0; i < f->n_convs; i++)
		if (!serves(&f->convs[i], locked))
			f->convs[kept++] = f->convs[i];
	f->n_locked += f->n_convs - kept;
	f->n_convs = kept;
	return 0;
}
