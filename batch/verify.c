/* im-verify: checks the invariants of a store, and repairs what can be derived
 * from the log. */
#include "verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/ids.h"
#include "base/log.h"
#include "im/consumer/parked.h"
#include "im/conv/archive.h"
#include "im/conv/conv.h"
#include "io/bus_wake.h"
#include "job/job.h"

#define RUN         10   /* consecutive keys per random place of a sample */
#define PARKED_PAGE 100  /* read at a time */
#define LINES_MAX   1000 /* findings printed */

/* How many keys of a scope one step takes. */
static const int64_t batch_of[] = {
	[VERIFY_CONV] = 20,
	[VERIFY_USER] = 20,
	[VERIFY_BODY] = 20,
};

static struct {
	int64_t sample; /* keys of each scope; 0: all */
	bool repair;
	enum verify_scope scope;
	int64_t after, taken, last;
	int64_t seen[3], repaired, forgotten;
} v;

/* ---- the keys of a step ---- */

static int next_scope(struct job *j, struct error *err)
{
	v.after = v.taken = 0;
	return verify_sql_last(j->db, v.scope, &v.last, err);
}

/* Ids begin with the time, so the first one bounds the sample. */
static int first_key(struct job *j, int64_t *out, struct error *err)
{
	int64_t *keys;
	size_t n;

	if (verify_sql_keys(j->db, j->arena, v.scope, 0, 1, &keys, &n, err))
		return -1;
	*out = n ? keys[0] : 0;
	return 0;
}

/* Short runs of keys from random places on.  Not uniform: keys after a gap are
 * more likely. */
static int sample_keys(struct job *j, int64_t **keys, size_t *n,
    struct error *err)
{
	int64_t left = v.sample - v.taken, first, *all;
	size_t got = 0;

	if (left > batch_of[v.scope])
		left = batch_of[v.scope];
	*n = 0;
	if (left <= 0 || first_key(j, &first, err) < 0)
		return left <= 0 ? 0 : -1;
	all = ARENA_ARRAY(j->arena, (size_t)left, int64_t);
	while (got < (size_t)left && v.last) {
		uint64_t r, width = (uint64_t)(v.last - first) + 1;
		int64_t run = left - (int64_t)got, *some;
		size_t found;

		crypto_random(&r, sizeof(r));
		if (verify_sql_keys(j->db, j->arena, v.scope,
			first - 1 + (int64_t)(r % width), run < RUN ? run : RUN,
			&some, &found, err) < 0)
			return -1;
		memcpy(all + got, some, found * sizeof(*all));
		got += found;
	}
	*n = ids_sort_distinct(all, got);
	v.taken += left;
	*keys = all;
	return 0;
}

static int step_keys(struct job *j, int64_t **keys, size_t *n,
    struct error *err)
{
	if (v.sample)
		return sample_keys(j, keys, n, err);
	if (verify_sql_keys(j->db, j->arena, v.scope, v.after,
		batch_of[v.scope], keys, n, err) < 0)
		return -1;
	if (*n)
		v.after = (*keys)[*n - 1];
	return 0;
}

/* ---- checking ---- */

struct checking {
	struct job *j;
	struct str keys;
	struct verify_finding *found[64];
	size_t n[64];
};

/* In one snapshot: each check must see its tables in a consistent state. */
static int check_all(struct db *db, void *arg, struct error *err)
{
	struct checking *c = arg;

	for (size_t i = 0; verify_checks[i].name; i++) {
		BUG_ON(i == 64);
		c->n[i] = 0;
		if (verify_checks[i].scope == v.scope &&
		    verify_sql_run(db, c->j->arena, &verify_checks[i], c->keys,
			&c->found[i], &c->n[i], err) < 0)
			return -1;
	}
	return 0;
}

struct repairing {
	struct arena *arena;
	const struct verify_check *check;
	const struct verify_finding *f;
	int64_t matched;
};

static int repair_tx(struct db *db, void *arg, struct error *err)
{
	struct repairing *r = arg;

	if (verify_sql_lock(db, r->arena, r->check->lock, r->f, err) < 0)
		return -1;
	return verify_sql_repair(db, r->check, r->f, &r->matched, err);
}

static void print_finding(const struct verify_check *c,
    const struct verify_finding *f, bool repaired)
{
	printf("%s conv_id=%" PRId64 " user_id=%" PRId64 " at=%" PRId64
	       " want=%" PRId64 " got=%" PRId64 "%s: %s\n",
	    c->name, f->conv_id, f->user_id, f->at, f->want, f->got,
	    repaired ? " repaired" : "", c->text);
}

