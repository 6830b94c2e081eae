/*
 * ledger: what became of what devices were to be told: why did this user get no
 * push?
 *
 * A row for each decision, with the requests that were made for it.  A notice
 * has one row from its first request on, under its notice_id, whose decision
 * changes until it is final.  Of a user about as many rows are kept as [push]
 * ledger_rows says, and for so many days as [expire] push_days.
 */
#ifndef IM_LEDGER_H
#define IM_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "io/db.h"

#define LEDGER_DECISIONS  "sent|skipped|waiting|failed|dead|withdrawn"
#define LEDGER_REASON_MAX 64

enum ledger_decision {
	LEDGER_SENT = 1,
	LEDGER_SKIPPED,
	LEDGER_WAITING,
	LEDGER_FAILED,
	LEDGER_DEAD,
	LEDGER_WITHDRAWN,
};

struct ledger {
	int64_t user_id, ledger_id;
	int64_t app_id;
	struct str device_id;
	int64_t provider; /* 0: no device */
	int64_t conv_id;  /* 0: a test */
	int64_t first_index, upto_index;
	int64_t decision;  /* enum ledger_decision */
	struct str reason; /* printable ASCII, may be empty */
	int64_t at_ms;
};

struct ledger_attempt {
	int64_t user_id, ledger_id;
	int64_t attempt; /* from 1 */
	int64_t at_ms;
	int64_t status; /* of HTTP; 0: no answer */
	struct str reason;
	int64_t took_ms;
};

/* Of who reads it; of im-push; of im-expire. */
extern const struct db_stmt *const ledger_statements[];
extern const struct db_stmt *const ledger_write_statements[];
extern const struct db_stmt *const ledger_aged_statements[];

/* In a transaction: n rows with ids of node_next_id(); a row that is there gets
 * decision, reason, upto_index and at_ms.  Removes the oldest of a user above
 * the bound. */
int ledger_put(struct db *db, struct arena *a, const struct ledger *rows,
    size_t n, struct error *err);
int ledger_add_attempts(struct db *db, const struct ledger_attempt *rows,
    size_t n, struct error *err);

/* Newest first. */
struct ledger_query {
	int64_t user_id;
	struct str device_id; /* p NULL: all */
	int64_t conv_id;      /* -1: any */
	int64_t conv_index;   /* 0: any; else it tells of this one */
	int64_t before_id;    /* behind this row; 0: from the newest */
	int64_t limit;
};
int ledger_list(struct db *db, struct arena *a, const struct ledger_query *q,
    struct ledger **out, size_t *n_out, struct error *err);
/* Of rows of one user, in the order of (ledger_id, attempt). */
int ledger_attempts(struct db *db, struct arena *a, const struct ledger *rows,
    size_t n, struct ledger_attempt **out, size_t *n_out, struct error *err);

/* users: db_set().  Removes at most limit rows of before that time; fewer: none
 * is left of these users. */
int ledger_age(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, int64_t *n_out, struct error *err);

#endif
