#include "im/conv/invite_sql.h"

static const struct db_field invite_fields[] = {
	DB_I64(struct invite, conv_id),
	DB_I64(struct invite, invite_id),
	DB_STR(struct invite, code),
	DB_I64(struct invite, created_by),
	DB_I64(struct invite, created_ms),
	DB_I64(struct invite, expires_ms),
	DB_I64(struct invite, max_uses),
	DB_I64(struct invite, uses),
	DB_I64(struct invite, ended_ms),
	DB_END,
};

#define INVITE_COLUMNS                                       \
	"conv_id, invite_id, code, created_by, created_ms, " \
	"expires_ms, max_uses, uses, ended_ms"
/* As invite_is_open(). */
#define IS_OPEN                                                \
	"ended_ms = 0 AND (expires_ms = 0 OR expires_ms > ?) " \
	"AND (max_uses = 0 OR uses < max_uses)"

static const struct db_field find_in[] = {
	DB_STR(struct invite, code),
	DB_END,
};

static const struct db_stmt find = {
	.name = "invite.find",
	.sql = "SELECT " INVITE_COLUMNS " FROM invite WHERE code = ?",
	.in = find_in,
	.in_size = sizeof(struct invite),
	.out = invite_fields,
	.out_size = sizeof(struct invite),
};

int invite_sql_find(struct db *db, struct arena *a, struct str code,
    struct invite *out, struct error *err)
{
	struct invite in = { .code = code };

	return db_row(db, &find, &in, a, out, err);
}

static const struct db_field list_in[] = {
	DB_I64(struct invite_query, conv_id),
	DB_I64(struct invite_query, after),
	DB_I64(struct invite_query, by_user),
	DB_I64(struct invite_query, by_user),
	DB_I64(struct invite_query, now_ms),
	DB_I64(struct invite_query, limit),
	DB_END,
};

static const struct db_stmt list = {
	.name = "invite.list",
	.sql = "SELECT " INVITE_COLUMNS " FROM invite "
	       "WHERE conv_id = ? AND invite_id > ? "
	       "AND (created_by = ? OR ? = 0) AND " IS_OPEN
	       " ORDER BY invite_id LIMIT ?",
	.in = list_in,
	.in_size = sizeof(struct invite_query),
	.out = invite_fields,
	.out_size = sizeof(struct invite),
};

int invite_sql_list(struct db *db, struct arena *a,
    const struct invite_query *q, struct invite **out, size_t *n_out,
    struct error *err)
{
	return db_rows(db, &list, q, a, out, n_out, err);
}

struct count {
	int64_t conv_id, now_ms, n;
};

static const struct db_field count_in[] = {
	DB_I64(struct count, conv_id),
	DB_I64(struct count, now_ms),
	DB_END,
};

static const struct db_field count_out[] = {
	DB_I64(struct count, n),
	DB_END,
};

static const struct db_stmt count = {
	.name = "invite.count",
	.sql = "SELECT COUNT(*) FROM invite WHERE conv_id = ? AND " IS_OPEN,
	.in = count_in,
	.in_size = sizeof(struct count),
	.out = count_out,
	.out_size = sizeof(struct count),
};

int invite_sql_count(struct db *db, struct arena *a, int64_t conv_id,
    int64_t now_ms, int64_t *n_out, struct error *err)
{
	struct count in = { conv_id, now_ms, 0 }, row = { 0 };

	if (db_row(db, &count, &in, a, &row, err) < 0)
		return -1;
	*n_out = row.n;
	return 0;
}

static const struct db_stmt insert = {
	.name = "invite.insert",
	.sql = "INSERT INTO invite (" INVITE_COLUMNS ") "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
	       "ON DUPLICATE KEY UPDATE uses = uses",
	.in = invite_fields,
	.in_size = sizeof(struct invite),
};

int invite_sql_insert(struct db *db, const struct invite *i, struct error *err)
{
	return db_exec(db, &insert, i, NULL, err);
}

static const struct db_field put_in[] = {
	DB_I64(struct invite, uses),
	DB_I64(struct invite, ended_ms),
	DB_I64(struct invite, conv_id),
	DB_I64(struct invite, invite_id),
	DB_END,
};

static const struct db_stmt put = {
	.name = "invite.put",
	.sql = "UPDATE invite SET uses = ?, ended_ms = ? "
	       "WHERE conv_id = ? AND invite_id = ?",
	.in = put_in,
	.in_size = sizeof(struct invite),
};

int invite_sql_put(struct db *db, const struct invite *i, struct error *err)
{
	return db_exec(db, &put, i, NULL, err);
}

struct ended {
	int64_t conv_id, before_ms;
};

static const struct db_field ended_in[] = {
	DB_I64(struct ended, conv_id),
	DB_I64(struct ended, before_ms),
	DB_I64(struct ended, before_ms),
	DB_END,
};

static const struct db_stmt drop_ended = {
	.name = "invite.drop_ended",
	.sql = "DELETE FROM invite WHERE conv_id = ? "
	       "AND ((ended_ms > 0 AND ended_ms < ?) "
	       "OR (expires_ms > 0 AND expires_ms < ?))",
	.in = ended_in,
	.in_size = sizeof(struct ended),
};

int invite_sql_drop_ended(struct db *db, int64_t conv_id, int64_t before_ms,
    struct error *err)
{
	struct ended in = { conv_id, before_ms };

	return db_exec(db, &drop_ended, &in, NULL, err);
}

const struct db_stmt *const invite_statements[] = { &find, &list, &count,
	&insert, &put, &drop_ended, NULL };
