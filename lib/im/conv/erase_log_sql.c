#include "im/conv/erase_log_sql.h"

struct page {
	int64_t conv_id, user_id, after, limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, conv_id),
	DB_I64(struct page, user_id),
	DB_I64(struct page, after),
	DB_I64(struct page, limit),
	DB_END,
};

/* kind 1: a message; state 0: as it was sent. */
static const struct db_stmt list = {
	.name = "erase_log.list",
	.sql = "SELECT e.conv_index FROM entry e FORCE INDEX (entry_sender) "
	       "WHERE e.conv_id = ? AND e.sender_id = ? AND e.conv_index > ? "
	       "AND e.kind = 1 AND e.state = 0 ORDER BY e.conv_index LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int erase_log_sql_list(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, int64_t after, int64_t limit, struct db_id **out,
    size_t *n_out, struct error *err)
{
	struct page in = { conv_id, user_id, after, limit };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

static const struct db_field put_in[] = {
	DB_I64(struct entry, flags),
	DB_I64(struct entry, state),
	DB_I64(struct entry, recalled_by),
	DB_I64(struct entry, version),
	DB_I64(struct entry, conv_id),
	DB_I64(struct entry, conv_index),
	DB_END,
};

static const struct db_stmt put = {
	.name = "erase_log.put",
	.sql = "UPDATE entry SET flags = ?, state = ?, recalled_by = ?, "
	       "version = ? WHERE conv_id = ? AND conv_index = ?",
	.in = put_in,
	.in_size = sizeof(struct entry),
};

static const struct db_field body_in[] = {
	DB_I64(struct entry, conv_id),
	DB_I64(struct entry, conv_index),
	DB_END,
};

static const struct db_stmt put_body = {
	.name = "erase_log.put_body",
	.sql = "UPDATE body SET content = '' "
	       "WHERE conv_id = ? AND conv_index = ?",
	.in = body_in,
	.in_size = sizeof(struct entry),
};

int erase_log_sql_put(struct db *db, const struct entry *e, struct error *err)
{
	if (db_exec(db, &put, e, NULL, err) < 0)
		return -1;
	return db_exec(db, &put_body, e, NULL, err);
}

static const struct db_stmt close_chat = {
	.name = "erase_log.close",
	.sql = "UPDATE member SET refused = 2 WHERE conv_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
};

int erase_log_sql_close(struct db *db, int64_t conv_id, struct error *err)
{
	struct db_id in = { conv_id };

	return db_exec(db, &close_chat, &in, NULL, err);
}

const struct db_stmt *const erase_log_statements[] = { &list, &put, &put_body,
	&close_chat, NULL };
