#include "im/conv/scheduled_sql.h"

#define FIELDS                                                                 \
	DB_I64(struct scheduled, conv_id), DB_I64(struct scheduled, msg_id),   \
	    DB_I64(struct scheduled, user_id),                                 \
	    DB_STR(struct scheduled, client_msg_id),                           \
	    DB_STR(struct scheduled, fingerprint),                             \
	    DB_I64(struct scheduled, send_ms),                                 \
	    DB_I64(struct scheduled, due_ms), DB_I64(struct scheduled, state), \
	    DB_I64(struct scheduled, reason),                                  \
	    DB_STR(struct scheduled, content)

static const struct db_field all_fields[] = { FIELDS, DB_END };

#define COLUMNS                                                   \
	"s.conv_id, s.msg_id, s.user_id, s.client_msg_id, "       \
	"s.fingerprint, s.send_ms, s.due_ms, s.state, s.reason, " \
	"s.content FROM scheduled s "

/* ---- reading ---- */

static const struct db_field mine_in[] = {
	DB_I64(struct scheduled, user_id),
	DB_I64(struct scheduled, msg_id),
	DB_END,
};

static const struct db_stmt get = {
	.name = "scheduled.get",
	.sql = "SELECT " COLUMNS "FORCE INDEX (scheduled_mine) "
	       "WHERE s.user_id = ? AND s.msg_id = ?",
	.in = mine_in,
	.in_size = sizeof(struct scheduled),
	.out = all_fields,
	.out_size = sizeof(struct scheduled),
};

int scheduled_sql_get(struct db *db, struct arena *a,
    const struct scheduled *key, struct scheduled *out, struct error *err)
{
	return db_row(db, &get, key, a, out, err);
}

struct count {
	int64_t n;
};

static const struct db_field count_out[] = { DB_I64(struct count, n), DB_END };

static const struct db_stmt count = {
	.name = "scheduled.count",
	.sql = "SELECT COUNT(*) FROM scheduled WHERE user_id = ? "
	       "AND state <> 3",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = count_out,
	.out_size = sizeof(struct count),
};

int scheduled_sql_count(struct db *db, struct arena *a, int64_t user_id,
    int64_t *n_out, struct error *err)
{
	struct db_id in = { user_id };
	struct count row = { 0 };

	if (db_row(db, &count, &in, a, &row, err) < 0)
		return -1;
	*n_out = row.n;
	return 0;
}

struct page {
	int64_t user_id, conv_id;
	struct scheduled_place after;
	int64_t limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, user_id),
	DB_I64(struct page, after.send_ms),
	DB_I64(struct page, after.send_ms),
	DB_I64(struct page, after.msg_id),
	DB_I64(struct page, conv_id),
	DB_I64(struct page, conv_id),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt list = {
	.name = "scheduled.list",
	.sql = "SELECT " COLUMNS "FORCE INDEX (scheduled_order) "
	       "WHERE s.user_id = ? AND s.send_ms >= ? "
	       "AND (s.send_ms > ? OR s.msg_id > ?) "
	       "AND (? = 0 OR s.conv_id = ?) AND s.state <> 3 "
	       "ORDER BY s.send_ms, s.msg_id LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = all_fields,
	.out_size = sizeof(struct scheduled),
};

