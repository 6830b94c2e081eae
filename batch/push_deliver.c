/* What is due, as notices. */
#include "push.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/stat.h"
#include "im/push/ledger.h"
#include "im/push/shown.h"
#include "im/site/node.h"
#include "io/db_clock.h"
#include "push/device_pace.h"
#include "push_conf.h"
#include "push_fly.h"
#include "push_lines.h"

#define TAKE_MAX   200  /* jobs of a transaction */
#define FLIGHT_MAX 2000 /* notices under way */

static struct device_pace pace;

/* ---- what is to be done with a job ---- */

enum todo {
	TODO_SEND,
	TODO_LATER,    /* at due_ms */
	TODO_DROP,     /* with a row in the ledger */
	TODO_GONE,     /* without one */
	TODO_WITHDRAW, /* it is shown and over */
	TODO_LOOK,     /* again at due_ms */
};

struct plan {
	struct subject *subject;
	enum todo todo;
	enum push_reason reason;
	struct push_way *way;
	bool withdraws, is_probe, has_begun;
	int64_t due_ms, notice_id;
	struct push_job now; /* what is sent */
};

struct taking {
	struct job *j;
	int64_t now_ms;
	struct plan *plans;
	size_t n;
	struct push_load *loads;
	size_t n_loads;
};

static int64_t soon(const struct taking *t, int64_t wait_ms)
{
	return t->now_ms + wait_ms +
	       crypto_uniform((uint32_t)(wait_ms / 4 + 1));
}

/* How many of the plans so far are for this way. */
static size_t planned(const struct taking *t, const struct push_way *w)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->plans[i].todo == TODO_SEND && t->plans[i].way == w &&
		     t->plans[i].subject;
	return n;
}

static uint64_t key_of(const struct push_job *j)
{
	uint64_t h = (uint64_t)j->user_id;

	for (size_t i = 0; i < j->device_id.len; i++)
		h = hash_u64(h ^ (unsigned char)j->device_id.p[i]);
	return h;
}

static void put_off(struct plan *p, int64_t due_ms)
{
	p->todo = TODO_LATER;
	p->due_ms = due_ms;
}

/* Everything allows it: is there room? */
static void plan_sending(struct taking *t, struct plan *p, size_t others)
{
	const struct push_facts *f = &p->subject->facts;
	int64_t ack_ms = f->sent_ms + push_ack_wait_ms(), wait_ms;

	if (f->what == PUSH_OF_MESSAGE && f->is_foreground && !p->withdraws &&
	    t->now_ms < ack_ms) {
		put_off(p, ack_ms);
		return;
	}
	if (push_way_room(t->j, p->way) <= others) {
		put_off(p, t->now_ms + push_way_wait_ms(p->way));
		return;
	}
	wait_ms = device_pace_take(&pace, key_of(&p->subject->job),
	    clock_mono_ms());
	if (wait_ms) {
		stat_add(STAT_PUSH_PACED, 1);
		put_off(p, soon(t, wait_ms));
		return;
	}
	p->todo = TODO_SEND;
	p->way->is_probing |= p->is_probe;
}

static void plan_news(struct taking *t, struct plan *p)
{
	struct subject *s = p->subject;
	struct push_way *w = p->way;
	size_t others = w ? planned(t, w) : 0;

	subject_set_credential(s, w ? &w->credential : NULL);
	if (w && s->facts.is_failing && !w->is_probing &&
	    w->credential.probe_ms <= t->now_ms) {
		s->facts.is_failing = false;
		p->is_probe = true;
	}
	p->reason = push_decide(&s->facts);
	switch (push_reason_outcome(p->reason)) {
	case PUSH_SEND:
		plan_sending(t, p, others);
		break;
	case PUSH_WAIT: {
		int64_t wait_ms = w->credential.probe_ms - t->now_ms;

		put_off(p, soon(t, wait_ms > 1000 ? wait_ms : 1000));
		break;
	}
	case PUSH_SKIP:
	case PUSH_DEAD:
		p->todo = TODO_DROP;
		break;
	}
}

