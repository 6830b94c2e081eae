#include "im/user/inbox_restart_sql.h"

#define SEQ struct inbox_seq

static const struct db_field top_out[] = {
	DB_I64(SEQ, user_id),
	DB_I64(SEQ, last_index),
	DB_END,
};

static const struct db_stmt top = {
	.name = "inbox_restart.top",
	.sql = "SELECT s.user_id, GREATEST(s.last_index, s.floor_index, "
	       "COALESCE((SELECT MAX(i.user_index) FROM inbox i "
	       "WHERE i.user_id = s.user_id), 0)) "
	       "FROM user_seq s WHERE s.user_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = top_out,
	.out_size = sizeof(SEQ),
};

int inbox_restart_sql_top(struct db *db, struct arena *a, struct inbox_seq *seq,
    struct error *err)
{
	struct db_id in = { seq->user_id };

	return db_row(db, &top, &in, a, seq, err);
}

static const struct db_field put_in[] = {
	DB_I64(SEQ, stream_id),
	DB_I64(SEQ, last_index),
	DB_I64(SEQ, last_index),
	DB_I64(SEQ, user_id),
	DB_END,
};

static const struct db_stmt put = {
	.name = "inbox_restart.put",
	.sql = "UPDATE user_seq SET stream_id = ?, last_index = ?, "
	       "floor_index = ? WHERE user_id = ?",
	.in = put_in,
	.in_size = sizeof(SEQ),
};

int inbox_restart_sql_put(struct db *db, const struct inbox_seq *seq,
    struct error *err)
{
	return db_exec(db, &put, seq, NULL, err);
}

struct sweep {
	int64_t user_id, limit;
};

static const struct db_field sweep_in[] = {
	DB_I64(struct sweep, user_id),
	DB_I64(struct sweep, user_id),
	DB_I64(struct sweep, limit),
	DB_END,
};

static const struct db_stmt sweep = {
	.name = "inbox_restart.sweep",
	.sql = "DELETE FROM inbox WHERE user_id = ? AND user_index <= "
	       "(SELECT s.floor_index FROM user_seq s WHERE s.user_id = ?) "
	       "ORDER BY user_index LIMIT ?",
	.in = sweep_in,
	.in_size = sizeof(struct sweep),
};

int inbox_restart_sql_sweep(struct db *db, int64_t user_id, int64_t limit,
    int64_t *n_out, struct error *err)
{
	struct sweep in = { user_id, limit };

	return db_exec(db, &sweep, &in, n_out, err);
}

const struct db_stmt *const inbox_restart_statements[] = { &top, &put, &sweep,
	NULL };
