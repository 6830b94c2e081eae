#include "im/push/ledger_sql.h"

#define COLUMNS                                                      \
	"user_id, ledger_id, app_id, device_id, provider, conv_id, " \
	"first_index, upto_index, decision, reason, at_ms"

static const struct db_field row_fields[] = {
	DB_I64(struct ledger, user_id),
	DB_I64(struct ledger, ledger_id),
	DB_I64(struct ledger, app_id),
	DB_STR(struct ledger, device_id),
	DB_I64(struct ledger, provider),
	DB_I64(struct ledger, conv_id),
	DB_I64(struct ledger, first_index),
	DB_I64(struct ledger, upto_index),
	DB_I64(struct ledger, decision),
	DB_STR(struct ledger, reason),
	DB_I64(struct ledger, at_ms),
	DB_END,
};
static const struct db_field key_fields[] = {
	DB_I64(struct ledger, user_id),
	DB_I64(struct ledger, ledger_id),
	DB_END,
};
static const struct db_field attempt_fields[] = {
	DB_I64(struct ledger_attempt, user_id),
	DB_I64(struct ledger_attempt, ledger_id),
	DB_I64(struct ledger_attempt, attempt),
	DB_I64(struct ledger_attempt, at_ms),
	DB_I64(struct ledger_attempt, status),
	DB_STR(struct ledger_attempt, reason),
	DB_I64(struct ledger_attempt, took_ms),
	DB_END,
};

/* ---- removal ---- */

#define KEYS                                                  \
	"JSON_TABLE(?, '$[*]' COLUMNS(u BIGINT PATH '$[0]', " \
	"i BIGINT PATH '$[1]')) j "

static const struct db_stmt drop_many = DB_MANY("ledger.drop_many",
    "DELETE l FROM " KEYS "STRAIGHT_JOIN push_ledger l "
    "ON l.user_id = j.u AND l.ledger_id = j.i");

static const struct db_stmt drop_rows = {
	.name = "ledger.drop",
	.sql = "DELETE FROM push_ledger WHERE user_id = ? AND ledger_id = ?",
	.in = key_fields,
	.in_size = sizeof(struct ledger),
	.many = &drop_many,
};

static const struct db_stmt drop_attempts_many =
    DB_MANY("ledger.drop_attempts_many",
	"DELETE t FROM " KEYS "STRAIGHT_JOIN push_attempt t "
	"ON t.user_id = j.u AND t.ledger_id = j.i");

static const struct db_stmt drop_attempts = {
	.name = "ledger.drop_attempts",
	.sql = "DELETE FROM push_attempt WHERE user_id = ? AND ledger_id = ?",
	.in = key_fields,
	.in_size = sizeof(struct ledger),
	.many = &drop_attempts_many,
};

int ledger_sql_drop(struct db *db, const struct ledger *rows, size_t n,
    int64_t *n_out, struct error *err)
{
	if (db_exec_bulk(db, &drop_attempts, rows, n, sizeof(*rows), NULL,
		err) < 0)
		return -1;
	return db_exec_bulk(db, &drop_rows, rows, n, sizeof(*rows), n_out, err);
}

/* ---- changes ---- */

static const struct db_stmt put = {
	.name = "ledger.put",
	.sql = "INSERT INTO push_ledger (" COLUMNS ") "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
	       "ON DUPLICATE KEY UPDATE upto_index = VALUES(upto_index), "
	       "decision = VALUES(decision), reason = VALUES(reason), "
	       "at_ms = VALUES(at_ms)",
	.in = row_fields,
	.in_size = sizeof(struct ledger),
};

int ledger_sql_put(struct db *db, const struct ledger *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &put, rows, n, sizeof(*rows), NULL, err);
}

static const struct db_stmt add_attempts = {
	.name = "ledger.add_attempts",
	.sql = "INSERT IGNORE INTO push_attempt (user_id, ledger_id, attempt, "
	       "at_ms, status, reason, took_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
	.in = attempt_fields,
	.in_size = sizeof(struct ledger_attempt),
};

int ledger_sql_add_attempts(struct db *db, const struct ledger_attempt *rows,
    size_t n, struct error *err)
{
	return db_exec_bulk(db, &add_attempts, rows, n, sizeof(*rows), NULL,
	    err);
}

static const struct db_stmt count = {
	.name = "ledger.count",
	.sql = "SELECT COUNT(*) FROM push_ledger WHERE user_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int ledger_sql_count(struct db *db, int64_t user_id, int64_t *n_out,
    struct error *err)
{
	struct db_id in = { user_id }, row;