int scheduled_sql_list(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, const struct scheduled_place *after, int64_t limit,
    struct scheduled **out, size_t *n_out, struct error *err)
{
	struct page in = { user_id, conv_id, *after, limit };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

static const struct db_field due_in[] = {
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_field due_out[] = {
	DB_I64(struct scheduled, conv_id),
	DB_I64(struct scheduled, msg_id),
	DB_I64(struct scheduled, user_id),
	DB_I64(struct scheduled, due_ms),
	DB_I64(struct scheduled, state),
	DB_END,
};

static const struct db_stmt due = {
	.name = "scheduled.due",
	.sql = "SELECT s.conv_id, s.msg_id, s.user_id, s.due_ms, s.state "
	       "FROM scheduled s FORCE INDEX (scheduled_due) "
	       "WHERE s.due_ms <= " DB_NOW_MS
	       " ORDER BY s.due_ms, s.conv_id, s.msg_id LIMIT ?",
	.in = due_in,
	.in_size = sizeof(struct page),
	.out = due_out,
	.out_size = sizeof(struct scheduled),
};

int scheduled_sql_due(struct db *db, struct arena *a, int64_t limit,
    struct scheduled **out, size_t *n_out, struct error *err)
{
	struct page in = { .limit = limit };

	return db_rows(db, &due, &in, a, out, n_out, err);
}

/* ---- writing ---- */

static const struct db_stmt insert = {
	.name = "scheduled.insert",
	.sql = "INSERT INTO scheduled (conv_id, msg_id, user_id, "
	       "client_msg_id, fingerprint, send_ms, due_ms, state, reason, "
	       "content) VALUES (?, ?, ?, ?, ?, ?, NULLIF(?, 0), ?, ?, ?)",
	.in = all_fields,
	.in_size = sizeof(struct scheduled),
};

int scheduled_sql_insert(struct db *db, const struct scheduled *s,
    struct error *err)
{
	return db_exec(db, &insert, s, NULL, err);
}

static const struct db_field update_in[] = {
	DB_I64(struct scheduled, send_ms),
	DB_I64(struct scheduled, due_ms),
	DB_I64(struct scheduled, state),
	DB_I64(struct scheduled, reason),
	DB_STR(struct scheduled, content),
	DB_I64(struct scheduled, conv_id),
	DB_I64(struct scheduled, msg_id),
	DB_END,
};

static const struct db_stmt update = {
	.name = "scheduled.update",
	.sql = "UPDATE scheduled SET send_ms = ?, due_ms = NULLIF(?, 0), "
	       "state = ?, reason = ?, content = ? "
	       "WHERE conv_id = ? AND msg_id = ?",
	.in = update_in,
	.in_size = sizeof(struct scheduled),
};

int scheduled_sql_update(struct db *db, const struct scheduled *s,
    struct error *err)
{
	return db_exec(db, &update, s, NULL, err);
}

static const struct db_field key_in[] = {
	DB_I64(struct scheduled, conv_id),
	DB_I64(struct scheduled, msg_id),
	DB_END,
};

static const struct db_stmt drop = {
	.name = "scheduled.delete",
	.sql = "DELETE FROM scheduled WHERE conv_id = ? AND msg_id = ?",
	.in = key_in,
	.in_size = sizeof(struct scheduled),
};

int scheduled_sql_delete(struct db *db, const struct scheduled *s,
    struct error *err)
{
	return db_exec(db, &drop, s, NULL, err);
}

static const struct db_field flag_in[] = {
	DB_I64(struct db_id, id),
	DB_I64(struct db_id, id),
	DB_END,
};

static const struct db_stmt flag = {
	.name = "scheduled.flag",
	.sql = "UPDATE conv_seq SET has_scheduled = EXISTS (SELECT 1 "
	       "FROM scheduled WHERE conv_id = ?) WHERE conv_id = ?",
	.in = flag_in,
	.in_size = sizeof(struct db_id),
};

int scheduled_sql_flag(struct db *db, int64_t conv_id, struct error *err)
{
	struct db_id in = { conv_id };

	return db_exec(db, &flag, &in, NULL, err);
}

struct place {
	int64_t conv_id, user_id;
};

static const struct db_field place_in[] = {
	DB_I64(struct place, conv_id),
	DB_I64(struct place, user_id),
	DB_END,
};

static const struct db_stmt drop_all = {
	.name = "scheduled.drop",
	.sql = "DELETE FROM scheduled WHERE conv_id = ? AND user_id = ?",
	.in = place_in,
	.in_size = sizeof(struct place),
};

int scheduled_sql_drop(struct db *db, int64_t conv_id, int64_t user_id,
    struct error *err)
{
	struct place in = { conv_id, user_id };
	int64_t n;

	if (db_exec(db, &drop_all, &in, &n, err) < 0)
		return -1;
	return n > 0;
}

const struct db_stmt *const scheduled_erase_statements[] = { &drop_all, &flag,
	NULL };
const struct db_stmt *const scheduled_statements[] = { &get, &count, &list,
	&insert, &update, &flag, NULL };
const struct db_stmt *const scheduled_list_statements[] = { &list, NULL };
const struct db_stmt *const scheduled_due_statements[] = { &get, &due, &update,
	&drop, &flag, NULL };
