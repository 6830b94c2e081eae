#include "im/conv/refusal_sql.h"

struct copy {
	int64_t refused, conv_id, user_id;
};

static const struct db_field copy_in[] = {
	DB_I64(struct copy, refused),
	DB_I64(struct copy, conv_id),
	DB_I64(struct copy, user_id),
	DB_END,
};

static const struct db_stmt put = {
	.name = "refusal.put",
	.sql = "UPDATE member SET refused = ? "
	       "WHERE conv_id = ? AND user_id = ? AND refused < 2",
	.in = copy_in,
	.in_size = sizeof(struct copy),
};

int refusal_sql_put(struct db *db, int64_t conv_id, int64_t user_id,
    bool refused, struct error *err)
{
	struct copy in = { refused, conv_id, user_id };

	return db_exec(db, &put, &in, NULL, err);
}

const struct db_stmt *const refusal_statements[] = { &put, NULL };
