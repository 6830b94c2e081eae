/* Looking: once in a snapshot, and again in later ones. */
#include "verify.h"

#include <string.h>

#include "base/clock.h"
#include "base/ids.h"

#define AGAIN_MS   100
#define LATE_LOOKS 30 /* of facts that several transactions write */

/* The keys of each check; n 0: it is passed over. */
struct round {
	struct arena *a;
	struct str keys[VERIFY_CHECKS_MAX];
	struct verify_look *out;
};

static int run(struct db *db, struct arena *a, const struct verify_check *c,
    struct str keys, struct verify_finding **out, size_t *n_out,
    struct error *err)
{
	return c->look ? c->look(db, a, keys, out, n_out, err)
		       : verify_sql_run(db, a, c, keys, out, n_out, err);
}

/* In one snapshot: each check must see its tables in a consistent state. */
static int look(struct db *db, void *arg, struct error *err)
{
	struct round *r = arg;
	const struct verify_check *c;

	for (size_t i = 0; (c = verify_list_at(i)); i++) {
		r->out->n[i] = 0;
		if (r->keys[i].p &&
		    run(db, r->a, c, r->keys[i], &r->out->found[i],
			&r->out->n[i], err) < 0)
			return -1;
	}
	return 0;
}

static int64_t key_of(const struct verify_check *c,
    const struct verify_finding *f)
{
	return c->scope == VERIFY_CONV ? f->conv_id : f->user_id;
}

static struct str keys_of(struct arena *a, const struct verify_check *c,
    const struct verify_finding *found, size_t n)
{
	int64_t *ids = ARENA_ARRAY(a, n, int64_t);

	for (size_t i = 0; i < n; i++)
		ids[i] = key_of(c, &found[i]);
	return db_set(a, ids, n);
}

static bool has(const struct verify_finding *found, size_t n,
    const struct verify_finding *f)
{
	for (size_t i = 0; i < n; i++)
		if (found[i].conv_id == f->conv_id &&
		    found[i].user_id == f->user_id)
			return true;
	return false;
}

/* Of what was found now, what had been found before. */
static void keep_common(struct verify_look *now,
    const struct verify_look *before)
{
	for (size_t i = 0; verify_list_at(i); i++) {
		size_t kept = 0;

		for (size_t k = 0; k < now->n[i]; k++)
			if (has(before->found[i], before->n[i],
				&now->found[i][k]))
				now->found[i][kept++] = now->found[i][k];
		now->n[i] = kept;
	}
}

/* Looks again at the findings, of late checks only or of all. */
static int again(struct job *j, bool only_late, struct verify_look *out,
    size_t *n_late_out, struct error *err)
{
	struct verify_look before = *out, now = *out;
	struct round r = { .a = j->arena, .out = &now };
	const struct verify_check *c;
	size_t n = 0;

	*n_late_out = 0;
	for (size_t i = 0; (c = verify_list_at(i)); i++) {
		if (!out->n[i] || (only_late && !c->is_late))
			continue;
		r.keys[i] = keys_of(j->arena, c, out->found[i], out->n[i]);
		n++;
	}
	if (n == 0)
		return 0;
	clock_sleep_ms(AGAIN_MS);
	if (db_snapshot(j->db, look, &r, err) < 0)
		return -1;
	for (size_t i = 0; (c = verify_list_at(i)); i++)
		if (!r.keys[i].p) {
			now.n[i] = before.n[i];
			now.found[i] = before.found[i];
		}
	keep_common(&now, &before);
	*out = now;
	for (size_t i = 0; (c = verify_list_at(i)); i++)
		if (c->is_late)
			*n_late_out += now.n[i];
	return 0;
}

int verify_look(struct job *j, enum verify_scope scope, const int64_t *keys,
    size_t n, struct verify_look *out, struct error *err)
{
	struct round r = { .a = j->arena, .out = out };
	const struct verify_check *c;
	size_t late = 0;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; (c = verify_list_at(i)); i++)
		if (c->scope == scope)
			r.keys[i] = db_list(j->arena, keys, n);
	if (db_snapshot(j->db, look, &r, err) < 0 ||
	    again(j, false, out, &late, err) < 0)
		return -1;
	for (int i = 0; i < LATE_LOOKS && late; i++)
		if (again(j, true, out, &late, err) < 0)
			return -1;
	return 0;
}

int verify_look_again(struct db *db, struct arena *a,
    const struct verify_check *c, const struct verify_finding *f,
    struct error *err)
{
	struct verify_finding *found;
	size_t n;

	if (run(db, a, c, keys_of(a, c, f, 1), &found, &n, err) < 0)
		return -1;
	return has(found, n, f);
}
