#include "im/conv/away_sql.h"

static const struct db_field put_in[] = {
	DB_I64(struct away, conv_id),
	DB_I64(struct away, conv_index),
	DB_I64(struct away, sender_id),
	DB_I64(struct away, countable),
	DB_I64(struct away, from_ms),
	DB_END,
};

static const struct db_stmt put = {
	.name = "away.put",
	.sql = "INSERT INTO entry_away (conv_id, conv_index, sender_id, "
	       "countable, from_ms) VALUES (?, ?, ?, ?, ?) "
	       "ON DUPLICATE KEY UPDATE "
	       "from_ms = LEAST(from_ms, VALUES(from_ms))",
	.in = put_in,
	.in_size = sizeof(struct away),
};

int away_sql_put(struct db *db, const struct away *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &put, rows, n, sizeof(*rows), NULL, err);
}

const struct db_stmt *const away_statements[] = { &put, NULL };
