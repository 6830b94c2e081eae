#include "im/conv/member_sql.h"

#include "im/conv/conv_row.h"
#include "im/conv/member_row.h"

/* ---- reading ---- */

static const struct db_field member_out[] = { MEMBER_OUT(struct member, ),
	DB_END };

static const struct db_stmt load = {
	.name = "member.load",
	.sql = "SELECT " MEMBER_COLUMNS " FROM JSON_TABLE(?, '$[*]' COLUMNS("
	       "c BIGINT PATH '$[0]', u BIGINT PATH '$[1]')) j "
	       "STRAIGHT_JOIN member m ON m.conv_id = j.c AND m.user_id = j.u",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = member_out,
	.out_size = sizeof(struct member),
};

int member_sql_load(struct db *db, struct arena *a, struct str list,
    struct member **out, size_t *n_out, struct error *err)
{
	struct db_text in = { list };

	return db_rows(db, &load, &in, a, out, n_out, err);
}

static const struct db_stmt present_many = DB_MANY_ROWS("member.present_many",
    "SELECT " MEMBER_COLUMNS " FROM JSON_TABLE(?, '$[*]' COLUMNS("
    "c BIGINT PATH '$[0]')) j STRAIGHT_JOIN member m ON m.conv_id = j.c "
    "WHERE m.left_index = 0",
    member_out, struct member);

static const struct db_stmt present = {
	.name = "member.present",
	.sql = "SELECT " MEMBER_COLUMNS " FROM member m "
	       "WHERE m.conv_id = ? AND m.left_index = 0",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = member_out,
	.out_size = sizeof(struct member),
	.many = &present_many,
};

int member_sql_present(struct db *db, struct arena *a, const int64_t *conv_ids,
    size_t n, struct member **out, size_t *n_out, struct error *err)
{
	return db_rows_bulk(db, &present, conv_ids, n, sizeof(*conv_ids), a,
	    out, n_out, err);
}

struct place {
	int64_t conv_id, user_id;
};

static const struct db_field place_in[] = {
	DB_I64(struct place, conv_id),
	DB_I64(struct place, user_id),
	DB_END,
};

static const struct db_field place_out[] = {
	CONV_OUT(struct member_place, conv.),
	MEMBER_OUT(struct member_place, member.),
	DB_END,
};

static const struct db_stmt get = {
	.name = "member.get",
	.sql = "SELECT " CONV_COLUMNS ", " MEMBER_COLUMNS " FROM member m "
	       "STRAIGHT_JOIN conv_seq s ON s.conv_id = m.conv_id "
	       "STRAIGHT_JOIN conversation c ON c.conv_id = m.conv_id "
	       "WHERE m.conv_id = ? AND m.user_id = ?",
	.in = place_in,
	.in_size = sizeof(struct place),
	.out = place_out,
	.out_size = sizeof(struct member_place),
};

int member_sql_get(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, struct member_place *out, struct error *err)
{
	struct place in = { conv_id, user_id };

	return db_row(db, &get, &in, a, out, err);
}

struct page {
	int64_t conv_id, after_user_id, role, any_role;
	struct str like, ids;
	int64_t limit;
};

static const struct db_field list_out[] = {
	MEMBER_OUT(struct member, ),
	DB_I64(struct member, read_index),
	DB_END,
};

static const struct db_field list_in[] = {
	DB_I64(struct page, conv_id),
	DB_I64(struct page, after_user_id),
	DB_I64(struct page, role),
	DB_I64(struct page, any_role),
	DB_I64(struct page, limit),
	DB_END,
};

#define LIST_SELECT                                            \
	"SELECT " MEMBER_COLUMNS ", GREATEST(m.joined_index, " \
	"COALESCE(k.read_index, 0)) FROM member m "            \
	"LEFT JOIN mark k ON k.conv_id = m.conv_id "           \
	"AND k.user_id = m.user_id "

static const struct db_stmt list = {
	.name = "member.list",
	.sql = LIST_SELECT
	"WHERE m.conv_id = ? AND m.user_id > ? AND m.left_index = 0 "
	"AND (m.role = ? OR ? = 1) ORDER BY m.user_id LIMIT ?",
	.in = list_in,
	.in_size = sizeof(struct page),
	.out = list_out,
	.out_size = sizeof(struct member),
};

