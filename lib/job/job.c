#include "job/job.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/id.h"
#include "base/log.h"
#include "base/stat.h"
#include "io/bus_wake.h"
#include "io/db_account.h"
#include "io/db_clock.h"
#include "job/job_run.h"
#include "job/lease.h"
#include "job/options.h"
#include "job/pause.h"
#include "job/progress.h"
#include "job/source.h"

#define LOOK_AGAIN_MS \
	50 /* poll interval for a lease that may be a dead
			   * worker's */
#define BACKOFF_MAX_MS 2000

struct run {
	struct job job; /* first: job_should_stop() casts back */
	struct job_options options;
	struct job_lease leases[JOB_PARTITIONS_MAX];
	struct arena arena;
	uint64_t mine;                             /* bit set: partitions of our
						    * share */
	int64_t started_ms;                        /* wall clock */
	int64_t began_ms, ends_ms, drain_began_ms; /* monotonic */
	int64_t busy_since_ms, waiting_since_ms;   /* 0: not waiting */
	int64_t steps;
	struct progress progress;
	int64_t looked_ms; /* for a pause, monotonic; 0: not yet */
	int wake_fd;
	bool ready; /* start() has been called */
	bool paused;
};

enum drained {
	DRAINED, /* no work that we can do */
	WAITING, /* work under another's lease, who may be dead */
	STOPPED, /* job_should_stop(), or paused */
};

static volatile sig_atomic_t stop_signal;

static void on_signal(int sig)
{
	stop_signal = sig;
}

/* Without SA_RESTART, so that a signal ends a wait. */
static void catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal };

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
}

static bool budget_is_spent(const struct run *r)
{
	int64_t budget_ms = r->options.budget_s ? r->options.budget_s * 1000
						: r->job.def->budget_ms;

	return budget_ms && clock_mono_ms() - r->drain_began_ms >= budget_ms;
}

static bool is_over(const struct run *r)
{
	return stop_signal || r->paused ||
	       (r->options.linger_s && clock_mono_ms() >= r->ends_ms);
}

bool job_should_stop(const struct job *j)
{
	const struct run *r = (const struct run *)j;

	return is_over(r) || budget_is_spent(r);
}

int job_fence_check(struct job *j, struct error *err)
{
	return lease_check(j->lease, j->db, j->arena, err);
}

int64_t job_fence(const struct job *j)
{
	return j->lease->fence;
}

void job_progress(struct job *j, const char *what, int64_t done, int64_t total)
{
	struct progress *p = &((struct run *)j)->progress;

	if (p->what != what)
		progress_begin(p, j->def->name, what);
	progress_set(p, done, total);
}

void job_progress_hide(struct job *j)
{
	progress_hide(&((struct run *)j)->progress);
}

/* ---- paused ---- */

/* A run that changes nothing may go on. */
static int look_for_pause(struct run *r, struct error *err)
{
	struct job *j = &r->job;
	int64_t now = clock_mono_ms();
	char by[128], why[512];
	struct job_pause p;
	int found;

	if (j->dry_run || (r->looked_ms && now - r->looked_ms < PAUSE_LOOK_MS))
		return 0;
	found = pause_find(j->db, &r->arena, str_of(j->def->name), &p, err);
	if (found < 0)
		return -1;
	r->looked_ms = now;
	r->paused = found > 0;
	if (r->paused)
		log_info("job_paused",
		    "name=%s since_ms=%" PRId64 " by=%s reason=%s",
		    j->def->name, p.paused_ms,
		    log_quote(by, sizeof(by), p.paused_by),
		    log_quote(why, sizeof(why), p.reason));
	arena_rewind(&r->arena);
	return 0;
}

/* ---- one drain ---- */

/* Needs the partition's lease; returns as job_def.step. */
static int step(struct run *r, struct error *err)
{
	struct job *j = &r->job;
	int rc;

	r->steps++;
	rc = j->def->sources ? job_sources_step(j, err) : j->def->step(j, err);
	arena_rewind(&r->arena);
	if (rc > 0 && !j->dry_run && lease_renew(j->lease, j->db, err) < 0)
		rc = -1;
	if (rc < 0 && (err->code == ERR_LEASE_LOST || err->code == ERR_MOVED)) {
		log_info("overtaken", "job=%s partition=%d detail=\"%s\"",
		    j->def->name, j->partition, err->detail);
		err_clear(err);
		return 1;
	}
	return rc;
}

/* An enum lease_outcome, or -1. */
static int enter(struct run *r, int partition, struct error *err)
{
	struct job *j = &r->job;
	int rc = LEASE_TAKEN;

	j->partition = partition;
	j->lease = &r->leases[partition];
	if (!j->dry_run && !j->lease->held) {
		rc = lease_take(j->lease, j->db, &r->arena, err);
		arena_rewind(&r->arena);
	}
	return rc;
}

