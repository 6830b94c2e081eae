#include "im/push/push_job_sql.h"

#define COLUMNS                                                         \
	"user_id, device_id, conv_id, app_id, part, state, "            \
	"COALESCE(due_ms, 0), first_index, upto_index, mention_index, " \
	"sent_index, shown_index, attempts, notice_id, since_ms "

static const struct db_field row_fields[] = {
	DB_I64(struct push_job, user_id),
	DB_STR(struct push_job, device_id),
	DB_I64(struct push_job, conv_id),
	DB_I64(struct push_job, app_id),
	DB_I64(struct push_job, part),
	DB_I64(struct push_job, state),
	DB_I64(struct push_job, due_ms),
	DB_I64(struct push_job, first_index),
	DB_I64(struct push_job, upto_index),
	DB_I64(struct push_job, mention_index),
	DB_I64(struct push_job, sent_index),
	DB_I64(struct push_job, shown_index),
	DB_I64(struct push_job, attempts),
	DB_I64(struct push_job, notice_id),
	DB_I64(struct push_job, since_ms),
	DB_END,
};

/* ---- raise ---- */

static const struct db_field raise_in[] = {
	DB_I64(struct push_job, user_id),
	DB_STR(struct push_job, device_id),
	DB_I64(struct push_job, conv_id),
	DB_I64(struct push_job, app_id),
	DB_I64(struct push_job, part),
	DB_I64(struct push_job, state),
	DB_I64(struct push_job, due_ms),
	DB_I64(struct push_job, first_index),
	DB_I64(struct push_job, upto_index),
	DB_I64(struct push_job, mention_index),
	DB_I64(struct push_job, since_ms),
	DB_END,
};

/* Assignments are made from left to right: those that ask for the state or for
 * upto_index stand before they change.  3 and 4 begin again. */
#define NEWER "VALUES(upto_index) > upto_index"
#define AGAIN NEWER " AND state IN (3, 4)"

static const struct db_stmt raise_jobs = {
	.name = "push_job.raise",
	.sql = "INSERT INTO push_job (user_id, device_id, conv_id, app_id, "
	       "part, state, due_ms, first_index, upto_index, mention_index, "
	       "since_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
	       "ON DUPLICATE KEY UPDATE "
	       "due_ms = IF(" AGAIN ", VALUES(due_ms), due_ms), "
	       "first_index = IF(" AGAIN ", VALUES(first_index), first_index), "
	       "since_ms = IF(" AGAIN ", VALUES(since_ms), since_ms), "
	       "attempts = IF(" AGAIN ", 0, attempts), "
	       "notice_id = IF(" AGAIN ", 0, notice_id), "
	       "mention_index = IF(" AGAIN ", VALUES(mention_index), "
	       "GREATEST(mention_index, VALUES(mention_index))), "
	       "state = IF(" AGAIN ", 1, state), "
	       "upto_index = GREATEST(upto_index, VALUES(upto_index))",
	.in = raise_in,
	.in_size = sizeof(struct push_job),
};

int push_job_sql_raise(struct db *db, const struct push_job *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &raise_jobs, rows, n, sizeof(*rows), NULL, err);
}

/* ---- look-ups ---- */

struct due {
	int64_t part, now_ms, limit;
};

static const struct db_field due_in[] = {
	DB_I64(struct due, part),
	DB_I64(struct due, now_ms),
	DB_I64(struct due, limit),
	DB_END,
};

static const struct db_stmt due_jobs = {
	.name = "push_job.due",
	.sql = "SELECT " COLUMNS "FROM push_job FORCE INDEX (push_job_due) "
	       "WHERE part = ? AND due_ms <= ? ORDER BY due_ms DESC LIMIT ?",
	.in = due_in,
	.in_size = sizeof(struct due),
	.out = row_fields,
	.out_size = sizeof(struct push_job),
};

int push_job_sql_due(struct db *db, struct arena *a, int64_t part,
    int64_t now_ms, int64_t limit, struct push_job **out, size_t *n_out,
    struct error *err)
{
	struct due in = { part, now_ms, limit };

	return db_rows(db, &due_jobs, &in, a, out, n_out, err);
}

