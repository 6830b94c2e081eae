#include "demo.h"

struct message_key {
	int64_t conv_id, sender_id;
	struct str client_msg_id;
};

struct ids {
	struct str ids;
};

struct count {
	int64_t n;
};

static const struct db_field in_key[] = {
	DB_I64(struct message_key, conv_id),
	DB_I64(struct message_key, sender_id),
	DB_STR(struct message_key, client_msg_id),
	DB_END,
};

static const struct db_field in_ids[] = {
	DB_STR(struct ids, ids),
	DB_END,
};

static const struct db_field out_count[] = {
	DB_I64(struct count, n),
	DB_END,
};

static const struct db_stmt has = {
	.name = "demo_has",
	.sql = "SELECT COUNT(*) FROM entry WHERE conv_id = ? "
	       "AND sender_id = ? AND client_msg_id = ?",
	.in = in_key,
	.in_size = sizeof(struct message_key),
	.out = out_count,
	.out_size = sizeof(struct count),
};

static const struct db_stmt behind = {
	.name = "demo_behind",
	.sql = "SELECT COUNT(*) "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "JOIN conv_seq s ON s.conv_id = j.id "
	       "LEFT JOIN log_cursor c ON c.consumer = 1 "
	       "AND c.conv_id = j.id "
	       "WHERE s.last_index > COALESCE(c.done_index, 0)",
	.in = in_ids,
	.in_size = sizeof(struct ids),
	.out = out_count,
	.out_size = sizeof(struct count),
};

const struct db_stmt *const demo_statements[] = { &has, &behind, NULL };

int demo_sql_has(struct db *db, struct arena *a, int64_t conv_id,
    int64_t sender_id, struct str client_msg_id, struct error *err)
{
	struct message_key in = { conv_id, sender_id, client_msg_id };
	struct count out = { 0 };

	return db_row(db, &has, &in, a, &out, err) < 0 ? -1 : out.n > 0;
}

int demo_sql_behind(struct db *db, struct arena *a, const int64_t *conv_ids,
    size_t n, int64_t *n_out, struct error *err)
{
	struct ids in = { db_list(a, conv_ids, n) };
	struct count out = { 0 };

	if (db_row(db, &behind, &in, a, &out, err) < 0)
		return -1;
	*n_out = out.n;
	return 0;
}