static int find_work(struct run *r, uint64_t *parts, struct error *err)
{
	struct job *j = &r->job;
	uint64_t found = UINT64_MAX;

	if (j->def->ready && j->def->ready(j, &found, err) < 0)
		return -1;
	arena_rewind(&r->arena);
	*parts = found & r->mine;
	return 0;
}

/* The state of a drain; bit sets of partitions. */
struct round {
	uint64_t parts;   /* to be stepped */
	uint64_t drained; /* permanently */
	uint64_t others;  /* held by others at the last look */
	uint64_t waiting; /* of those, maybe by a dead worker */
	int64_t looked_ms;
	bool more; /* a step returned 1 */
};

/* One step of each partition in turn, so that no partition waits for another's
 * backlog. */
static int go_round(struct run *r, struct round *o, struct error *err)
{
	for (int p = 0; p < r->job.partitions; p++) {
		uint64_t bit = UINT64_C(1) << p;
		int rc;

		if (!(o->parts & bit))
			continue;
		rc = enter(r, p, err);
		if (rc < 0)
			return -1;
		if (rc != LEASE_TAKEN) {
			o->others |= bit;
			if (rc == LEASE_BUSY)
				o->waiting |= bit;
			continue;
		}
		rc = step(r, err);
		if (rc < 0)
			return -1;
		o->more |= rc > 0;
		if (!rc && !r->job.def->ready)
			o->drained |= bit;
		if (job_should_stop(&r->job))
			return 0;
	}
	return 0;
}

/* Checks the leases of others during the drain, so that a dead worker's
 * partition does not wait until the drain is over. */
static void look_again(struct round *o)
{
	int64_t now = clock_mono_ms();

	if (now - o->looked_ms < LOOK_AGAIN_MS)
		return;
	o->looked_ms = now;
	o->others = o->waiting = 0;
}

/* An enum drained, or -1. */
static int drain(struct run *r, struct error *err)
{
	struct round o = { 0 };

	r->drain_began_ms = clock_mono_ms();
	do {
		if (look_for_pause(r, err) < 0)
			return -1;
		if (r->paused)
			return STOPPED;
		if (find_work(r, &o.parts, err) < 0)
			return -1;
		look_again(&o);
		o.parts &= ~(o.drained | o.others);
		o.more = false;
		if (o.parts && job_should_stop(&r->job))
			return STOPPED;
		if (go_round(r, &o, err) < 0)
			return -1;
	} while (o.more);
	return o.waiting ? WAITING : DRAINED;
}

/* ---- the run ---- */

static int start(struct run *r, struct error *err)
{
	struct job *j = &r->job;

	if (r->ready)
		return 0;
	if (db_check(j->db, lease_statements, err) < 0 ||
	    db_check(j->db, pause_statements, err) < 0 ||
	    db_check(j->db, job_run_statements, err) < 0 ||
	    (j->def->start && j->def->start(j, err) < 0) ||
	    (j->def->sources && job_sources_start(j, err) < 0))
		return -1;
	r->ready = true;
	return 0;
}

/* True: try again. */
static bool wait_out(struct run *r, const struct error *err)
{
	int64_t now = clock_mono_ms(), pause;

	if (err->code != ERR_BUSY && err->code != ERR_UNCERTAIN)
		return false;
	if (!r->busy_since_ms) {
		r->busy_since_ms = now;
		log_warn("job_waits", "job=%s detail=\"%s\"", r->job.def->name,
		    err->detail);
	}
	if (!r->options.linger_s &&
	    now - r->busy_since_ms >= conf.job.busy_wait_s * 1000)
		return false;
	pause = 50 + (now - r->busy_since_ms) / 4;
	clock_sleep_ms(pause < BACKOFF_MAX_MS ? pause : BACKOFF_MAX_MS);
	return !is_over(r);
}

/*
 * Without --linger, waits for a lease that is neither renewed nor released
 * until it must have expired; beyond that, its holder is in a long step.
 */
static bool wait_for_lease(struct run *r)
{
	int64_t now = clock_mono_ms();

	if (!r->waiting_since_ms)
		r->waiting_since_ms = now;
	if (!r->options.linger_s &&
	    now - r->waiting_since_ms >
		(int64_t)r->job.def->lease_s * 1000 + LOOK_AGAIN_MS * 4)
		return false;
	bus_wake_wait(r->wake_fd, LOOK_AGAIN_MS);
	return !is_over(r);
}

static bool linger(struct run *r)
{
	int64_t left = r->ends_ms - clock_mono_ms();

	if (!r->options.linger_s || is_over(r))
		return false;
	log_debug("linger", "left_ms=%" PRId64, left);
	bus_wake_wait(r->wake_fd,
	    left < conf.job.poll_ms ? left : conf.job.poll_ms);
	return !is_over(r);
}

