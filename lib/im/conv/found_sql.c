#include "im/conv/found_sql.h"

struct query {
	int64_t user_id, limit;
};

static const struct db_field chats_in[] = {
	DB_I64(struct query, user_id),
	DB_I64(struct query, limit),
	DB_END,
};

static const struct db_field chats_out[] = {
	DB_I64(struct found_chat, conv_id),
	DB_I64(struct found_chat, last_index),
	DB_END,
};

static const struct db_stmt chats = {
	.name = "found.chats",
	.sql = "SELECT c.conv_id, s.last_index FROM chat c "
	       "FORCE INDEX (PRIMARY) "
	       "STRAIGHT_JOIN conv_seq s ON s.conv_id = c.conv_id "
	       "WHERE c.user_id = ? AND c.listed = 1 "
	       "ORDER BY c.conv_id LIMIT ?",
	.in = chats_in,
	.in_size = sizeof(struct query),
	.out = chats_out,
	.out_size = sizeof(struct found_chat),
};

int found_sql_chats(struct db *db, struct arena *a, int64_t user_id,
    int64_t limit, struct found_chat **out, size_t *n_out, struct error *err)
{
	struct query in = { .user_id = user_id, .limit = limit };

	return db_rows(db, &chats, &in, a, out, n_out, err);
}

static const struct db_field time_out[] = { DB_I64(struct db_id, id), DB_END };

static const struct db_stmt times = {
	.name = "found.times",
	.sql = "SELECT e.sent_ms "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', "
	       "i BIGINT PATH '$[1]')) j "
	       "STRAIGHT_JOIN entry e FORCE INDEX (PRIMARY) "
	       "ON e.conv_id = j.c AND e.conv_index = j.i",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = time_out,
	.out_size = sizeof(struct db_id),
};

int found_sql_times(struct db *db, struct arena *a, struct str places,
    struct db_id **out, size_t *n_out, struct error *err)
{
	struct db_text in = { places };

	return db_rows(db, &times, &in, a, out, n_out, err);
}

const struct db_stmt *const found_statements[] = { &chats, &times, NULL };
