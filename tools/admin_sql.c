#include "admin_sql.h"

struct user_page {
	int64_t app_id;
	struct str after;
	int64_t limit;
};
static const struct db_field user_page_in[] = {
	DB_I64(struct user_page, app_id),
	DB_STR(struct user_page, after),
	DB_I64(struct user_page, limit),
	DB_END,
};
#define USER struct admin_user_row
static const struct db_field user_out[] = {
	DB_I64(USER, user_id),
	DB_STR(USER, username),
	DB_STR(USER, display_name),
	DB_I64(USER, bot),
	DB_I64(USER, created_ms),
	DB_I64(USER, disabled_ms),
	DB_END,
};
static const struct db_stmt users = {
	.name = "admin.users",
	.sql = "SELECT user_id, username, display_name, bot, created_ms, "
	       "disabled_ms FROM user FORCE INDEX (user_name) "
	       "WHERE app_id = ? AND username > ? AND username NOT LIKE '~%' "
	       "ORDER BY username LIMIT ?",
	.in = user_page_in,
	.in_size = sizeof(struct user_page),
	.out = user_out,
	.out_size = sizeof(USER),
};

int admin_sql_users(struct db *db, struct arena *a, int64_t app_id,
    struct str after, int64_t limit, struct admin_user_row **out, size_t *n_out,
    struct error *err)
{
	struct user_page in = { app_id, after, limit };

	return db_rows(db, &users, &in, a, out, n_out, err);
}

#define LEASE struct admin_lease
static const struct db_field lease_out[] = {
	DB_STR(LEASE, name),
	DB_STR(LEASE, owner),
	DB_I64(LEASE, fence),
	DB_I64(LEASE, left_ms),
	DB_END,
};
static const struct db_stmt leases = {
	.name = "admin.leases",
	.sql = "SELECT name, owner, fence, CAST(expires_ms AS SIGNED) - "
	       "FLOOR(UNIX_TIMESTAMP(NOW(3)) * 1000) FROM lease ORDER BY name",
	.out = lease_out,
	.out_size = sizeof(LEASE),
};

int admin_sql_leases(struct db *db, struct arena *a, struct admin_lease **out,
    size_t *n_out, struct error *err)
{
	return db_rows(db, &leases, NULL, a, out, n_out, err);
}

struct run_page {
	struct str job;
	int64_t limit;
};
static const struct db_field run_page_in[] = {
	DB_STR(struct run_page, job),
	DB_I64(struct run_page, limit),
	DB_END,
};
static const struct db_field all_runs_in[] = {
	DB_I64(struct run_page, limit),
	DB_END,
};
#define RUN struct admin_run
static const struct db_field run_out[] = {
	DB_STR(RUN, job),
	DB_STR(RUN, host),
	DB_I64(RUN, started_ms),
	DB_I64(RUN, ended_ms),
	DB_I64(RUN, exit_code),
	DB_I64(RUN, done),
	DB_I64(RUN, retried),
	DB_I64(RUN, dead),
	DB_I64(RUN, failed),
	DB_I64(RUN, lag_ms),
	DB_END,
};
#define RUN_COLUMNS                                                 \
	"SELECT job, host, started_ms, ended_ms, exit_code, done, " \
	"retried, dead, failed, lag_ms FROM job_run "
static const struct db_stmt runs_of = {
	.name = "admin.runs_of",
	.sql = RUN_COLUMNS "WHERE job = ? ORDER BY started_ms DESC LIMIT ?",
	.in = run_page_in,
	.in_size = sizeof(struct run_page),
	.out = run_out,
	.out_size = sizeof(RUN),
};
/* Ids begin with the time. */
static const struct db_stmt runs = {
	.name = "admin.runs",
	.sql = RUN_COLUMNS "ORDER BY run_id DESC LIMIT ?",
	.in = all_runs_in,
	.in_size = sizeof(struct run_page),
	.out = run_out,
	.out_size = sizeof(RUN),
};

int admin_sql_runs(struct db *db, struct arena *a, struct str job,
    int64_t limit, struct admin_run **out, size_t *n_out, struct error *err)
{
	struct run_page in = { job, limit };

	return db_rows(db, job.p ? &runs_of : &runs, &in, a, out, n_out, err);
}

struct since {
	struct str job;
	int64_t since_ms;
};
static const struct db_field since_in[] = {
	DB_STR(struct since, job),
	DB_I64(struct since, since_ms),
	DB_END,
};
static const struct db_field since_out[] = {
	DB_I64(struct admin_runs, n),
	DB_I64(struct admin_runs, errors),
	DB_I64(struct admin_runs, dead),
	DB_END,
};
/* 75: work is left for the next run, which is no error. */
static const struct db_stmt runs_since = {
	.name = "admin.runs_since",
	.sql = "SELECT COUNT(*), "
	       "CAST(COALESCE(SUM(exit_code NOT IN (0, 75)), 0) AS SIGNED), "
	       "CAST(COALESCE(SUM(dead), 0) AS SIGNED) "
	       "FROM job_run WHERE job = ? AND started_ms >= ?",
	.in = since_in,
	.in_size = sizeof(struct since),
	.out = since_out,
	.out_size = sizeof(struct admin_runs),
};