/* The exit code. */
static int run(struct run *r)
{
	struct error err = { .code = ERR_NONE };
	bool again;

	do {
		int rc = start(r, &err) < 0 ? -1 : drain(r, &err);

		progress_hide(&r->progress);
		if (rc < 0) {
			again = wait_out(r, &err);
			if (!again &&
			    err_info(err.code)->retry == ERR_RETRY_NEVER) {
				log_error("job_failed",
				    "job=%s partition=%d code=%s detail=\"%s\"",
				    r->job.def->name, r->job.partition,
				    err_info(err.code)->code, err.detail);
				return EX_SOFTWARE;
			}
			if (!again)
				return EX_TEMPFAIL;
			continue;
		}
		r->busy_since_ms = 0;
		if (rc == STOPPED && !is_over(r) && !r->options.linger_s)
			return EX_TEMPFAIL; /* the budget */
		if (rc != WAITING)
			r->waiting_since_ms = 0;
		again = rc == STOPPED   ? !is_over(r)
			: rc == WAITING ? wait_for_lease(r)
					: linger(r);
	} while (again);
	return EX_OK;
}

static void record(struct run *r, int code)
{
	struct job *j = &r->job;
	struct job_run_row row = {
		.run_id = id_random(),
		.job = str_of(j->def->name),
		.host = str_of(lease_owner()),
		.started_ms = r->started_ms,
		.ended_ms = db_clock_ms(j->db),
		.exit_code = code,
		.result = j->result,
	};
	struct error err;

	/* A paused one that is started each second leaves no row each time. */
	if (!j->dry_run && !(r->paused && r->steps == 0) &&
	    job_run_add(j->db, &row, &err) < 0)
		log_warn("job_run", "error=\"not recorded: %s\"", err.detail);
	log_info("job",
	    "name=%s exit=%d ms=%" PRId64 " steps=%" PRId64 " done=%" PRId64
	    " retried=%" PRId64 " dead=%" PRId64 " failed=%" PRId64
	    " lag_ms=%" PRId64 "%s%s",
	    j->def->name, code, clock_mono_ms() - r->began_ms, r->steps,
	    row.result.done, row.result.retried, row.result.dead,
	    row.result.failed, row.result.lag_ms,
	    stop_signal ? " signal=1" : "", j->dry_run ? " dry_run=1" : "");
	stat_add(code ? STAT_JOB_FAILURES : STAT_JOB_RUNS, 1);
}

static void open_run(struct run *r)
{
	struct job *j = &r->job;

	j->partitions = j->def->count ? j->def->count() : j->def->partitions;
	BUG_ON(j->partitions < 1 || j->partitions > JOB_PARTITIONS_MAX);
	for (int p = 0; p < j->partitions; p++) {
		lease_init(&r->leases[p], j->def->name, p, j->def->lease_s);
		if (p % r->options.n_shares == r->options.share - 1 &&
		    (!j->def->is_here || j->def->is_here(p)))
			r->mine |= UINT64_C(1) << p;
	}
	arena_init(&r->arena);
	j->arena = &r->arena;
	db_account_use(DB_JOB);
	j->db = db_new(j->def->name);
	j->cache = cache_new();
	j->bus = bus_new(j->cache);
	r->started_ms = db_clock_ms(j->db);
	r->began_ms = clock_mono_ms();
	r->ends_ms = r->began_ms + r->options.linger_s * 1000;
	/* Before the first drain, so that no wake-up is missed. */
	r->wake_fd = r->options.linger_s ? bus_wake_open(j->def->name) : -1;
}

static void close_run(struct run *r)
{
	struct job *j = &r->job;

	for (int p = 0; p < j->partitions; p++)
		lease_release(&r->leases[p], j->db);
	if (r->wake_fd >= 0)
		close(r->wake_fd);
	bus_free(&j->bus);
	cache_free(&j->cache);
	db_free(&j->db);
	arena_release(&r->arena);
}

int job_main(int argc, char **argv, const struct job_def *def)
{
	static struct run r;
	int code;

	memset(&r, 0, sizeof(r));
	r.job.def = def;
	options_parse(&r.job, argc, argv, &r.options);
	program_load(&r.options.line);
	crypto_init();
	log_set_level(r.job.verbose ? LOG_DEBUG : LOG_INFO);
	stat_open(def->program);
	catch_signals();
	open_run(&r);
	code = run(&r);
	if (code == EX_OK && (r.job.result.failed || r.job.result.dead))
		code = EX_DATAERR;
	record(&r, code);
	close_run(&r);
	return code;
}