static void plan_shown(const struct taking *t, struct plan *p)
{
	const struct subject *s = p->subject;
	int64_t since_ms = s->job.since_ms;

	if (!s->facts.is_registered || s->facts.is_dead ||
	    t->now_ms - since_ms >= push_expiry_ms())
		p->todo = TODO_GONE;
	else if (subject_is_over(s))
		p->todo = TODO_WITHDRAW;
	else {
		p->todo = TODO_LOOK;
		p->due_ms = shown_next_look_ms(since_ms, t->now_ms);
	}
}

/* Only where it is known to arrive: nobody waits for it. */
static void plan_withdrawal(struct taking *t, struct plan *p)
{
	const struct push_facts *f = &p->subject->facts;

	p->withdraws = true;
	if (!f->is_registered || f->is_dead || !p->way ||
	    !p->way->credential.enabled ||
	    p->way->credential.state == CREDENTIAL_FAILING)
		p->todo = TODO_GONE;
	else
		plan_sending(t, p, planned(t, p->way));
}

static int make_plan(struct taking *t, struct plan *p, struct subject *s,
    struct error *err)
{
	const struct push_job *j = &s->job;

	p->todo = TODO_GONE;
	p->way = push_lines_find(j->app_id, s->reg.provider, s->reg.topic);
	p->notice_id = j->notice_id;
	p->subject = s;
	if (j->state == PUSH_JOB_SHOWN)
		plan_shown(t, p);
	else if (j->state == PUSH_JOB_WITHDRAW ||
		 (j->state == PUSH_JOB_SENDING && !j->sent_index))
		plan_withdrawal(t, p);
	else
		plan_news(t, p);
	if ((p->todo == TODO_SEND || p->todo == TODO_DROP) && !p->notice_id)
		return node_next_id(t->j->db, &p->notice_id, err);
	return 0;
}

static int make_plans(struct taking *t, struct subject *all, size_t n,
    struct error *err)
{
	t->plans = ARENA_ARRAY(t->j->arena, n, struct plan);
	for (size_t i = 0; i < n; i++) {
		struct plan *p = &t->plans[t->n];

		*p = (struct plan){ .subject = NULL };
		if (all[i].job.state == PUSH_JOB_SENDING &&
		    fly_is_under_way(&all[i].job))
			continue;
		if (make_plan(t, p, &all[i], err) < 0)
			return -1;
		t->n++;
	}
	return 0;
}

static int make_loads(struct taking *t, struct error *err)
{
	t->loads = ARENA_ARRAY(t->j->arena, t->n, struct push_load);
	for (size_t i = 0; i < t->n; i++) {
		const struct plan *p = &t->plans[i];

		if (p->todo == TODO_SEND)
			t->loads[t->n_loads++] = (struct push_load){
				.subject = p->subject,
				.credential = &p->way->credential,
				.notice_id = p->notice_id,
				.withdraws = p->withdraws,
			};
	}
	return t->n_loads ? push_payloads(t->j, t->loads, t->n_loads, err) : 0;
}

/* ---- one transaction ---- */

static int begin(const struct taking *t, struct plan *p, struct error *err)
{
	int rc;

	p->now = (struct push_job){
		.notice_id = p->notice_id,
		.due_ms = t->now_ms + 2 * push_limits().timeout_ms +
			  FLY_LATE_MS,
	};
	rc = push_job_begin(t->j->db, &p->subject->job, &p->now, err);
	p->has_begun = rc > 0;
	return rc;
}

static int carry_out(const struct taking *t, struct plan *p, struct error *err)
{
	struct db *db = t->j->db;
	const struct push_job *j = &p->subject->job;
	int64_t n;

	switch (p->todo) {
	case TODO_SEND:
		return begin(t, p, err);
	case TODO_LATER:
		return push_job_later(db, j, p->due_ms, err);
	case TODO_DROP:
		return j->conv_id == PUSH_TEST_CONV ? push_job_gone(db, j, err)
						    : push_job_drop(db, j, err);
	case TODO_GONE:
		return push_job_gone(db, j, err);
	case TODO_WITHDRAW:
		return push_job_withdraw(db, j->user_id, j->conv_id,
		    j->shown_index, t->now_ms, &n, err);
	case TODO_LOOK:
		return shown_look_at(db, j, p->due_ms, err);
	}
	return 0;
}

