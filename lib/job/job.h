/*
 * job: the skeleton of every batch program.
 *
 * A job drains its work and exits, so that cron can run it; with --linger S it
 * then waits for wake-up datagrams and drains again after each, until S seconds
 * after its start.  Running it twice is harmless: each partition is processed
 * under a lease row with a fencing number, taken and renewed by the database's
 * clock, and the transaction that moves a step's checkpoint begins with
 * job_fence_check(), which locks the row.
 *
 * Options: those of all programs (base/program.h), --once (default), --linger
 * S, --budget S (without --linger, which is a limit itself), --dry-run,
 * --partition K/N (the K-th of N shares of the partitions, K from 1), -v.  A
 * run ends with one log line and a job_run row.  Exit status: 0 drained, or
 * stopped by SIGTERM, a pause (job/pause.h) or the end of --linger after the
 * current batch; 75 (EX_TEMPFAIL) work is left (time budget used up, a store
 * unavailable); 70 (EX_SOFTWARE) a step failed permanently; 65 (EX_DATAERR)
 * result.dead or result.failed is not 0; 64, 78 usage, configuration.
 */
#ifndef JOB_JOB_H
#define JOB_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/program.h"
#include "io/bus.h"
#include "io/cache.h"
#include "io/db.h"

#define JOB_PARTITIONS_MAX 64

struct job;
struct job_source;

struct job_result {
	int64_t done;    /* items completed */
	int64_t retried; /* items postponed */
	int64_t dead;    /* items given up until a person acts */
	int64_t lag_ms;  /* age of the oldest item seen */
	int64_t failed;  /* findings of im-verify */
};

struct job_def {
	const char *name;    /* "fanout": log, leases, wake-ups */
	const char *program; /* "im-fanout" */
	const char *summary;
	int partitions;     /* number of leases; usually 1 */
	int (*count)(void); /* or: as the settings say */
	/* Optional: whether a partition is for this host. */
	bool (*is_here)(int partition);
	int lease_s;       /* a dead worker's lease expires after this */
	int64_t budget_ms; /* per drain; 0: unlimited */
	/*
	 * Processes one bounded batch of the partition: 1 there may be more, 0
	 * drained, -1 failed (BUSY and UNCERTAIN are retried, LEASE_LOST
	 * releases the lease, other errors end the run).  The arena is rewound
	 * after each step.
	 */
	int (*step)(struct job *j, struct error *err);
	/* Or, NULL-terminated: see job/source.h. */
	const struct job_source *const *sources;
	/*
	 * Optional: the partitions that have work, as a bit set.  One cheap
	 * query, run before leases are taken and again while lingering.
	 * Without it, every partition is stepped until it is drained.
	 */
	int (*ready)(struct job *j, uint64_t *parts_out, struct error *err);
	/* Optional: set-up that needs the database. */
	int (*start)(struct job *j, struct error *err);
	/*
	 * Optional: options of the job, terminated by a NULL name; false: bad
	 * value.
	 */
	const struct program_option *options;
	bool (*option)(struct job *j, const char *name, const char *value);
};

struct job_lease;

struct job {
	const struct job_def *def;
	struct db *db;
	struct cache *cache;
	struct bus *bus;
	struct arena *arena;
	int partitions;
	int partition;           /* 0..partitions-1, the current one */
	struct job_lease *lease; /* of that partition */
	bool dry_run, verbose;
	struct job_result result;
	void *own; /* the job's own state */
};

int job_main(int argc, char **argv, const struct job_def *def);

/* True after SIGTERM, when the time is up, or when the job has been paused. */
bool job_should_stop(const struct job *j);

/*
 * For a step of a long run (job/progress.h).  what is a constant, such as
 * "users"; another one begins again.  total 0: nobody knows.
 */
void job_progress(struct job *j, const char *what, int64_t done, int64_t total);
/* Before other output. */
void job_progress_hide(struct job *j);

/*
 * In the step's transaction: locks the lease row, renews the lease if due, and
 * fails with LEASE_LOST if it is no longer ours.  An expired lease is still
 * ours until another worker takes it, so an idle worker need not renew it: the
 * next transaction with work does.
 */
int job_fence_check(struct job *j, struct error *err);

/* The number of the lease that is held, for effects outside the database: it
 * is higher for each holder. */
int64_t job_fence(const struct job *j);

#endif
