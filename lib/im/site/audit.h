/*
 * audit: a permanent record of actions of apps' servers and of operators.
 */
#ifndef IM_AUDIT_H
#define IM_AUDIT_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "io/db.h"

struct audit {
	int64_t audit_id, at_ms; /* filled by audit_add() */
	int64_t app_id;
	struct str actor;  /* <= 96: "key:<key_id>", a tool */
	struct str action; /* <= 64: the name of a route */
	int64_t user_id;   /* the user acted as, or acted on; 0: none */
	struct str detail; /* <= 512; "" when p is NULL */
};

extern const struct db_stmt *const audit_statements[];

int audit_add(struct db *db, struct audit *row, struct error *err);

/*
 * For acts that only read: one row for the same app, actor, action and user in
 * AUDIT_READ_MS, per process.  More rows are possible, fewer are not: what has
 * been written is remembered in a table of bounded size, shared by the threads.
 */
#define AUDIT_READ_MS (INT64_C(3600) * 1000)
int audit_add_read(struct db *db, struct audit *row, struct error *err);

struct audit_query {
	int64_t app_id;
	struct str actor;  /* p NULL: all; a tool, or "key:<key_id>" */
	struct str action; /* p NULL: all */
	int64_t from_ms;   /* not older */
	/* Behind this row: the last one of the page before. */
	int64_t before_ms, before_id;
	int64_t limit;
};

/*
 * The newest first.  Bounded: it looks at AUDIT_SCAN rows, so a page that
 * selects few may be short, or empty, and not the last.  next: the place of the
 * last row that was looked at; audit_id 0: there are no more.
 */
#define AUDIT_SCAN 2000
extern const struct db_stmt *const audit_list_statements[];
int audit_list(struct db *db, struct arena *a, const struct audit_query *q,
    struct audit **out, size_t *n_out, struct audit *next_out,
    struct error *err);

#endif
