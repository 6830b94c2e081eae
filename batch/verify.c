/* im-verify: checks the invariants of a store, and repairs what can be derived
 * from the log. */
#include "verify.h"

#include <inttypes.h>
#include <string.h>

#include "base/conf.h"
#include "base/log.h"
#include "base/stat.h"
#include "im/consumer/parked.h"
#include "im/conv/archive.h"
#include "io/bus_wake.h"
#include "job/throttle.h"
#include "verify_mend.h"

#define PARKED_PAGE 100 /* read at a time */

static struct {
	bool repair;
	int64_t rate; /* -1: as the settings say */
	struct verify_walk walk;
	struct job_throttle throttle;
	struct verify_tally tally;
	int64_t forgotten;
} v = { .rate = -1 };

static int handle(struct job *j, const struct verify_check *c,
    const struct verify_finding *f, struct error *err)
{
	bool repaired = false;

	if (v.repair && !j->dry_run &&
	    verify_repair(j, c, f, &repaired, err) < 0)
		return -1;
	job_progress_hide(j);
	verify_report_finding(c->name, c->text, f, repaired);
	v.tally.found++;
	if (repaired)
		v.tally.repaired++;
	else
		j->result.failed++;
	stat_add(repaired ? STAT_VERIFY_REPAIRED : STAT_VERIFY_FOUND, 1);
	if (repaired && !strcmp(c->name, "fanout_forgotten"))
		v.forgotten++;
	return 0;
}

static int check_keys(struct job *j, const int64_t *keys, size_t n,
    struct error *err)
{
	const enum verify_scope scope = v.walk.scope;
	const struct verify_check *c;
	struct verify_look look;

	if (verify_look(j, scope, keys, n, &look, err) < 0)
		return -1;
	for (size_t i = 0; (c = verify_list_at(i)); i++)
		for (size_t k = 0; k < look.n[i]; k++)
			if (handle(j, c, &look.found[i][k], err) < 0)
				return -1;
	if (scope == VERIFY_CONV &&
	    verify_archive(j, &v.tally, keys, n, err) < 0)
		return -1;
	v.tally.seen[scope] += (int64_t)n;
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
		for (size_t i = 0; i < n; i++) {
			const struct verify_finding f = {
				.conv_id = rows[i].conv_id,
				.at = rows[i].done_index + 1,
				.want = rows[i].head,
				.got = rows[i].done_index,
			};

			if (v.walk.only_conv &&
			    v.walk.only_conv != rows[i].conv_id)
				continue;
			verify_report_finding("fanout_parked",
			    arena_printf(j->arena,
				"parked, see im-admin queue parked: %.*s",
				STR_ARG(rows[i].reason))
				.p,
			    &f, false);
			v.tally.found++;
			j->result.failed++;
		}
		if (n)
			after = rows[n - 1];
	} while (n == PARKED_PAGE);
	return 0;
}

static void tell(struct job *j)
{
	static const char *const names[] = { "conversations", "users" };

	if (v.walk.scope < VERIFY_SCOPES)
		job_progress(j, names[v.walk.scope],
		    verify_walk_percent(&v.walk), 100);
}

static int end(struct job *j, struct error *err)
{
	if (!v.walk.only_user && check_parked(j, err) < 0)
		return -1;
	job_progress_hide(j);
	verify_report_end(&v.tally);
	if (v.forgotten)
		bus_wake("fanout");
	return 0;
}

static int step(struct job *j, struct error *err)
{
	const struct verify_walk at = v.walk;
	int64_t *keys, rows;
	size_t n;
	int more = verify_walk_next(&v.walk, j, &keys, &n, &rows, err);

	if (more <= 0)
		return more < 0 ? -1 : end(j, err);
	if (n && check_keys(j, keys, n, err) < 0) {
		v.walk = at; /* the same ones again */
		return -1;
	}
	tell(j);
	if (job_throttle(j, &v.throttle, rows + (int64_t)n, err) < 0)
		return -1;
	return 1;
}

static int start(struct job *j, struct error *err)
{
	if (db_check(j->db, verify_statements, err) < 0 ||
	    db_check(j->db, parked_statements, err) < 0 ||
	    db_check(j->db, archive_statements, err) < 0 ||
	    verify_list_prepare(j->db, err) < 0)
		return -1;
	for (size_t i = 0; verify_mend_lists[i]; i++)
		if (db_check(j->db, verify_mend_lists[i], err) < 0)
			return -1;
	v.throttle.per_s = v.rate < 0 ? conf.verify.rate : v.rate;
	tell(j);
	return verify_walk_begin(&v.walk, j, err);
}

static bool take_sample(struct str s)
{
	bool percent = s.len && s.p[s.len - 1] == '%';
	int64_t n;

	if (percent)
		s.len--;
	if (!str_to_int(s, &n) || n < 1 || (percent && n > 100))
		return false;
	v.walk.percent = percent ? n : 0;
	v.walk.sample = percent ? 0 : n;
	return true;
}

static bool option(struct job *j, const char *name, const char *value)
{
	(void)j;
	if (!strcmp(name, "repair"))
		return v.repair = true;
	if (!strcmp(name, "json"))
		return verify_report_json = true;
	if (!strcmp(name, "sample"))
		return take_sample(str_of(value));
	if (!strcmp(name, "rate"))
		return str_to_int(str_of(value), &v.rate) && v.rate >= 0;
	if (!strcmp(name, "conv"))
		return str_to_int(str_of(value), &v.walk.only_conv) &&
		       v.walk.only_conv > 0;
	return str_to_int(str_of(value), &v.walk.only_user) &&
	       v.walk.only_user > 0;
}

static const struct program_option options[] = {
	{ "sample", "N|N%",
	    "N random conversations and users only, or N of a hundred" },
	{ "conv", "ID", "only this conversation" },
	{ "user", "ID", "only this user" },
	{ "repair", NULL, "repair what can be derived from the log" },
	{ "json", NULL, "a line of JSON for each finding" },
	{ "rate", "N", "at most N rows of logs and inboxes a second" },
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