	if (db_row(db, &count, &in, NULL, &row, err) < 0)
		return -1;
	*n_out = row.id;
	return 0;
}

struct oldest {
	int64_t user_id, limit;
};

static const struct db_field oldest_in[] = {
	DB_I64(struct oldest, user_id),
	DB_I64(struct oldest, limit),
	DB_END,
};

static const struct db_stmt oldest = {
	.name = "ledger.oldest",
	.sql = "SELECT user_id, ledger_id FROM push_ledger "
	       "WHERE user_id = ? ORDER BY ledger_id LIMIT ?",
	.in = oldest_in,
	.in_size = sizeof(struct oldest),
	.out = key_fields,
	.out_size = sizeof(struct ledger),
};

int ledger_sql_drop_oldest(struct db *db, struct arena *a, int64_t user_id,
    int64_t limit, struct error *err)
{
	struct oldest in = { user_id, limit };
	struct ledger *rows;
	size_t n;

	if (db_rows(db, &oldest, &in, a, &rows, &n, err) < 0)
		return -1;
	return n ? ledger_sql_drop(db, rows, n, NULL, err) : 0;
}

const struct db_stmt *const ledger_write_statements[] = { &put, &add_attempts,
	&count, &oldest, &drop_rows, &drop_many, &drop_attempts,
	&drop_attempts_many, NULL };

/* ---- look-ups ---- */

struct query {
	struct ledger_query q;
	struct str device_id;
	int64_t any_conv, any_index, before_id;
};

static const struct db_field query_in[] = {
	DB_I64(struct query, q.user_id),
	DB_I64(struct query, before_id),
	DB_STR(struct query, device_id),
	DB_STR(struct query, q.device_id),
	DB_I64(struct query, any_conv),
	DB_I64(struct query, q.conv_id),
	DB_I64(struct query, any_index),
	DB_I64(struct query, q.conv_index),
	DB_I64(struct query, q.conv_index),
	DB_I64(struct query, q.limit),
	DB_END,
};

/* The rows of one user are few. */
static const struct db_stmt list = {
	.name = "ledger.list",
	.sql = "SELECT " COLUMNS " FROM push_ledger FORCE INDEX (PRIMARY) "
	       "WHERE user_id = ? AND ledger_id < ? "
	       "AND (? IS NULL OR device_id = ?) "
	       "AND (? = 1 OR conv_id = ?) "
	       "AND (? = 1 OR (first_index <= ? AND upto_index >= ?)) "
	       "ORDER BY ledger_id DESC LIMIT ?",
	.in = query_in,
	.in_size = sizeof(struct query),
	.out = row_fields,
	.out_size = sizeof(struct ledger),
};

int ledger_sql_list(struct db *db, struct arena *a,
    const struct ledger_query *q, struct ledger **out, size_t *n_out,
    struct error *err)
{
	struct query in = { *q, q->device_id, q->conv_id < 0, !q->conv_index,
		q->before_id ? q->before_id : INT64_MAX };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

static const struct db_stmt attempts = {
	.name = "ledger.attempts",
	.sql = "SELECT t.user_id, t.ledger_id, t.attempt, t.at_ms, t.status, "
	       "t.reason, t.took_ms FROM " KEYS "STRAIGHT_JOIN push_attempt t "
	       "ON t.user_id = j.u AND t.ledger_id = j.i",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = attempt_fields,
	.out_size = sizeof(struct ledger_attempt),
};

int ledger_sql_attempts(struct db *db, struct arena *a, struct str places,
    struct ledger_attempt **out, size_t *n_out, struct error *err)
{
	struct db_text in = { places };

	return db_rows(db, &attempts, &in, a, out, n_out, err);
}

const struct db_stmt *const ledger_statements[] = { &list, &attempts, NULL };

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

static const struct db_stmt old = {
	.name = "ledger.old",
	.sql = "SELECT l.user_id, l.ledger_id "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN push_ledger l FORCE INDEX (PRIMARY) "
	       "ON l.user_id = j.id WHERE l.at_ms < ? LIMIT ?",
	.in = old_in,
	.in_size = sizeof(struct old),
	.out = key_fields,
	.out_size = sizeof(struct ledger),
};

int ledger_sql_old(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, struct ledger **out, size_t *n_out,
    struct error *err)
{
	struct old in = { users, before_ms, limit };

	return db_rows(db, &old, &in, a, out, n_out, err);
}

const struct db_stmt *const ledger_aged_statements[] = { &old, &drop_rows,
	&drop_many, &drop_attempts, &drop_attempts_many, NULL };
