#include "push_settle.h"

#include <inttypes.h>

#include "base/crypto.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/stat.h"
#include "im/push/ledger.h"
#include "im/push/push_job.h"
#include "im/push/shown.h"
#include "io/db_clock.h"
#include "push_conf.h"

#define OK_EACH_MS 60000 /* how often a device is said to be well */

struct settling {
	struct job *j;
	struct flight *list;
	int64_t now_ms;
};

/* ---- jobs ---- */

static int later(const struct settling *s, const struct flight *f,
    int64_t wait_ms, struct error *err)
{
	int64_t due_ms = s->now_ms + wait_ms;

	if (wait_ms < f->outcome.retry_after_ms)
		due_ms = s->now_ms + f->outcome.retry_after_ms +
			 crypto_uniform(
			     (uint32_t)(f->outcome.retry_after_ms / 4 + 1));
	s->j->result.retried++;
	return push_job_later(s->j->db, &f->job, due_ms, err);
}

static int again(const struct settling *s, const struct flight *f,
    struct error *err)
{
	return later(s, f,
	    push_backoff_ms(push_retry_ms(), f->job.attempts,
		PUSH_RETRY_MAX_MS),
	    err);
}

/* Until the credential is tried again. */
static int wait_for_credential(const struct settling *s, const struct flight *f,
    struct error *err)
{
	int64_t wait_ms = f->way->credential.probe_ms - s->now_ms;

	if (wait_ms < push_retry_ms())
		wait_ms = push_retry_ms();
	return later(s, f,
	    wait_ms + crypto_uniform((uint32_t)(wait_ms / 4 + 1)), err);
}

/* A withdrawal that was raised meanwhile has news to tell. */
static int gone(const struct settling *s, const struct flight *f,
    struct error *err)
{
	int rc = push_job_gone(s->j->db, &f->job, err);

	return rc ? rc : push_job_shown(s->j->db, &f->job, s->now_ms, err);
}

static int accepted(const struct settling *s, const struct flight *f,
    struct error *err)
{
	struct push_job shown = f->job;

	if (f->withdraws || f->job.conv_id == PUSH_TEST_CONV)
		return gone(s, f, err);
	if (push_job_shown(s->j->db, &f->job, s->now_ms, err) < 0)
		return -1;
	/* For a look at whether it was read. */
	shown.state = PUSH_JOB_SHOWN;
	return shown_look_at(s->j->db, &shown,
	    shown_next_look_ms(s->now_ms, s->now_ms), err);
}

static int given_up(const struct settling *s, const struct flight *f,
    struct error *err)
{
	int rc;

	if (f->withdraws || f->job.conv_id == PUSH_TEST_CONV)
		return gone(s, f, err);
	rc = push_job_drop(s->j->db, &f->job, err);
	/* It has moved up: what is new is told. */
	return rc ? rc : push_job_later(s->j->db, &f->job, s->now_ms, err);
}

/* ---- what is learnt ---- */

static int learn_device(const struct settling *s, const struct flight *f,
    int64_t state, struct error *err)
{
	struct registration r = f->reg;

	if (state == REGISTRATION_OK && r.state == REGISTRATION_OK &&
	    s->now_ms - r.last_ok_ms < OK_EACH_MS)
		return 0;
	r.state = state;
	r.reason = state == REGISTRATION_OK ? STR("") : f->outcome.reason;
	r.last_ok_ms = s->now_ms;
	return registration_learn(s->j->db, &r, f->outcome.dead_since_ms, err);
}

static int dead(const struct settling *s, const struct flight *f,
    struct error *err)
{
	if (learn_device(s, f, REGISTRATION_DEAD, err) < 0)
		return -1;
	return given_up(s, f, err);
}

/* The decision so far. */
static int settle_one(const struct settling *s, const struct flight *f,
    int64_t *decision_out, struct error *err)
{
	*decision_out = LEDGER_WAITING;
	switch (f->outcome.verdict) {
	case PUSH_DONE:
		*decision_out = f->withdraws ? LEDGER_WITHDRAWN : LEDGER_SENT;
		if (learn_device(s, f, REGISTRATION_OK, err) < 0)
			return -1;
		return accepted(s, f, err);
	case PUSH_DROP:
		if (!f->may_drop)
			return wait_for_credential(s, f, err);
		*decision_out = LEDGER_DEAD;
		return dead(s, f, err);
	case PUSH_DROP_GATED:
		*decision_out = f->may_drop ? LEDGER_DEAD : LEDGER_FAILED;
		return f->may_drop ? dead(s, f, err) : given_up(s, f, err);
	case PUSH_SHORTEN:
	case PUSH_GIVE_UP:
		*decision_out = LEDGER_FAILED;
		return given_up(s, f, err);
	case PUSH_RENEW:
	case PUSH_STOP:
		return wait_for_credential(s, f, err);
	case PUSH_SLOW:
	case PUSH_RETRY:
	case PUSH_UNKNOWN:
		break;
	}
	return again(s, f, err);
}

static struct ledger row_of(const struct flight *f, int64_t decision,
    int64_t now_ms)
{
	return (struct ledger){
		.user_id = f->job.user_id,
		.ledger_id = f->job.notice_id,
		.app_id = f->job.app_id,
		.device_id = f->job.device_id,
		.provider = f->reg.provider,
		.conv_id = f->job.conv_id,
		.first_index = f->job.first_index,
		.upto_index = f->withdraws ? f->job.shown_index
					   : f->job.upto_index,
		.decision = decision,
		.reason = f->outcome.reason,
		.at_ms = now_ms,
	};
}

static int settle_tx(struct db *db, void *arg, struct error *err)
{
	struct settling *s = arg;
	struct job *j = s->j;
	size_t n = 0, i = 0;
	struct ledger *rows;
	struct ledger_attempt *attempts;

	if (job_fence_check(j, err) < 0)
		return -1;
	for (const struct flight *f = s->list; f; f = f->next)
		n++;
	rows = ARENA_ARRAY(j->arena, n, struct ledger);
	attempts = ARENA_ARRAY(j->arena, n, struct ledger_attempt);
	for (const struct flight *f = s->list; f; f = f->next, i++) {
		int64_t decision;

		if (settle_one(s, f, &decision, err) < 0)
			return -1;
		rows[i] = row_of(f, decision, s->now_ms);
		attempts[i] = (struct ledger_attempt){
			.user_id = f->job.user_id,
			.ledger_id = f->job.notice_id,
			.attempt = f->job.attempts,
			.at_ms = f->landed_ms,
			.status = f->outcome.status,
			.reason = f->outcome.reason,
			.took_ms = f->took_ms,
		};
	}
	fault_point("push_settle");
	if (ledger_put(db, j->arena, rows, n, err) < 0)
		return -1;
	return ledger_add_attempts(db, attempts, n, err);
}

int push_settle(struct job *j, struct flight *list, struct error *err)
{
	struct settling s = { j, list, db_clock_ms(j->db) };

	if (!list)
		return 0;
	if (db_tx(j->db, settle_tx, &s, err) < 0)
		return -1;
	fault_point("push_settled");
	for (const struct flight *f = list; f; f = f->next)
		j->result.done += f->outcome.verdict == PUSH_DONE;
	return 0;
}
