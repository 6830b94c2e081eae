#include "im/conv/mode_sql.h"

#include "im/conv/mode.h"

static const struct db_field interval_in[] = {
	DB_I64(struct conv, conv_id),
	DB_I64(struct conv, last_index),
	DB_I64(struct conv, mode),
	DB_END,
};

/* Two switches between the same entries: the later one counts. */
static const struct db_stmt put_interval = {
	.name = "mode.put_interval",
	.sql = "INSERT INTO conv_mode (conv_id, from_index, mode) "
	       "VALUES (?, ? + 1, ?) "
	       "ON DUPLICATE KEY UPDATE mode = VALUES(mode)",
	.in = interval_in,
	.in_size = sizeof(struct conv),
};

static const struct db_field now_in[] = {
	DB_I64(struct conv, mode),
	DB_I64(struct conv, conv_id),
	DB_END,
};

static const struct db_stmt put_now = {
	.name = "mode.put_now",
	.sql = "UPDATE conversation SET mode = ? WHERE conv_id = ?",
	.in = now_in,
	.in_size = sizeof(struct conv),
};

struct mark {
	int64_t part, conv_id, head;
};

static const struct db_field mark_in[] = {
	DB_I64(struct mark, part),
	DB_I64(struct mark, conv_id),
	DB_I64(struct mark, head),
	DB_END,
};

static const struct db_stmt put_mark = {
	.name = "mode.mark",
	.sql = "INSERT INTO log_dirty (consumer, part, conv_id, head, "
	       "since_ms, turns) VALUES (1, ?, ?, ?, " DB_NOW_MS ", 1) "
	       "ON DUPLICATE KEY UPDATE turns = turns + 1",
	.in = mark_in,
	.in_size = sizeof(struct mark),
};

int mode_sql_mark(struct db *db, const struct conv *c, struct error *err)
{
	const struct mark in = { conv_part(c->conv_id), c->conv_id,
		c->last_index };

	return db_exec(db, &put_mark, &in, NULL, err);
}

static const struct db_field forced_in[] = {
	DB_I64(struct conv, forced_mode),
	DB_I64(struct conv, conv_id),
	DB_END,
};

static const struct db_stmt put_forced = {
	.name = "mode.put_forced",
	.sql = "UPDATE conversation SET forced_mode = ? WHERE conv_id = ?",
	.in = forced_in,
	.in_size = sizeof(struct conv),
};

static const struct db_stmt put_shed = {
	.name = "mode.put_shed",
	.sql = "INSERT IGNORE INTO conv_shed (conv_id, shed_ms) "
	       "VALUES (?, " DB_NOW_MS ")",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
};

static const struct db_stmt drop_shed = {
	.name = "mode.drop_shed",
	.sql = "DELETE FROM conv_shed WHERE conv_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
};

int mode_sql_force(struct db *db, const struct conv *c, int64_t was,
    struct error *err)
{
	const struct db_id id = { c->conv_id };

	if (db_exec(db, &put_forced, c, NULL, err) < 0)
		return -1;
	if (c->forced_mode == MODE_SHED)
		return db_exec(db, &put_shed, &id, NULL, err);
	return was == MODE_SHED ? db_exec(db, &drop_shed, &id, NULL, err) : 0;
}

struct standing {
	int64_t before_ms, max;
};

static const struct db_field standing_in[] = {
	DB_I64(struct standing, before_ms),
	DB_I64(struct standing, max),
	DB_END,
};

static const struct db_stmt shed = {
	.name = "mode.shed",
	.sql = "SELECT conv_id FROM conv_shed FORCE INDEX (conv_shed_age) "
	       "WHERE shed_ms <= ? ORDER BY shed_ms, conv_id LIMIT ?",
	.in = standing_in,
	.in_size = sizeof(struct standing),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int mode_sql_shed(struct db *db, struct arena *a, int64_t before_ms,
    int64_t max, int64_t **ids_out, size_t *n_out, struct error *err)
{
	const struct standing in = { before_ms, max };
	struct db_id *rows;

	if (db_rows(db, &shed, &in, a, &rows, n_out, err) < 0)
		return -1;
	*ids_out = ARENA_ARRAY(a, *n_out, int64_t);
	for (size_t i = 0; i < *n_out; i++)
		(*ids_out)[i] = rows[i].id;
	return 0;
}

int mode_sql_put(struct db *db, const struct conv *c, struct error *err)
{
	if (db_exec(db, &put_interval, c, NULL, err) < 0)
		return -1;
	return db_exec(db, &put_now, c, NULL, err);
}

const struct db_stmt *const mode_statements[] = { &put_interval, &put_now,
	&put_mark, &put_forced, &put_shed, &drop_shed, &shed, NULL };
const struct db_stmt *const mode_follow_statements[] = { &put_interval,
	&put_now, &put_mark, NULL };
