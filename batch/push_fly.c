#include "push_fly.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/stat.h"
#include "push_settle.h"

static struct flight *landed[PUSH_PARTS], *flying;
static size_t n_flying;

void fly_begin(struct flight *f)
{
	f->next = flying;
	flying = f;
	n_flying++;
	push_circuit_begin(&f->way->circuit);
	flight_submit(f);
}

static void unlink_flying(const struct flight *f)
{
	struct flight **at = &flying;

	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
	n_flying--;
}

bool fly_is_under_way(const struct push_job *j)
{
	for (const struct flight *f = flying; f; f = f->next)
		if (f->job.user_id == j->user_id &&
		    f->job.conv_id == j->conv_id &&
		    str_eq(f->job.device_id, j->device_id))
			return true;
	return false;
}

static bool is_in_the_air(int part)
{
	for (const struct flight *f = flying; f; f = f->next)
		if (f->job.part == part)
			return true;
	return false;
}

bool fly_has(int part)
{
	return landed[part] || is_in_the_air(part);
}

size_t fly_count(void)
{
	return n_flying;
}

/* The provider itself has failed, or nobody knows. */
static bool is_outage(const struct push_outcome *o)
{
	return (o->verdict == PUSH_RETRY || o->verdict == PUSH_UNKNOWN) &&
	       (o->status == 0 || o->status / 100 == 5);
}

static bool asks_for_deletion(const struct push_outcome *o)
{
	return o->verdict == PUSH_DROP || o->verdict == PUSH_DROP_GATED;
}

static void note(struct flight *f)
{
	struct push_gate *g = &f->way->gate;
	bool asks = asks_for_deletion(&f->outcome);
	int64_t now = f->landed_ms;

	if (asks || f->outcome.verdict == PUSH_DONE)
		push_gate_note(g, asks, now);
	f->may_drop = f->outcome.verdict == PUSH_DROP
			  ? !push_gate_is_closed(g, now)
			  : push_gate_has_proof(g, now);
	if (f->outcome.is_alarm)
		log_warn("push_alarm",
		    "app_id=%" PRId64 " provider=%" PRId64
		    " status=%d reason=%.*s",
		    f->job.app_id, f->reg.provider, f->outcome.status,
		    STR_ARG(f->outcome.reason));
}

static void count(const struct flight *f)
{
	static const int of[] = {
		[PUSH_DONE] = 0,
		[PUSH_RETRY] = 1,
		[PUSH_SLOW] = 1,
		[PUSH_UNKNOWN] = 2,
		[PUSH_DROP] = 3,
		[PUSH_DROP_GATED] = 3,
		[PUSH_STOP] = 4,
		[PUSH_RENEW] = 4,
		[PUSH_SHORTEN] = 5,
		[PUSH_GIVE_UP] = 5,
	};

	_Static_assert(STAT_PUSH_MIPUSH_FAILED - STAT_PUSH_APNS_SENT ==
			   6 * PUSH_PROVIDER_MAX - 1,
	    "six outcomes of each provider");
	stat_add((STAT_PUSH_APNS_SENT + 6 * (f->reg.provider - 1) +
		     of[f->outcome.verdict]),
	    1);
}

void fly_landed(void *arg, const struct push_result *r)
{
	struct flight *f = r->own;

	(void)arg;
	if (push_lines_checked(r))
		return;
	flight_land(f, r);
	push_circuit_end(&f->way->circuit, !is_outage(&f->outcome),
	    clock_mono_ms());
	count(f);
	if (f->outcome.verdict == PUSH_SHORTEN && !f->is_short &&
	    !f->way->is_gone) {
		f->is_short = true;
		push_payload_shorten(&f->notice, f->reg.locale);
		push_circuit_begin(&f->way->circuit);
		flight_submit(f);
		return;
	}
	note(f);
	unlink_flying(f);
	f->next = landed[f->job.part];
	landed[f->job.part] = f;
}

void fly_run(int timeout_ms)
{
	push_sender_run(push_lines_sender(), timeout_ms);
}

bool fly_is_busy(void)
{
	if (n_flying)
		return true;
	for (int p = 0; p < PUSH_PARTS; p++)
		if (landed[p])
			return true;
	return false;
}

/* ---- settling ---- */

static int learn_way(struct job *j, struct flight *f, struct error *err)
{
	enum push_verdict v = f->outcome.verdict;

	if (v == PUSH_STOP || v == PUSH_RENEW)
		return push_way_learn(j, f->way, false, f->outcome.reason, err);
	if (v == PUSH_DROP && !f->may_drop) {
		stat_add(STAT_PUSH_GATED, 1);
		return push_way_learn(j, f->way, false, STR("gate"), err);
	}
	if (v == PUSH_DONE || (f->is_probe && !is_outage(&f->outcome)))
		return push_way_learn(j, f->way, true, STR(""), err);
	return 0;
}

int fly_settle(struct job *j, struct error *err)
{
	struct flight **list = &landed[j->partition], *next;
	int rc = 0;

	if (!*list)
		return 0;
	for (struct flight *f = *list; f && rc == 0; f = f->next) {
		rc = learn_way(j, f, err);
		if (f->is_probe)
			f->way->is_probing = false;
	}
	if (rc == 0)
		rc = push_settle(j, *list, err);
	/* Whoever has the lease now finds them as sending. */
	if (rc < 0 && err->code != ERR_LEASE_LOST)
		return -1;
	for (struct flight *f = *list; f; f = next) {
		next = f->next;
		flight_free(f);
	}
	*list = NULL;
	return rc;
}

int fly_finish(struct job *j, struct error *err)
{
	int64_t until = clock_mono_ms() + push_limits().timeout_ms +
			FLY_LATE_MS;

	if (j->partition >= PUSH_PARTS)
		return 0;
	while (is_in_the_air(j->partition) && clock_mono_ms() < until)
		fly_run(100);
	return fly_settle(j, err);
}
