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

#endif
