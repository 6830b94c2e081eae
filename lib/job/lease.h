/*
 * lease: the right of one worker to work on a partition of a job.
 *
 * It is held from the moment it was taken until somebody else takes it, which
 * can be no earlier than expires_ms by the database's clock; `fence` rises
 * each time it changes hands.  A transaction that begins with lease_check()
 * therefore changes nothing once the lease has gone to another.
 */
#ifndef JOB_LEASE_H
#define JOB_LEASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const lease_statements[];

#define LEASE_NAME_LEN  64
#define LEASE_OWNER_LEN 96

struct job_lease {
	char name[LEASE_NAME_LEN];
	bool held;
	int64_t fence;
	int64_t ttl_ms;
	int64_t renewed_ms; /* clock_boot_ms() before it was renewed */
	/* What was seen of somebody else's. */
	int64_t seen_fence, seen_expires_ms;
};

enum lease_outcome {
	LEASE_TAKEN,
	LEASE_BUSY,  /* somebody holds it */
	LEASE_ALIVE, /* and has renewed it since we last looked */
};

void lease_init(struct job_lease *l, const char *job, int partition,
    int lease_s);
/* This process, in all its leases: host:pid:random. */
const char *lease_owner(void);
/* An enum lease_outcome, or -1. */
int lease_take(struct job_lease *l, struct db *db, struct arena *a,
    struct error *err);
/* Outside a transaction, when it is due; CONFLICT when it is lost. */
int lease_renew(struct job_lease *l, struct db *db, struct error *err);
/* In a transaction: see job_fence_check(). */
int lease_check(struct job_lease *l, struct db *db, struct arena *a,
    struct error *err);
/* Gives it back, best effort. */
void lease_release(struct job_lease *l, struct db *db);

#endif