int admin_sql_runs_since(struct db *db, struct arena *a, struct str job,
    int64_t since_ms, struct admin_runs *out, struct error *err)
{
	struct since in = { job, since_ms };

	return db_row(db, &runs_since, &in, a, out, err);
}

#define QUEUE struct admin_queue
static const struct db_field queue_out[] = {
	DB_I64(QUEUE, part),
	DB_I64(QUEUE, convs),
	DB_I64(QUEUE, entries),
	DB_I64(QUEUE, oldest_ms),
	DB_I64(QUEUE, oldest_conv_id),
	DB_I64(QUEUE, parked),
	DB_END,
};
/*
 * The queue is what fan-out still has to do.  It is short, so it is read
 * completely.
 */
static const struct db_stmt queue = {
	.name = "admin.queue",
	.sql = "SELECT part, "
	       "CAST(COUNT(*) - SUM(parked) AS SIGNED), "
	       "CAST(SUM(IF(parked, 0, behind)) AS SIGNED), "
	       "MIN(IF(parked, NULL, since_ms)), "
	       "MIN(IF(place = 1 AND NOT parked, conv_id, NULL)), "
	       "CAST(SUM(parked) AS SIGNED) FROM ("
	       "SELECT d.part, d.conv_id, d.since_ms, "
	       "d.parked_ms > 0 parked, "
	       "d.head - COALESCE(f.done_index, 0) behind, "
	       "ROW_NUMBER() OVER (PARTITION BY d.part, d.parked_ms > 0 "
	       "ORDER BY d.since_ms) place "
	       "FROM log_dirty d LEFT JOIN log_cursor f "
	       "ON f.consumer = 1 AND f.conv_id = d.conv_id "
	       "WHERE d.consumer = 1) x "
	       "GROUP BY part",
	.out = queue_out,
	.out_size = sizeof(QUEUE),
};

int admin_sql_queue(struct db *db, struct arena *a, struct admin_queue **out,
    size_t *n_out, struct error *err)
{
	return db_rows(db, &queue, NULL, a, out, n_out, err);
}

#define CONV struct admin_conv
static const struct db_field conv_out[] = {
	DB_I64(CONV, conv_id),
	DB_I64(CONV, app_id),
	DB_I64(CONV, kind),
	DB_I64(CONV, created_ms),
	DB_I64(CONV, created_by),
	DB_I64(CONV, member_count),
	DB_I64(CONV, mode),
	DB_I64(CONV, version),
	DB_I64(CONV, dissolved_ms),
	DB_I64(CONV, last_index),
	DB_I64(CONV, last_ordinal),
	DB_I64(CONV, last_ms),
	DB_I64(CONV, done_index),
	DB_I64(CONV, hi_index),
	DB_I64(CONV, after_user_id),
	DB_I64(CONV, dirty_head),
	DB_I64(CONV, dirty_since_ms),
	DB_I64(CONV, parked_ms),
	DB_STR(CONV, reason),
	DB_END,
};
static const struct db_stmt conv = {
	.name = "admin.conv",
	.sql = "SELECT c.conv_id, c.app_id, c.kind, c.created_ms, "
	       "c.created_by, c.member_count, c.mode, c.version, "
	       "c.dissolved_ms, s.last_index, s.last_ordinal, s.last_ms, "
	       "f.done_index, f.hi_index, f.after_user_id, d.head, d.since_ms, "
	       "d.parked_ms, d.reason "
	       "FROM conversation c "
	       "LEFT JOIN conv_seq s ON s.conv_id = c.conv_id "
	       "LEFT JOIN log_cursor f ON f.consumer = 1 "
	       "AND f.conv_id = c.conv_id "
	       "LEFT JOIN log_dirty d ON d.consumer = 1 "
	       "AND d.part IN (0, 1, 2, 3) "
	       "AND d.conv_id = c.conv_id WHERE c.conv_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = conv_out,
	.out_size = sizeof(CONV),
};

int admin_sql_conv(struct db *db, struct arena *a, int64_t conv_id,
    struct admin_conv *out, struct error *err)
{
	struct db_id in = { conv_id };

	return db_row(db, &conv, &in, a, out, err);
}

#define INBOX struct admin_inbox
static const struct db_field inbox_out[] = {
	DB_I64(INBOX, stream_id),
	DB_I64(INBOX, last_index),
	DB_I64(INBOX, floor_index),
	DB_I64(INBOX, acked_index),
	DB_I64(INBOX, chats),
	DB_I64(INBOX, listed),
	DB_END,
};
static const struct db_stmt inbox = {
	.name = "admin.inbox",
	.sql = "SELECT s.stream_id, s.last_index, s.floor_index, "
	       "COALESCE(MAX(k.acked_index), 0), COUNT(c.conv_id), "
	       "CAST(COALESCE(SUM(c.listed), 0) AS SIGNED) "
	       "FROM user_seq s LEFT JOIN inbox_ack k ON k.user_id = s.user_id "
	       "LEFT JOIN chat c ON c.user_id = s.user_id "
	       "WHERE s.user_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = inbox_out,
	.out_size = sizeof(INBOX),
};

int admin_sql_inbox(struct db *db, struct arena *a, int64_t user_id,
    struct admin_inbox *out, struct error *err)
{
	struct db_id in = { user_id };

	return db_row(db, &inbox, &in, a, out, err);
}