static const struct db_field named_in[] = {
	DB_I64(struct page, conv_id),
	DB_I64(struct page, after_user_id),
	DB_I64(struct page, role),
	DB_I64(struct page, any_role),
	DB_STR(struct page, like),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt named = {
	.name = "member.named",
	.sql = LIST_SELECT
	"STRAIGHT_JOIN user u ON u.user_id = m.user_id "
	"WHERE m.conv_id = ? AND m.user_id > ? AND m.left_index = 0 "
	"AND (m.role = ? OR ? = 1) "
	"AND u.folded LIKE ?" DB_LIKE_ESCAPE "ORDER BY m.user_id LIMIT ?",
	.in = named_in,
	.in_size = sizeof(struct page),
	.out = list_out,
	.out_size = sizeof(struct member),
};

static const struct db_field few_in[] = {
	DB_STR(struct page, ids),
	DB_I64(struct page, conv_id),
	DB_I64(struct page, after_user_id),
	DB_I64(struct page, role),
	DB_I64(struct page, any_role),
	DB_STR(struct page, like),
	DB_I64(struct page, limit),
	DB_END,
};

/* The join reads the list in its order, which is ascending. */
static const struct db_stmt few = {
	.name = "member.few",
	.sql = "SELECT " MEMBER_COLUMNS ", GREATEST(m.joined_index, "
	       "COALESCE(k.read_index, 0)) "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN member m ON m.conv_id = ? AND m.user_id = j.id "
	       "STRAIGHT_JOIN user u ON u.user_id = m.user_id "
	       "LEFT JOIN mark k ON k.conv_id = m.conv_id "
	       "AND k.user_id = m.user_id "
	       "WHERE m.user_id > ? AND m.left_index = 0 "
	       "AND (m.role = ? OR ? = 1) "
	       "AND u.folded LIKE ?" DB_LIKE_ESCAPE "LIMIT ?",
	.in = few_in,
	.in_size = sizeof(struct page),
	.out = list_out,
	.out_size = sizeof(struct member),
};

int member_sql_list(struct db *db, struct arena *a,
    const struct member_query *q, struct str like, struct str ids,
    struct member **out, size_t *n_out, struct error *err)
{
	const struct db_stmt *s = ids.p ? &few : like.p ? &named : &list;
	struct page in = {
		q->conv_id,
		q->after_user_id,
		q->role,
		q->role == 0,
		like,
		ids,
		q->limit,
	};

	return db_rows(db, s, &in, a, out, n_out, err);
}

static const struct db_stmt ids = {
	.name = "member.ids",
	.sql = "SELECT " MEMBER_COLUMNS " FROM member m "
	       "WHERE m.conv_id = ? AND m.left_index = 0 ORDER BY m.user_id",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = member_out,
	.out_size = sizeof(struct member),
};

int member_sql_ids(struct db *db, struct arena *a, int64_t conv_id,
    struct member **out, size_t *n_out, struct error *err)
{
	struct db_id in = { conv_id };

	return db_rows(db, &ids, &in, a, out, n_out, err);
}

struct senders {
	int64_t conv_id, lo, hi;
};

static const struct db_field senders_in[] = {
	DB_I64(struct senders, conv_id),
	DB_I64(struct senders, lo),
	DB_I64(struct senders, hi),
	DB_END,
};

/* kind 1: a message. */
static const struct db_stmt senders = {
	.name = "member.senders",
	.sql = "SELECT e.sender_id FROM entry e "
	       "STRAIGHT_JOIN member m "
	       "ON m.conv_id = e.conv_id AND m.user_id = e.sender_id "
	       "WHERE e.conv_id = ? AND e.conv_index BETWEEN ? AND ? "
	       "AND e.kind = 1 AND e.sender_id <> 0 AND m.left_index = 0",
	.in = senders_in,
	.in_size = sizeof(struct senders),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int member_sql_senders(struct db *db, struct arena *a, int64_t conv_id,
    int64_t lo, int64_t hi, struct db_id **out, size_t *n_out,
    struct error *err)
{
	struct senders in = { conv_id, lo, hi };

	return db_rows(db, &senders, &in, a, out, n_out, err);
}

static const struct db_field heir_in[] = {
	DB_I64(struct member, conv_id),
	DB_I64(struct member, user_id),
	DB_END,
};

static const struct db_stmt heir = {
	.name = "member.heir",
	.sql = "SELECT " MEMBER_COLUMNS " FROM member m "
	       "WHERE m.conv_id = ? AND m.user_id <> ? AND m.left_index = 0 "
	       "ORDER BY m.role DESC, m.joined_index, m.user_id LIMIT 1",
	.in = heir_in,
	.in_size = sizeof(struct member),
	.out = member_out,
	.out_size = sizeof(struct member),
};

int member_sql_heir(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, struct member *out, struct error *err)
{
	struct member in = { .conv_id = conv_id, .user_id = user_id };

	return db_row(db, &heir, &in, a, out, err);
}

/* ---- changes ---- */

struct past {
	struct str users;
	int64_t conv_id;
};

static const struct db_field past_in[] = {
	DB_STR(struct past, users),
	DB_I64(struct past, conv_id),
	DB_END,
};

static const struct db_stmt keep_past = {
	.name = "member.keep_past",
	.sql = "INSERT INTO member_past (conv_id, user_id, joined_index, "
	       "left_index) SELECT m.conv_id, m.user_id, m.joined_index, "
	       "m.left_index "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(u BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN member m ON m.conv_id = ? AND m.user_id = j.u "
	       "WHERE m.left_index > 0",
	.in = past_in,
	.in_size = sizeof(struct past),
};

int member_sql_keep_past(struct db *db, int64_t conv_id, struct str users,
    struct error *err)
{
	struct past in = { users, conv_id };

	return db_exec(db, &keep_past, &in, NULL, err);
}

static const struct db_field enter_in[] = {
	DB_I64(struct member, conv_id),
	DB_I64(struct member, user_id),
	DB_I64(struct member, role),
	DB_I64(struct member, joined_index),
	DB_I64(struct member, joined_ms),
	DB_END,
};

/* A mute outlasts it. */
static const struct db_stmt enter = {
	.name = "member.enter",
	.sql = "INSERT INTO member (conv_id, user_id, role, joined_index, "
	       "joined_ms) VALUES (?, ?, ?, ?, ?) "
	       "ON DUPLICATE KEY UPDATE role = VALUES(role), "
	       "joined_index = VALUES(joined_index), left_index = 0, "
	       "joined_ms = VALUES(joined_ms), alias = NULL",
	.in = enter_in,
	.in_size = sizeof(struct member),
};

int member_sql_enter(struct db *db, const struct member *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &enter, rows, n, sizeof(*rows), NULL, err);
}

static const struct db_field exit_in[] = {
	DB_I64(struct member, left_index),
	DB_I64(struct member, conv_id),
	DB_I64(struct member, user_id),
	DB_END,
};

static const struct db_stmt exit_stmt = {
	.name = "member.exit",
	.sql = "UPDATE member SET left_index = ? "
	       "WHERE conv_id = ? AND user_id = ? AND left_index = 0",
	.in = exit_in,
	.in_size = sizeof(struct member),
};

int member_sql_exit(struct db *db, const struct member *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &exit_stmt, rows, n, sizeof(*rows), NULL, err);
}

static const struct db_field exit_all_in[] = {
	DB_I64(struct member, left_index),
	DB_I64(struct member, conv_id),
	DB_END,
};

static const struct db_stmt exit_all = {
	.name = "member.exit_all",
	.sql = "UPDATE member SET left_index = ? "
	       "WHERE conv_id = ? AND left_index = 0",
	.in = exit_all_in,
	.in_size = sizeof(struct member),
};

int member_sql_exit_all(struct db *db, int64_t conv_id, int64_t left_index,
    struct error *err)
{
	struct member in = { .conv_id = conv_id, .left_index = left_index };

	return db_exec(db, &exit_all, &in, NULL, err);
}

static const struct db_field put_in[] = {
	DB_I64(struct member, role),
	DB_STR(struct member, alias),
	DB_I64(struct member, muted_until_ms),
	DB_I64(struct member, conv_id),
	DB_I64(struct member, user_id),
	DB_END,
};

static const struct db_stmt put = {
	.name = "member.put",
	.sql = "UPDATE member SET role = ?, alias = ?, muted_until_ms = ? "
	       "WHERE conv_id = ? AND user_id = ? AND left_index = 0",
	.in = put_in,
	.in_size = sizeof(struct member),
};

int member_sql_put(struct db *db, const struct member *m, struct error *err)
{
	return db_exec(db, &put, m, NULL, err);
}

static const struct db_field role_in[] = {
	DB_I64(struct member, role),
	DB_I64(struct member, conv_id),
	DB_I64(struct member, user_id),
	DB_END,
};

static const struct db_stmt role_stmt = {
	.name = "member.role",
	.sql = "UPDATE member SET role = ? "
	       "WHERE conv_id = ? AND user_id = ? AND left_index = 0",
	.in = role_in,
	.in_size = sizeof(struct member),
};

int member_sql_set_role(struct db *db, int64_t conv_id, int64_t user_id,
    int64_t role, struct error *err)
{
	struct member in = {
		.conv_id = conv_id,
		.user_id = user_id,
		.role = role,
	};

	return db_exec(db, &role_stmt, &in, NULL, err);
}

const struct db_stmt *const member_statements[] = { &load, &present, &get,
	&list, &named, &few, &ids, &senders, &heir, &keep_past, &enter,
	&exit_stmt, &exit_all, &put, &role_stmt, NULL };
const struct db_stmt *const member_reader_statements[] = { &load, &present,
	&get, NULL };
const struct db_stmt *const member_present_statements[] = { &present, NULL };
