/*
 * lease: the right of one worker to work on a partition of a job.
 *
 * Held until another worker takes it, which is possible from expires_ms on, by
 * the database's clock; `fence` increases with each new holder.  A transaction
 * that begins with lease_check() changes nothing once the lease is lost.
 */
#ifndef JOB_LEASE_H
#define JOB_LEASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const lease_statements[];
/* Of im-expire. */
extern const struct db_stmt *const lease_aged_statements[];

#define LEASE_NAME_LEN  64
#define LEASE_OWNER_LEN 96

struct job_lease {
	char name[LEASE_NAME_LEN];
	bool held;
	int64_t fence;
	int64_t ttl_ms;
	int64_t renewed_ms; /* clock_boot_ms() before the renewal */
	/* The last look at another worker's lease. */
	int64_t seen_fence, seen_expires_ms;
};

enum lease_outcome {
	LEASE_TAKEN,
	LEASE_BUSY,  /* another worker holds it */
	LEASE_ALIVE, /* and has renewed it since the last look */
};

void lease_init(struct job_lease *l, const char *job, int partition,
    int lease_s);
/* The owner in all leases of this process: host:pid:random. */
const char *lease_owner(void);
/* An enum lease_outcome, or -1. */
int lease_take(struct job_lease *l, struct db *db, struct arena *a,
    struct error *err);
/* Outside a transaction; only if due.  LEASE_LOST if the lease was lost. */
int lease_renew(struct job_lease *l, struct db *db, struct error *err);
/* In a transaction: see job_fence_check(). */
int lease_check(struct job_lease *l, struct db *db, struct arena *a,
    struct error *err);
/* Removes leases that ended before that time, such as those of partitions that
 * are no more.  The next holder's number is higher all the same: a new row
 * begins with the time in s, which is above any count of holders. */
int lease_forget(struct db *db, int64_t before_ms, int64_t *n_out,
    struct error *err);
/* Releases it, best effort. */
void lease_release(struct job_lease *l, struct db *db);

#endif
