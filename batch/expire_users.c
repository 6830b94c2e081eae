/* What is old of users: a round over all of them, a few at a time. */
#include "expire.h"

#include <inttypes.h>
#include <string.h>

#include "base/conf.h"
#include "base/fault.h"
#include "base/log.h"
#include "im/consumer/aged.h"
#include "im/conv/aged.h"
#include "im/user/aged.h"
#include "im/user/inbox.h"
#include "job/sweep.h"

#define USERS   100
#define HOUR_MS (INT64_C(3600) * 1000)

static const struct db_stmt *const *const statements[] = { sweep_statements,
	user_aged_statements, conv_aged_statements, consumer_aged_statements,
	inbox_statements, NULL };

/* Removed in this round by this process, for the log. */
static struct {
	int64_t users, sessions, jwts, client_ids, mentions, events;
} round_of;

struct chunk {
	struct job *j;
	struct sweep read, sweep; /* as it was read; as it is moved */
	struct db_id *ids;
	size_t n;
	struct str users;
	struct user_aged_policy policy;
	bool more; /* of these users */
	int64_t sessions, jwts, client_ids, mentions;
};

static int64_t days_ago(const struct chunk *c, int64_t days)
{
	return c->read.now_ms - days * EXPIRE_DAY_MS;
}

/* ---- inboxes ---- */

struct inbox {
	struct chunk *c;
	int64_t user_id, n;
};

static int raise_tx(struct db *db, void *arg, struct error *err)
{
	struct inbox *b = arg;
	struct job *j = b->c->j;

	if (job_fence_check(j, err) < 0 ||
	    user_aged_raise(db, j->arena, b->user_id, &b->c->policy,
		EXPIRE_BATCH, &b->n, err) < 0)
		return -1;
	fault_point("expire_floor");
	return 0;
}

static int events_tx(struct db *db, void *arg, struct error *err)
{
	struct inbox *b = arg;
	struct job *j = b->c->j;

	if (job_fence_check(j, err) < 0 ||
	    user_aged_events(db, j->arena, b->user_id, EXPIRE_BATCH, &b->n,
		err) < 0)
		return -1;
	fault_point("expire_events");
	return 0;
}

/* First what a dead worker has left below the floor. */
static int shorten(struct chunk *c, int64_t user_id, struct error *err)
{
	struct inbox b = { c, user_id, 0 };
	int64_t raised = 0;

	do {
		do {
			if (db_tx(c->j->db, events_tx, &b, err) < 0)
				return -1;
			fault_point("expire_events_committed");
			c->j->result.done += b.n;
			round_of.events += b.n;
		} while (b.n == EXPIRE_BATCH && !job_should_stop(c->j));
		if (job_should_stop(c->j))
			return 0;
		if (db_tx(c->j->db, raise_tx, &b, err) < 0)
			return -1;
		fault_point("expire_floor_committed");
		raised = b.n;
	} while (raised);
	return 0;
}

static int shorten_inboxes(struct chunk *c, struct error *err)
{
	struct db_id *due;
	size_t n;

	if (user_aged_inboxes(c->j->db, c->j->arena, c->users, &c->policy, &due,
		&n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (shorten(c, due[i].id, err) < 0)
			return -1;
		c->more |= job_should_stop(c->j);
		if (c->more)
			return 0;
	}
	return 0;
}

/* ---- the rest, with the position ---- */

static int move(struct chunk *c, struct error *err)
{
	if (c->n < USERS)
		return sweep_end(c->j->db, &c->sweep,
		    conf.expire.round_h * HOUR_MS, err);
	return sweep_move(c->j->db, &c->sweep, c->ids[c->n - 1].id, err);
}

static int chunk_tx(struct db *db, void *arg, struct error *err)
{
	struct chunk *c = arg;
	struct arena *a = c->j->arena;

	c->sweep = c->read;
	if (job_fence_check(c->j, err) < 0 ||
	    user_aged_sessions(db, a, c->users,
		days_ago(c, conf.expire.session_days), EXPIRE_BATCH,
		&c->sessions, err) < 0 ||
	    user_aged_jwts(db, a, c->users, c->read.now_ms, EXPIRE_BATCH,
		&c->jwts, err) < 0 ||
	    conv_aged_clients(db, a, c->users,
		days_ago(c, conf.expire.client_id_days), EXPIRE_BATCH,
		&c->client_ids, err) < 0 ||
	    consumer_aged_mentions(db, a, c->users, EXPIRE_BATCH, &c->mentions,
		err) < 0)
		return -1;
	c->more = c->sessions == EXPIRE_BATCH || c->jwts == EXPIRE_BATCH ||
		  c->client_ids == EXPIRE_BATCH || c->mentions == EXPIRE_BATCH;
	if (!c->more && move(c, err) < 0)
		return -1;
	fault_point("expire_users");
	return 0;
}

static void count(const struct chunk *c)
{
	round_of.sessions += c->sessions;
	round_of.jwts += c->jwts;
	round_of.client_ids += c->client_ids;
	round_of.mentions += c->mentions;
	c->j->result.done += c->sessions + c->jwts + c->client_ids +
			     c->mentions;
	if (c->more)
		return;
	round_of.users += (int64_t)c->n;
	if (c->n == USERS)
		return;
	log_info("expire_round",
	    "users=%" PRId64 " sessions=%" PRId64 " jwts=%" PRId64
	    " client_ids=%" PRId64 " mentions=%" PRId64 " events=%" PRId64,
	    round_of.users, round_of.sessions, round_of.jwts,
	    round_of.client_ids, round_of.mentions, round_of.events);
	memset(&round_of, 0, sizeof(round_of));
}

static int work_on(struct chunk *c, struct error *err)
{
	struct arena *a = c->j->arena;
	int64_t *ids;

	if (user_aged_next(c->j->db, a, c->read.at_id, USERS, &c->ids, &c->n,
		err) < 0)
		return -1;
	ids = ARENA_ARRAY(a, c->n + 1, int64_t);
	for (size_t i = 0; i < c->n; i++)
		ids[i] = c->ids[i].id;
	c->users = db_set(a, ids, c->n);
	if (shorten_inboxes(c, err) < 0)
		return -1;
	if (c->more)
		return 0;
	if (db_tx(c->j->db, chunk_tx, c, err) < 0)
		return -1;
	fault_point("expire_users_committed");
	count(c);
	return 0;
}

static int work(struct job *j, size_t *n_out, struct error *err)
{
	struct chunk c = { .j = j };

	*n_out = 0;
	if (j->dry_run)
		return 0;
	if (sweep_get(j->db, j->arena, STR("expire"), &c.read, err) < 0)
		return -1;
	if (!sweep_is_due(&c.read))
		return 0;
	c.policy.before_ms = days_ago(&c, conf.expire.inbox_days);
	c.policy.rows_max = conf.expire.inbox_rows;
	if (work_on(&c, err) < 0)
		return -1;
	/* The round is not over. */
	if (c.more || c.n == USERS)
		*n_out = JOB_SOURCE_BATCH;
	return 0;
}

const struct job_source expire_users = {
	.name = "users",
	.statements = statements,
	.work = work,
};
