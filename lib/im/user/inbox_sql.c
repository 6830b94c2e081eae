#include "im/user/inbox_sql.h"

/* ---- numbers ---- */

static const struct db_field seq_out[] = {
	DB_I64(struct inbox_seq, user_id),
	DB_I64(struct inbox_seq, stream_id),
	DB_I64(struct inbox_seq, last_index),
	DB_I64(struct inbox_seq, floor_index),
	DB_I64(struct inbox_seq, now_ms),
	DB_I64(struct inbox_seq, has_personal),
	DB_END,
};

/* By key even if the table is small: a scan would lock every row. */
#define SEQ_COLUMNS                                                       \
	"s.user_id, s.stream_id, s.last_index, s.floor_index, " DB_NOW_MS \
	", s.has_personal "
#define SEQ_SELECT                                                  \
	"SELECT " SEQ_COLUMNS                                       \
	"FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j " \
	"STRAIGHT_JOIN user_seq s FORCE INDEX (PRIMARY) "           \
	"ON s.user_id = j.id"

static const struct db_stmt get = {
	.name = "inbox.seq",
	.sql = SEQ_SELECT,
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = seq_out,
	.out_size = sizeof(struct inbox_seq),
};

static const struct db_stmt lock = {
	.name = "inbox.lock",
	.sql = "SELECT " SEQ_COLUMNS "FROM user_seq s WHERE s.user_id = ? "
	       "FOR UPDATE",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = seq_out,
	.out_size = sizeof(struct inbox_seq),
};

static const struct db_stmt lock_free = {
	.name = "inbox.lock_free",
	.sql = SEQ_SELECT " FOR UPDATE SKIP LOCKED",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = seq_out,
	.out_size = sizeof(struct inbox_seq),
};

int inbox_sql_get(struct db *db, struct arena *a, struct str list,
    struct inbox_seq **out, size_t *n_out, struct error *err)
{
	struct db_text in = { list };

	return db_rows(db, &get, &in, a, out, n_out, err);
}

int inbox_sql_lock(struct db *db, struct arena *a, int64_t id,
    struct inbox_seq **out, size_t *n_out, struct error *err)
{
	struct db_id in = { id };

	return db_rows(db, &lock, &in, a, out, n_out, err);
}

int inbox_sql_lock_free(struct db *db, struct arena *a, struct str list,
    struct inbox_seq **out, size_t *n_out, struct error *err)
{
	struct db_text in = { list };

	return db_rows(db, &lock_free, &in, a, out, n_out, err);
}

static const struct db_field create_in[] = {
	DB_I64(struct inbox_seq, user_id),
	DB_I64(struct inbox_seq, stream_id),
	DB_END,
};

static const struct db_stmt create = {
	.name = "inbox.create",
	.sql = "INSERT INTO user_seq (user_id, stream_id) VALUES (?, ?)",
	.in = create_in,
	.in_size = sizeof(struct inbox_seq),
};

int inbox_sql_create(struct db *db, const struct inbox_seq *seqs, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &create, seqs, n, sizeof(*seqs), NULL, err);
}

/* ---- acks ---- */

static const struct db_field ack_fields[] = {
	DB_I64(struct inbox_ack, user_id),
	DB_I64(struct inbox_ack, acked_index),
	DB_END,
};

static const struct db_stmt ack_lock = {
	.name = "inbox.ack_lock",
	.sql = "SELECT user_id, acked_index FROM inbox_ack WHERE user_id = ? "
	       "FOR UPDATE",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = ack_fields,
	.out_size = sizeof(struct inbox_ack),
};

static const struct db_stmt acks_free_many =
    DB_MANY_ROWS("inbox.acks_free_many",
	"SELECT k.user_id, k.acked_index "
	"FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$[0]')) j "
	"STRAIGHT_JOIN inbox_ack k FORCE INDEX (PRIMARY) "
	"ON k.user_id = j.id FOR UPDATE SKIP LOCKED",
	ack_fields, struct inbox_ack);

static const struct db_stmt acks_free = {
	.name = "inbox.acks_free",
	.sql = "SELECT user_id, acked_index FROM inbox_ack WHERE user_id = ? "
	       "FOR UPDATE SKIP LOCKED",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = ack_fields,
	.out_size = sizeof(struct inbox_ack),
	.many = &acks_free_many,
};

static const struct db_stmt acks_put = {
	.name = "inbox.acks_put",
	.sql = "INSERT INTO inbox_ack (user_id, acked_index) VALUES (?, ?) "
	       "ON DUPLICATE KEY UPDATE "
	       "acked_index = GREATEST(acked_index, VALUES(acked_index))",
	.in = ack_fields,
	.in_size = sizeof(struct inbox_ack),
};

