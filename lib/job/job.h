/*
 * job: the skeleton of every batch program.
 *
 * A job drains its work and exits, so that cron can run it; with --linger S
 * it then waits for wake-up datagrams, draining again each time, until S
 * seconds have passed since its start.  Double starts are harmless: each
 * partition is worked on under a lease row with a fencing number, taken and
 * renewed in database time, and the transaction that moves a step's
 * checkpoint begins with job_fence_check(), which holds the row.
 *
 * Options: those of all programs (base/program.h), --once (default),
 * --linger S, --dry-run, --partition K/N (the K'th of N shares of the
 * partitions, K from 1), -v.
 * Ends with one log line and a job_run row.  Exit: 0 drained, or ended by
 * SIGTERM or by the end of --linger after the batch in hand; 75
 * (EX_TEMPFAIL) work is left (time budget, a store away); 70 (EX_SOFTWARE)
 * a step failed for good; 65 (EX_DATAERR) result.failed is not 0; 64, 78
 * usage, configuration.
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

struct job_result {
	int64_t done;    /* items brought to their end */
	int64_t retried; /* items put off */
	int64_t dead;    /* items given up */
	int64_t lag_ms;  /* age of the oldest item seen */
	int64_t failed;  /* findings (im-verify) */
};

struct job_def {
	const char *name;    /* "fanout": log, leases, wake-ups */
	const char *program; /* "im-fanout" */
	const char *summary;
	int partitions;    /* how many leases; 1 for most */
	int lease_s;       /* a dead worker's lease ends after this */
	int64_t budget_ms; /* per drain; 0 none */
	/*
	 * One bounded batch of the partition: 1 there may be more, 0
	 * drained, -1 failed (BUSY and UNCERTAIN are waited out, CONFLICT
	 * gives the lease back, the rest ends the run).  The arena is
	 * rewound after each step.
	 */
	int (*step)(struct job *j, struct error *err);
	/*
	 * Optional: the partitions that have work, bit by bit; one cheap
	 * query, asked before leases are taken and again while lingering.
	 * Without it every partition is stepped until it says drained.
	 */
	int (*ready)(struct job *j, uint64_t *parts_out, struct error *err);
	/* Optional: set-up with the database there. */
	int (*start)(struct job *j, struct error *err);
	/* Optional: own options, ended by a NULL name; false: bad value. */
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
	int partition;           /* 0..partitions-1, the one in hand */
	struct job_lease *lease; /* of that partition */
	bool dry_run, verbose;
	struct job_result result;
	void *own; /* the job's own state */
};

int job_main(int argc, char **argv, const struct job_def *def);

/* SIGTERM came or the time is up: finish. */
bool job_should_stop(const struct job *j);

/*
 * In the step's transaction: locks the lease row, renews it when that is
 * due, and fails with CONFLICT when it is no longer ours.  A lease that ran
 * out is still ours until somebody takes it, so an idle worker need not
 * renew: the transaction that has work does.
 */
int job_fence_check(struct job *j, struct error *err);

/*
 * Fault points for tests: with IM_FAULT=name in the environment the process
 * kills itself (SIGKILL; with IM_FAULT_STOP set it stops, SIGSTOP) when it
 * comes by for the IM_FAULT_AFTER'th time.
 */
void job_fault_point(const char *name);

#endif