static struct ledger row_of(const struct taking *t, const struct plan *p)
{
	const struct push_job *j = &p->subject->job;
	bool is_dead = p->reason == PUSH_NO_DEAD;

	return (struct ledger){
		.user_id = j->user_id,
		.ledger_id = p->notice_id,
		.app_id = j->app_id,
		.device_id = j->device_id,
		.provider = p->subject->reg.provider,
		.conv_id = j->conv_id,
		.first_index = j->first_index,
		.upto_index = p->withdraws ? j->shown_index : j->upto_index,
		.decision = p->todo == TODO_SEND ? LEDGER_WAITING
			    : is_dead            ? LEDGER_DEAD
						 : LEDGER_SKIPPED,
		.reason = str_of(push_reason_name(p->reason)),
		.at_ms = t->now_ms,
	};
}

static int write_tx(struct db *db, void *arg, struct error *err)
{
	struct taking *t = arg;
	struct ledger *rows = ARENA_ARRAY(t->j->arena, t->n, struct ledger);
	size_t n = 0;

	if (job_fence_check(t->j, err) < 0)
		return -1;
	for (size_t i = 0; i < t->n; i++) {
		struct plan *p = &t->plans[i];
		int rc = carry_out(t, p, err);

		if (rc < 0)
			return -1;
		if (rc && (p->todo == TODO_SEND || p->todo == TODO_DROP))
			rows[n++] = row_of(t, p);
	}
	return ledger_put(db, t->j->arena, rows, n, err);
}

static void send_all(const struct taking *t)
{
	size_t k = 0;

	for (size_t i = 0; i < t->n; i++) {
		struct plan *p = &t->plans[i];
		const struct push_load *l;
		struct flight *f;

		if (p->todo == TODO_DROP)
			stat_add((STAT_PUSH_NO_KIND + p->reason - PUSH_NO_KIND),
			    1);
		if (p->todo != TODO_SEND)
			continue;
		l = &t->loads[k++];
		if (!p->has_begun) {
			if (p->is_probe)
				p->way->is_probing = false;
			continue;
		}
		p->now.device_id = p->subject->job.device_id;
		p->subject->job = p->now;
		f = flight_new(p->way, p->subject, l);
		f->is_probe = p->is_probe;
		fly_begin(f);
		fault_point("push_submitted");
	}
}

/* 1: there may be more that is due now. */
static int take(struct job *j, struct error *err)
{
	struct taking t = { .j = j, .now_ms = db_clock_ms(j->db) };
	const struct subject_tools tools = { j->db, j->cache, j->arena,
		t.now_ms, push_expiry_ms() };
	int64_t limit = FLIGHT_MAX - (int64_t)fly_count();
	struct push_job *jobs;
	struct subject *all;
	size_t n;

	if (limit > TAKE_MAX)
		limit = TAKE_MAX;
	pace.per_minute = push_per_minute();
	if (limit <= 0)
		return 0;
	if (push_job_due(j->db, j->arena, j->partition, t.now_ms, limit, &jobs,
		&n, err) < 0 ||
	    subject_load(&tools, jobs, n, &all, err) < 0 ||
	    make_plans(&t, all, n, err) < 0 || make_loads(&t, err) < 0)
		return -1;
	if (!t.n)
		return 0;
	if (db_tx(j->db, write_tx, &t, err) < 0)
		return -1;
	fault_point("push_marked");
	send_all(&t);
	return (int64_t)n == limit;
}

int push_deliver_step(struct job *j, struct error *err)
{
	int more = 0;

	if (fly_settle(j, err) < 0)
		return -1;
	if (!job_should_stop(j))
		more = take(j, err);
	if (more < 0)
		return -1;
	return more || fly_has(j->partition);
}