/* A repair that the database refuses is one of this row: others go on. */
static int repair(struct job *j, const struct verify_check *c,
    const struct verify_finding *f, bool *repaired_out, struct error *err)
{
	struct repairing r = { j->arena, c, f, 0 };
	int rc = db_tx(j->db, repair_tx, &r, err);

	*repaired_out = rc == 0 && r.matched > 0;
	if (rc == 0 || err_info(err->code)->retry != ERR_RETRY_NEVER ||
	    err->code == ERR_SCHEMA)
		return rc;
	err_clear(err);
	return 0;
}

static int handle(struct job *j, const struct verify_check *c,
    struct verify_finding *f, struct error *err)
{
	bool repaired = v.repair && !j->dry_run && c->repair.sql;

	f->part = f->conv_id ? conv_part(f->conv_id) : 0;
	if (repaired && repair(j, c, f, &repaired, err) < 0)
		return -1;
	if (j->result.failed + v.repaired < LINES_MAX)
		print_finding(c, f, repaired);
	if (repaired)
		v.repaired++;
	else
		j->result.failed++;
	if (repaired && !strcmp(c->name, "fanout_forgotten"))
		v.forgotten++;
	return 0;
}

static int check_keys(struct job *j, const int64_t *keys, size_t n,
    struct error *err)
{
	struct checking c = { .j = j, .keys = db_list(j->arena, keys, n) };

	if (db_snapshot(j->db, check_all, &c, err) < 0 ||
	    (v.scope == VERIFY_CONV && verify_archive(j, keys, n, err) < 0))
		return -1;
	for (size_t i = 0; verify_checks[i].name; i++)
		for (size_t k = 0; k < c.n[i]; k++)
			if (handle(j, &verify_checks[i], &c.found[i][k], err) !=
			    0)
				return -1;
	v.seen[v.scope] += (int64_t)n;
	j->result.done += (int64_t)n;
	return 0;
}

/* Few, if any: all of them, also of a sample. */
static int check_parked(struct job *j, struct error *err)
{
	struct parked after = { .consumer = CONSUMER_FANOUT, .part = -1 };
	struct parked *rows;
	size_t n;

	do {
		if (parked_list(j->db, j->arena, &after, PARKED_PAGE, &rows, &n,
			err) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			printf("fanout_parked conv_id=%" PRId64
			       " user_id=0 at=%" PRId64 " want=%" PRId64
			       " got=%" PRId64 ": parked, see im-admin queue "
			       "parked: %.*s\n",
			    rows[i].conv_id, rows[i].done_index + 1,
			    rows[i].head, rows[i].done_index,
			    STR_ARG(rows[i].reason));
		j->result.failed += (int64_t)n;
		if (n)
			after = rows[n - 1];
	} while (n == PARKED_PAGE);
	return 0;
}

static int summary(void)
{
	printf("%" PRId64 " conversations, %" PRId64 " users; repaired %" PRId64
	       "\n",
	    v.seen[VERIFY_CONV], v.seen[VERIFY_USER], v.repaired);
	if (v.forgotten)
		bus_wake("fanout");
	fflush(stdout);
	return 0;
}

static int step(struct job *j, struct error *err)
{
	int64_t *keys;
	size_t n;

	if (step_keys(j, &keys, &n, err) < 0)
		return -1;
	if (n)
		return check_keys(j, keys, n, err) < 0 ? -1 : 1;
	if (v.scope == VERIFY_BODY)
		return check_parked(j, err) < 0 ? -1 : summary();
	v.scope++;
	return next_scope(j, err) < 0 ? -1 : 1;
}

static int start(struct job *j, struct error *err)
{
	for (size_t i = 0; verify_checks[i].name; i++) {
		const struct db_stmt *list[3] = { &verify_checks[i].find };

		if (verify_checks[i].repair.sql)
			list[1] = &verify_checks[i].repair;
		if (db_check(j->db, list, err) < 0)
			return -1;
	}
	if (db_check(j->db, parked_statements, err) < 0 ||
	    db_check(j->db, archive_statements, err) < 0)
		return -1;
	return next_scope(j, err);
}

static bool option(struct job *j, const char *name, const char *value)
{
	(void)j;
	if (!strcmp(name, "repair"))
		return v.repair = true;
	return str_to_int(str_of(value), &v.sample) && v.sample > 0;
}

static const struct program_option options[] = {
	{ "sample", "N", "N random conversations, users and bodies only" },
	{ "repair", NULL, "repair what can be derived from the log" },
	{ NULL, NULL, NULL },
};

static const struct job_def def = {
	.name = "verify",
	.program = "im-verify",
	.summary = "Checks the invariants of the store.",
	.partitions = 1,
	.lease_s = 30,
	.step = step,
	.start = start,
	.options = options,
	.option = option,
};

int main(int argc, char **argv)
{
	return job_main(argc, argv, &def);
}
