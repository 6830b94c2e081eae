/* job_private: shared by the files of lib/job. */
#ifndef JOB_JOB_PRIVATE_H
#define JOB_JOB_PRIVATE_H

#include "job/job.h"

/* ---- leases ---- */

#define LEASE_NAME_LEN  64
#define LEASE_OWNER_LEN 96

/*
 * The right to work on a partition.  Held until another worker takes it, which
 * is possible from expires_ms on; `fence` increases with each new holder.
 */
struct job_lease {
	char name[LEASE_NAME_LEN];
	bool held;
	int64_t fence;
	int64_t ttl_ms;
	int64_t renewed_ms; /* clock_boot_ms() before the renewal */
	/* The last look at another worker's lease. */
	int64_t seen_fence, seen_expires_ms;
};

struct lease_row {
	struct str name, owner;
	int64_t fence;
	int64_t expires_ms, left_ms; /* by the database's clock */
	int64_t ttl_ms;
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
/* Outside a transaction; only if due.  CONFLICT if the lease was lost. */
int lease_renew(struct job_lease *l, struct db *db, struct error *err);
/* In a transaction: see job_fence_check(). */
int lease_check(struct job_lease *l, struct db *db, struct arena *a,
    struct error *err);
/* Releases it, best effort. */
void lease_release(struct job_lease *l, struct db *db);

/* lease_sql.c */
extern const struct db_stmt *const job_statements[];
int lease_sql_look(struct db *db, struct arena *a, struct str name,
    struct lease_row *out, struct error *err);
int lease_sql_make(struct db *db, const struct lease_row *row,
    struct error *err);
int lease_sql_take(struct db *db, const struct lease_row *row,
    int64_t *matched_out, struct error *err);
int lease_sql_renew(struct db *db, const struct lease_row *row,
    int64_t *matched_out, struct error *err);
/* 1 it is ours, and its row is locked; 0 it is not ours. */
int lease_sql_hold(struct db *db, struct arena *a, const struct lease_row *row,
    struct error *err);
int lease_sql_release(struct db *db, const struct lease_row *row,
    struct error *err);

/* ---- the record of a run ---- */

struct job_run_row {
	int64_t run_id;
	struct str job, host;
	int64_t started_ms, ended_ms;
	int64_t exit_code;
	struct job_result result;
};

/* Also deletes runs older than 30 days. */
int run_sql_insert(struct db *db, const struct job_run_row *row,
    struct error *err);

/* ---- options ---- */

struct job_options {
	struct command_line line;
	int64_t linger_s;
	int share, n_shares; /* --partition K/N */
};

/* Also sets j->dry_run and verbose; ends the program on wrong usage. */
void options_parse(struct job *j, int argc, char **argv,
    struct job_options *out);

#endif
