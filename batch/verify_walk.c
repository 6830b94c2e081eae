/* Which conversations and users a run looks at. */
#include "verify.h"

#include "base/crypto.h"
#include "base/ids.h"

#define RUN      10     /* consecutive keys per random place of a sample */
#define KEYS_MAX 20     /* of a step */
#define ROWS_MAX 200000 /* of a step that has several keys */
#define DRAW     500    /* keys of a step that takes some of a hundred */

static int begin_scope(struct verify_walk *w, struct job *j, struct error *err)
{
	struct verify_key *keys;
	size_t n;

	w->after = w->taken = w->first = 0;
	if (verify_sql_last(j->db, w->scope, &w->last, err) < 0 ||
	    verify_sql_keys(j->db, j->arena, w->scope, 0, 1, &keys, &n, err) <
		0)
		return -1;
	if (n)
		w->first = keys[0].id;
	return 0;
}

int verify_walk_begin(struct verify_walk *w, struct job *j, struct error *err)
{
	w->scope = w->only_user && !w->only_conv ? VERIFY_USER : VERIFY_CONV;
	return begin_scope(w, j, err);
}

static bool is_drawn(int64_t percent)
{
	uint32_t r;

	crypto_random(&r, sizeof(r));
	return r % 100 < percent;
}

/* All keys in turn, or some of a hundred of them; a step ends before a key with
 * too many rows. */
static int walk(struct verify_walk *w, struct job *j, int64_t *ids,
    size_t *n_out, int64_t *rows_out, bool *more_out, struct error *err)
{
	struct verify_key *keys;
	size_t n, i;

	if (verify_sql_keys(j->db, j->arena, w->scope, w->after,
		w->percent ? DRAW : KEYS_MAX, &keys, &n, err) < 0)
		return -1;
	for (i = 0; i < n && *n_out < KEYS_MAX; i++) {
		if (w->percent && !is_drawn(w->percent)) {
			w->after = keys[i].id;
			continue;
		}
		if (*n_out && *rows_out + keys[i].rows > ROWS_MAX)
			break;
		w->after = keys[i].id;
		*rows_out += keys[i].rows;
		ids[(*n_out)++] = keys[i].id;
	}
	*more_out = n > 0;
	return 0;
}

/* Short runs of keys from random places on; ids begin with the time, so the
 * first one bounds it.  Not uniform: keys after a gap are more likely. */
static int sample(struct verify_walk *w, struct job *j, int64_t *ids,
    size_t *n_out, int64_t *rows_out, bool *more_out, struct error *err)
{
	int64_t left = w->sample - w->taken;
	uint64_t r, width = (uint64_t)(w->last - w->first) + 1;
	size_t want = (size_t)(left < KEYS_MAX ? left : KEYS_MAX);

	*more_out = left > 0 && w->last;
	while (*more_out && *n_out < want && *rows_out < ROWS_MAX) {
		size_t room = want - *n_out, n;
		struct verify_key *keys;

		crypto_random(&r, sizeof(r));
		if (verify_sql_keys(j->db, j->arena, w->scope,
			w->first - 1 + (int64_t)(r % width),
			(int64_t)(room < RUN ? room : RUN), &keys, &n, err) < 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			ids[(*n_out)++] = keys[i].id;
			*rows_out += keys[i].rows;
		}
	}
	w->taken += (int64_t)*n_out;
	*n_out = ids_sort_distinct(ids, *n_out);
	return 0;
}

static int only(struct verify_walk *w, struct job *j, int64_t *ids,
    size_t *n_out, int64_t *rows_out, bool *more_out, struct error *err)
{
	int64_t id = w->scope == VERIFY_CONV ? w->only_conv : w->only_user;
	struct verify_key *keys;
	size_t n;

	if (w->taken || !id)
		return 0;
	if (verify_sql_keys(j->db, j->arena, w->scope, id - 1, 1, &keys, &n,
		err) < 0)
		return -1;
	if (n && keys[0].id == id)
		*rows_out = keys[0].rows;
	ids[(*n_out)++] = id;
	w->taken = 1;
	*more_out = true;
	return 0;
}

int verify_walk_next(struct verify_walk *w, struct job *j, int64_t **keys_out,
    size_t *n_out, int64_t *rows_out, struct error *err)
{
	int64_t *ids = ARENA_ARRAY(j->arena, KEYS_MAX, int64_t);
	bool more = false;
	int rc = 0;

	*keys_out = ids;
	*n_out = 0;
	*rows_out = 0;
	if (w->only_conv || w->only_user)
		rc = only(w, j, ids, n_out, rows_out, &more, err);
	else if (w->sample)
		rc = sample(w, j, ids, n_out, rows_out, &more, err);
	else
		rc = walk(w, j, ids, n_out, rows_out, &more, err);
	if (rc < 0)
		return -1;
	if (more)
		return 1;
	if (++w->scope == VERIFY_SCOPES)
		return 0;
	return begin_scope(w, j, err) < 0 ? -1 : 1;
}

int64_t verify_walk_percent(const struct verify_walk *w)
{
	if (w->sample)
		return w->taken * 100 / w->sample;
	if (w->last <= w->first)
		return 100;
	return w->after < w->first
		   ? 0
		   : (int64_t)((double)(w->after - w->first) * 100.0 /
			       (double)(w->last - w->first));
}
