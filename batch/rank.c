/* im-rank: recomputes chats and their counts, and puts right what is off. */
#include "rank.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/fault.h"
#include "base/log.h"
#include "job/position.h"
#include "job/throttle.h"

#define TELL_EVERY_MS 10000

/* The leases: of the walk that goes on where it was left, and of what somebody
 * has asked for meanwhile. */
enum { WALK, ASKED, LEASES };

static struct {
	bool all;
	int64_t rate; /* -1: as the settings say */
	struct rank_walk walk;
	struct job_throttle throttle;
	struct rank_tally tally;
	int64_t fence, told_ms;
} r = { .rate = -1, .fence = -1 };

static struct job_def def;

static bool is_asked(void)
{
	return r.all || r.walk.only_conv || r.walk.only_user;
}

static bool is_ours(int partition)
{
	return partition == (is_asked() ? ASKED : WALK);
}

/* One conversation or user is done at once, and leaves no position. */
static bool is_kept(const struct job *j)
{
	return !j->dry_run && !r.walk.only_conv && !r.walk.only_user;
}

/* Whoever takes the lease goes on where its last holder was. */
static int begin(struct job *j, struct error *err)
{
	struct str at = STR("");

	if (r.fence == job_fence(j))
		return 0;
	if (is_kept(j) && job_position_get(j, &at, err) < 0)
		return -1;
	rank_walk_begin(&r.walk, at);
	r.fence = job_fence(j);
	return 0;
}

struct keeping {
	struct job *j;
	struct str position;
};

static int keep_tx(struct db *db, void *arg, struct error *err)
{
	const struct keeping *k = arg;

	(void)db;
	if (job_fence_check(k->j, err) < 0 ||
	    job_position_put(k->j, k->position, err) < 0)
		return -1;
	fault_point("rank_position");
	return 0;
}

static int keep(struct job *j, struct str position, struct error *err)
{
	struct keeping k = { j, position };

	return is_kept(j) ? db_tx(j->db, keep_tx, &k, err) : 0;
}

static void tell(const char *event)
{
	log_info(event,
	    "chats=%" PRId64 " users=%" PRId64 " off_chats=%" PRId64
	    " off_settings=%" PRId64 " off_badges=%" PRId64,
	    r.tally.chats, r.tally.users, r.tally.off_chats,
	    r.tally.off_settings, r.tally.off_badges);
	r.told_ms = clock_mono_ms();
}

static int turn(struct job *j, struct error *err)
{
	if (rank_walk_turn(&r.walk))
		return keep(j, rank_walk_position(&r.walk, j->arena), err) < 0
			   ? -1
			   : 1;
	tell("rank");
	r.fence = -1;
	return keep(j, STR(""), err);
}

static int work(struct job *j, struct error *err)
{
	struct chat_drift_place *places;
	size_t n;
	int rc;

	if (rank_walk_next(&r.walk, j, &places, &n, err) < 0)
		return -1;
	if (n == 0)
		return turn(j, err);
	rc = r.walk.pass == RANK_MEMBERS
		 ? rank_members(j, places, n, &r.tally, err)
		 : rank_users(j, places, n, &r.tally, err);
	if (rc < 0 || keep(j, rank_walk_position(&r.walk, j->arena), err) < 0)
		return -1;
	j->result.done += (int64_t)n;
	if (clock_mono_ms() - r.told_ms >= TELL_EVERY_MS)
		tell("rank_progress");
	return job_throttle(j, &r.throttle, (int64_t)n, err) < 0 ? -1 : 1;
}

static int step(struct job *j, struct error *err)
{
	struct rank_walk at;
	int rc;

	if (begin(j, err) < 0)
		return -1;
	at = r.walk;
	rc = work(j, err);
	if (rc < 0)
		r.walk = at; /* the same ones again */
	return rc;
}

static int start(struct job *j, struct error *err)
{
	if (db_check(j->db, rank_statements, err) < 0 ||
	    db_check(j->db, job_position_statements, err) < 0)
		return -1;
	for (size_t i = 0; rank_mend_lists[i]; i++)
		if (db_check(j->db, rank_mend_lists[i], err) < 0)
			return -1;
	r.throttle.per_s = r.rate < 0 ? conf.rank.rate : r.rate;
	def.budget_ms = is_asked() ? 0 : conf.rank.budget_s * 1000;
	r.told_ms = clock_mono_ms();
	return 0;
}

static bool option(struct job *j, const char *name, const char *value)
{
	(void)j;
	if (!strcmp(name, "all"))
		return r.all = true;
	if (!strcmp(name, "rate"))
		return str_to_int(str_of(value), &r.rate) && r.rate >= 0;
	if (!strcmp(name, "conv"))
		return str_to_int(str_of(value), &r.walk.only_conv) &&
		       r.walk.only_conv > 0;
	return str_to_int(str_of(value), &r.walk.only_user) &&
	       r.walk.only_user > 0;
}

static const struct program_option options[] = {
	{ "user", "ID", "only this user" },
	{ "conv", "ID", "only this conversation" },
	{ "all", NULL, "everything, without a limit of time" },
	{ "rate", "N", "at most N chats a second" },
	{ NULL, NULL, NULL },
};

static struct job_def def = {
	.name = "rank",
	.program = "im-rank",
	.summary = "Recomputes chats and their counts.",
	.partitions = LEASES,
	.is_here = is_ours,
	.lease_s = 10,
	.step = step,
	.start = start,
	.options = options,
	.option = option,
};

int main(int argc, char **argv)
{
	return job_main(argc, argv, &def);
}
