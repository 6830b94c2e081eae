/* lease_sql: the statements of job/lease. */
#ifndef JOB_LEASE_SQL_H
#define JOB_LEASE_SQL_H

#include "job/lease.h"

struct lease_row {
	struct str name, owner;
	int64_t fence;
	int64_t expires_ms, left_ms; /* by the database's clock */
	int64_t ttl_ms;
};

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
int lease_sql_forget(struct db *db, int64_t before_ms, int64_t *n_out,
    struct error *err);

#endif
