/* admin_sql: queries of im-admin that no module of lib/im offers. */
#ifndef TOOLS_ADMIN_SQL_H
#define TOOLS_ADMIN_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

struct admin_user_row {
	int64_t user_id, bot, created_ms, disabled_ms;
	struct str username, display_name;
};
int admin_sql_users(struct db *db, struct arena *a, int64_t app_id,
    struct str after, int64_t limit, struct admin_user_row **out, size_t *n_out,
    struct error *err);

struct admin_lease {
	struct str name, owner;
	int64_t fence, left_ms;
};
int admin_sql_leases(struct db *db, struct arena *a, struct admin_lease **out,
    size_t *n_out, struct error *err);

struct admin_run {
	struct str job, host;
	int64_t started_ms, ended_ms, exit_code;
	int64_t done, retried, dead, failed, lag_ms;
};
/* Newest first; job STR_NONE: of all jobs. */
int admin_sql_runs(struct db *db, struct arena *a, struct str job,
    int64_t limit, struct admin_run **out, size_t *n_out, struct error *err);

/* The runs of a job since then. */
struct admin_runs {
	int64_t n, errors, dead;
};
int admin_sql_runs_since(struct db *db, struct arena *a, struct str job,
    int64_t since_ms, struct admin_runs *out, struct error *err);

struct admin_queue {
	int64_t part, convs, entries, oldest_ms, oldest_conv_id, parked;
};
int admin_sql_queue(struct db *db, struct arena *a, struct admin_queue **out,
    size_t *n_out, struct error *err);

struct admin_conv {
	int64_t conv_id, app_id, kind, created_ms, created_by, member_count,
	    mode, version, dissolved_ms;
	int64_t last_index, last_ordinal, last_ms;
	int64_t done_index, hi_index, after_user_id;
	int64_t dirty_head, dirty_since_ms;
	int64_t parked_ms; /* 0: not parked */
	struct str reason;
};
/* 1 found, 0 none. */
int admin_sql_conv(struct db *db, struct arena *a, int64_t conv_id,
    struct admin_conv *out, struct error *err);

struct admin_inbox {
	int64_t stream_id, last_index, floor_index, acked_index;
	int64_t chats, listed, unread;
};
int admin_sql_inbox(struct db *db, struct arena *a, int64_t user_id,
    struct admin_inbox *out, struct error *err);

#endif
