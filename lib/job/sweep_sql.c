#include "job/sweep_sql.h"

static const struct db_field row_out[] = {
	DB_STR(struct sweep, name),
	DB_I64(struct sweep, at_id),
	DB_I64(struct sweep, began_ms),
	DB_I64(struct sweep, due_ms),
	DB_I64(struct sweep, rounds),
	DB_I64(struct sweep, now_ms),
	DB_END,
};

static const struct db_stmt find = {
	.name = "sweep.find",
	.sql = "SELECT name, at_id, began_ms, due_ms, rounds, " DB_NOW_MS
	       " FROM job_sweep WHERE name = ?",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = row_out,
	.out_size = sizeof(struct sweep),
};

int sweep_sql_find(struct db *db, struct arena *a, struct str name,
    struct sweep *out, struct error *err)
{
	struct db_text in = { name };

	return db_row(db, &find, &in, a, out, err);
}

static const struct db_stmt make = {
	.name = "sweep.make",
	.sql = "INSERT IGNORE INTO job_sweep (name) VALUES (?)",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
};

int sweep_sql_make(struct db *db, struct str name, struct error *err)
{
	struct db_text in = { name };

	return db_exec(db, &make, &in, NULL, err);
}

static const struct db_field move_in[] = {
	DB_I64(struct sweep_step, to.at_id),
	DB_I64(struct sweep_step, to.began_ms),
	DB_I64(struct sweep_step, to.due_ms),
	DB_I64(struct sweep_step, to.rounds),
	DB_STR(struct sweep_step, to.name),
	DB_I64(struct sweep_step, from_id),
	DB_END,
};

static const struct db_stmt move = {
	.name = "sweep.move",
	.sql = "UPDATE job_sweep SET at_id = ?, began_ms = ?, due_ms = ?, "
	       "rounds = ? WHERE name = ? AND at_id = ?",
	.in = move_in,
	.in_size = sizeof(struct sweep_step),
};

int sweep_sql_move(struct db *db, const struct sweep_step *s,
    int64_t *matched_out, struct error *err)
{
	return db_exec(db, &move, s, matched_out, err);
}

const struct db_stmt *const sweep_statements[] = { &find, &make, &move, NULL };