int inbox_sql_ack_lock(struct db *db, struct arena *a, int64_t user_id,
    struct inbox_ack *out, struct error *err)
{
	struct db_id in = { user_id };

	return db_row(db, &ack_lock, &in, a, out, err);
}

int inbox_sql_acks_lock_free(struct db *db, struct arena *a,
    const int64_t *users, size_t n, struct inbox_ack **out, size_t *n_out,
    struct error *err)
{
	return db_rows_bulk(db, &acks_free, users, n, sizeof(*users), a, out,
	    n_out, err);
}

int inbox_sql_acks_put(struct db *db, const struct inbox_ack *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &acks_put, rows, n, sizeof(*rows), NULL, err);
}

/* ---- rows ---- */

static const struct db_field row_fields[] = {
	DB_I64(struct inbox_row, user_id),
	DB_I64(struct inbox_row, user_index),
	DB_I64(struct inbox_row, kind),
	DB_I64(struct inbox_row, conv_id),
	DB_I64(struct inbox_row, conv_index),
	DB_I64(struct inbox_row, action),
	DB_I64(struct inbox_row, by_id),
	DB_I64(struct inbox_row, at_ms),
	DB_END,
};

static const struct db_stmt insert = {
	.name = "inbox.insert",
	.sql = "INSERT INTO inbox (user_id, user_index, kind, conv_id, "
	       "conv_index, action, by_id, at_ms) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	.in = row_fields,
	.in_size = sizeof(struct inbox_row),
};

int inbox_sql_insert(struct db *db, const struct inbox_row *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &insert, rows, n, sizeof(*rows), NULL, err);
}

static const struct db_field arg_fields[] = {
	DB_I64(struct inbox_row, user_id),
	DB_I64(struct inbox_row, user_index),
	DB_I64(struct inbox_row, kind),
	DB_I64(struct inbox_row, conv_id),
	DB_I64(struct inbox_row, conv_index),
	DB_I64(struct inbox_row, action),
	DB_I64(struct inbox_row, by_id),
	DB_I64(struct inbox_row, at_ms),
	DB_I64(struct inbox_row, arg),
	DB_END,
};

static const struct db_stmt insert_arg = {
	.name = "inbox.insert_arg",
	.sql = "INSERT INTO inbox (user_id, user_index, kind, conv_id, "
	       "conv_index, action, by_id, at_ms, arg) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	.in = arg_fields,
	.in_size = sizeof(struct inbox_row),
};

int inbox_sql_insert_arg(struct db *db, const struct inbox_row *row,
    struct error *err)
{
	return db_exec(db, &insert_arg, row, NULL, err);
}

static const struct db_field raise_in[] = {
	DB_I64(struct inbox_seq, last_index),
	DB_I64(struct inbox_seq, user_id),
	DB_END,
};

static const struct db_stmt raise_many = DB_MANY("inbox.raise_many",
    "UPDATE JSON_TABLE(?, '$[*]' COLUMNS(last BIGINT PATH '$[0]', "
    "id BIGINT PATH '$[1]')) j "
    "STRAIGHT_JOIN user_seq s ON s.user_id = j.id "
    "SET s.last_index = j.last");

static const struct db_stmt raise_seq = {
	.name = "inbox.raise",
	.sql = "UPDATE user_seq SET last_index = ? WHERE user_id = ?",
	.in = raise_in,
	.in_size = sizeof(struct inbox_seq),
	.many = &raise_many,
};

int inbox_sql_raise(struct db *db, const struct inbox_seq *seqs, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &raise_seq, seqs, n, sizeof(*seqs), NULL, err);
}

struct page {
	int64_t user_id, after, limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, user_id),
	DB_I64(struct page, after),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt after_index = {
	.name = "inbox.after",
	.sql = "SELECT user_id, user_index, kind, conv_id, conv_index, "
	       "action, by_id, at_ms, COALESCE(arg, 0) FROM inbox "
	       "WHERE user_id = ? AND user_index > ? "
	       "ORDER BY user_index LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = arg_fields,
	.out_size = sizeof(struct inbox_row),
};

int inbox_sql_after(struct db *db, struct arena *a, int64_t user_id,
    int64_t after, int64_t limit, struct inbox_row **out, size_t *n_out,
    struct error *err)
{
	struct page in = { user_id, after, limit };

	return db_rows(db, &after_index, &in, a, out, n_out, err);
}

const struct db_stmt *const inbox_statements[] = { &get, &lock, &lock_free,
	&create, &insert, &insert_arg, &raise_seq, &after_index, NULL };
const struct db_stmt *const inbox_ack_statements[] = { &ack_lock, &acks_free,
	&acks_put, NULL };
