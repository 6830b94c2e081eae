#include "im/conv/sent_sql.h"

static const struct db_field page_in[] = {
	DB_I64(struct sent_page, conv_id),
	DB_I64(struct sent_page, user_id),
	DB_I64(struct sent_page, above),
	DB_I64(struct sent_page, below),
	DB_I64(struct sent_page, limit),
	DB_END,
};

/* kind 1: a message; state 0: as it was sent. */
static const struct db_stmt list = {
	.name = "sent.list",
	.sql = "SELECT e.conv_index FROM entry e FORCE INDEX (entry_sender) "
	       "WHERE e.conv_id = ? AND e.sender_id = ? AND e.conv_index > ? "
	       "AND e.conv_index < ? AND e.kind = 1 AND e.state = 0 "
	       "ORDER BY e.conv_index LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct sent_page),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int sent_sql_list(struct db *db, struct arena *a, const struct sent_page *page,
    struct db_id **out, size_t *n_out, struct error *err)
{
	return db_rows(db, &list, page, a, out, n_out, err);
}

const struct db_stmt *const sent_statements[] = { &list, NULL };