static const struct db_stmt next_due = {
	.name = "push_job.next_due",
	.sql = "SELECT due_ms FROM push_job FORCE INDEX (push_job_due) "
	       "WHERE part = ? AND due_ms > 0 ORDER BY due_ms LIMIT 1",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int push_job_sql_next_due(struct db *db, int64_t part, int64_t *due_ms_out,
    struct error *err)
{
	struct db_id in = { part }, row;
	int found = db_row(db, &next_due, &in, NULL, &row, err);

	*due_ms_out = found > 0 ? row.id : 0;
	return found < 0 ? -1 : 0;
}

struct of {
	int64_t user_id;
	struct str device_id;
	int64_t limit;
};

static const struct db_field user_in[] = {
	DB_I64(struct of, user_id),
	DB_I64(struct of, limit),
	DB_END,
};
static const struct db_field device_in[] = {
	DB_I64(struct of, user_id),
	DB_STR(struct of, device_id),
	DB_I64(struct of, limit),
	DB_END,
};

static const struct db_stmt of_user = {
	.name = "push_job.of_user",
	.sql = "SELECT " COLUMNS "FROM push_job FORCE INDEX (PRIMARY) "
	       "WHERE user_id = ? ORDER BY device_id, conv_id LIMIT ?",
	.in = user_in,
	.in_size = sizeof(struct of),
	.out = row_fields,
	.out_size = sizeof(struct push_job),
};

static const struct db_stmt of_device = {
	.name = "push_job.of_device",
	.sql = "SELECT " COLUMNS "FROM push_job FORCE INDEX (PRIMARY) "
	       "WHERE user_id = ? AND device_id = ? ORDER BY conv_id LIMIT ?",
	.in = device_in,
	.in_size = sizeof(struct of),
	.out = row_fields,
	.out_size = sizeof(struct push_job),
};

int push_job_sql_list(struct db *db, struct arena *a, int64_t user_id,
    struct str device_id, int64_t limit, struct push_job **out, size_t *n_out,
    struct error *err)
{
	struct of in = { user_id, device_id, limit };

	return db_rows(db, device_id.p ? &of_device : &of_user, &in, a, out,
	    n_out, err);
}

/* ---- steps ---- */

#define STEP      struct push_job_step
#define WHERE_KEY "WHERE user_id = ? AND device_id = ? AND conv_id = ? "
#define AS_READ   "AND state = ? AND notice_id = ? "
#define WAS_FIELDS                                              \
	DB_I64(STEP, was.user_id), DB_STR(STEP, was.device_id), \
	    DB_I64(STEP, was.conv_id), DB_I64(STEP, was.state), \
	    DB_I64(STEP, was.notice_id)

static int step(struct db *db, const struct db_stmt *st, const STEP *s,
    struct error *err)
{
	int64_t n;

	if (db_exec(db, st, s, &n, err) < 0)
		return -1;
	return n > 0;
}

static const struct db_field begin_in[] = {
	DB_I64(STEP, next.state),
	DB_I64(STEP, next.due_ms),
	DB_I64(STEP, next.sent_index),
	DB_I64(STEP, next.attempts),
	DB_I64(STEP, next.notice_id),
	WAS_FIELDS,
	DB_I64(STEP, was.upto_index),
	DB_END,
};

static const struct db_stmt begin_job = {
	.name = "push_job.begin",
	.sql = "UPDATE push_job SET state = ?, due_ms = ?, sent_index = ?, "
	       "attempts = ?, notice_id = ? " WHERE_KEY AS_READ
	       "AND upto_index = ?",
	.in = begin_in,
	.in_size = sizeof(STEP),
};

int push_job_sql_begin(struct db *db, const struct push_job_step *s,
    struct error *err)
{
	return step(db, &begin_job, s, err);
}

static const struct db_field due_step_in[] = {
	DB_I64(STEP, next.due_ms),
	WAS_FIELDS,
	DB_END,
};

/* From left to right: see push_job.raise. */
static const struct db_stmt shown = {
	.name = "push_job.shown",
	.sql = "UPDATE push_job SET "
	       "due_ms = IF(upto_index > sent_index, ?, NULL), "
	       "state = IF(upto_index > sent_index, 1, 3), "
	       "first_index = IF(upto_index > sent_index, sent_index + 1, "
	       "first_index), attempts = 0, "
	       "notice_id = IF(upto_index > sent_index, 0, notice_id), "
	       "shown_index = sent_index " WHERE_KEY AS_READ,
	.in = due_step_in,
	.in_size = sizeof(STEP),
};

int push_job_sql_shown(struct db *db, const struct push_job_step *s,
    struct error *err)
{
	return step(db, &shown, s, err);
}

static const struct db_stmt later = {
	.name = "push_job.later",
	.sql = "UPDATE push_job SET due_ms = ?, state = 1 " WHERE_KEY AS_READ,
	.in = due_step_in,
	.in_size = sizeof(STEP),
};

int push_job_sql_later(struct db *db, const struct push_job_step *s,
    struct error *err)
{
	return step(db, &later, s, err);
}

static const struct db_field same_in[] = {
	WAS_FIELDS,
	DB_I64(STEP, was.upto_index),
	DB_END,
};

static const struct db_stmt rest = {
	.name = "push_job.rest",
	.sql = "UPDATE push_job SET due_ms = NULL, state = 3, "
	       "attempts = 0 " WHERE_KEY AS_READ "AND upto_index = ?",
	.in = same_in,
	.in_size = sizeof(STEP),
};

int push_job_sql_rest(struct db *db, const struct push_job_step *s,
    struct error *err)
{
	return step(db, &rest, s, err);
}

static const struct db_stmt drop = {
	.name = "push_job.drop",
	.sql = "DELETE FROM push_job " WHERE_KEY AS_READ "AND upto_index = ?",
	.in = same_in,
	.in_size = sizeof(STEP),
};

int push_job_sql_drop(struct db *db, const struct push_job_step *s,
    struct error *err)
{
	return step(db, &drop, s, err);
}

static const struct db_field withdraw_in[] = {
	DB_I64(struct push_job, due_ms),
	DB_I64(struct push_job, user_id),
	DB_I64(struct push_job, conv_id),
	DB_I64(struct push_job, shown_index),
	DB_END,
};

static const struct db_stmt withdraw = {
	.name = "push_job.withdraw",
	.sql = "UPDATE push_job SET state = 4, due_ms = ?, attempts = 0, "
	       "notice_id = 0 WHERE user_id = ? AND conv_id = ? "
	       "AND state = 3 AND shown_index > 0 AND shown_index <= ?",
	.in = withdraw_in,
	.in_size = sizeof(struct push_job),
};

int push_job_sql_withdraw(struct db *db, const struct push_job *in,
    int64_t *n_out, struct error *err)
{
	return db_exec(db, &withdraw, in, n_out, err);
}

const struct db_stmt *const push_job_test_statements[] = { &raise_jobs,
	&of_user, &of_device, NULL };
const struct db_stmt *const push_job_list_statements[] = { &of_user, &of_device,
	NULL };
const struct db_stmt *const push_job_statements[] = { &raise_jobs, &due_jobs,
	&next_due, &of_user, &of_device, &begin_job, &shown, &later, &rest,
	&drop, &withdraw, NULL };

/* ---- age ---- */

struct old {
	struct str users;
	int64_t before_ms, limit;
};

static const struct db_field old_in[] = {
	DB_STR(struct old, users),
	DB_I64(struct old, before_ms),
	DB_I64(struct old, limit),
	DB_END,
};
static const struct db_field old_out[] = {
	DB_I64(struct push_job, user_id),
	DB_STR(struct push_job, device_id),
	DB_I64(struct push_job, conv_id),
	DB_I64(struct push_job, upto_index),
	DB_END,
};

static const struct db_stmt old = {
	.name = "push_job.old",
	.sql = "SELECT p.user_id, p.device_id, p.conv_id, p.upto_index "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN push_job p FORCE INDEX (PRIMARY) "
	       "ON p.user_id = j.id WHERE p.state = 3 AND p.since_ms < ? "
	       "LIMIT ?",
	.in = old_in,
	.in_size = sizeof(struct old),
	.out = old_out,
	.out_size = sizeof(struct push_job),
};

int push_job_sql_old(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, struct push_job **out, size_t *n_out,
    struct error *err)
{
	struct old in = { users, before_ms, limit };

	return db_rows(db, &old, &in, a, out, n_out, err);
}

static const struct db_stmt forget = {
	.name = "push_job.forget",
	.sql = "DELETE FROM push_job WHERE user_id = ? AND device_id = ? "
	       "AND conv_id = ? AND upto_index = ? AND state = 3",
	.in = old_out,
	.in_size = sizeof(struct push_job),
};

int push_job_sql_forget(struct db *db, const struct push_job *rows, size_t n,
    int64_t *n_out, struct error *err)
{
	return db_exec_bulk(db, &forget, rows, n, sizeof(*rows), n_out, err);
}

const struct db_stmt *const push_job_aged_statements[] = { &old, &forget,
	NULL };
