#include "im/user/export_sql.h"

/* ---- requests ---- */

static const struct db_field insert_in[] = {
	DB_I64(struct export, app_id),
	DB_I64(struct export, export_id),
	DB_I64(struct export, user_id),
	DB_I64(struct export, conv_id),
	DB_STR(struct export, name),
	DB_END,
};

static const struct db_stmt insert = {
	.name = "export.insert",
	.sql = "INSERT INTO export (app_id, export_id, user_id, conv_id, "
	       "state, asked_ms, due_ms, name) "
	       "VALUES (?, ?, ?, ?, 1, " DB_NOW_MS ", " DB_NOW_MS ", ?) "
	       "ON DUPLICATE KEY UPDATE state = state",
	.in = insert_in,
	.in_size = sizeof(struct export),
};

int export_sql_insert(struct db *db, const struct export *e, struct error *err)
{
	return db_exec(db, &insert, e, NULL, err);
}

#define COLUMNS                                                             \
	"app_id, export_id, user_id, conv_id, state, asked_ms, ended_ms, "  \
	"due_ms, part, at_id, at_index, bytes, file_lines, tries, reason, " \
	"name "

static const struct db_field row_out[] = {
	DB_I64(struct export, app_id),
	DB_I64(struct export, export_id),
	DB_I64(struct export, user_id),
	DB_I64(struct export, conv_id),
	DB_I64(struct export, state),
	DB_I64(struct export, asked_ms),
	DB_I64(struct export, ended_ms),
	DB_I64(struct export, due_ms),
	DB_I64(struct export, part),
	DB_I64(struct export, at_id),
	DB_I64(struct export, at_index),
	DB_I64(struct export, bytes),
	DB_I64(struct export, file_lines),
	DB_I64(struct export, tries),
	DB_STR(struct export, reason),
	DB_STR(struct export, name),
	DB_END,
};

static const struct db_field subject_in[] = {
	DB_I64(struct export, app_id),
	DB_I64(struct export, user_id),
	DB_I64(struct export, conv_id),
	DB_END,
};

static const struct db_stmt find_running = {
	.name = "export.find_running",
	.sql = "SELECT " COLUMNS "FROM export WHERE app_id = ? "
	       "AND user_id = ? AND conv_id = ? AND ended_id = 0",
	.in = subject_in,
	.in_size = sizeof(struct export),
	.out = row_out,
	.out_size = sizeof(struct export),
};

/* One, and those that im-export has not removed yet. */
static const struct db_stmt find_ended = {
	.name = "export.find_ended",
	.sql = "SELECT " COLUMNS "FROM export FORCE INDEX (export_subject) "
	       "WHERE app_id = ? AND user_id = ? AND conv_id = ? "
	       "AND ended_id > 0 AND state <> 4 LIMIT 1",
	.in = subject_in,
	.in_size = sizeof(struct export),
	.out = row_out,
	.out_size = sizeof(struct export),
};

int export_sql_find(struct db *db, struct arena *a, int64_t app_id,
    int64_t user_id, int64_t conv_id, bool running, struct export *out,
    struct error *err)
{
	struct export in = { .app_id = app_id,
		.user_id = user_id,
		.conv_id = conv_id };

	return db_row(db, running ? &find_running : &find_ended, &in, a, out,
	    err);
}

static const struct db_stmt replace = {
	.name = "export.replace",
	.sql = "UPDATE export SET state = 4, due_ms = " DB_NOW_MS
	       " WHERE app_id = ? AND user_id = ? AND conv_id = ? "
	       "AND ended_id > 0 AND state <> 4",
	.in = subject_in,
	.in_size = sizeof(struct export),
};

int export_sql_replace(struct db *db, const struct export *e, struct error *err)
{
	return db_exec(db, &replace, e, NULL, err);
}

struct page {
	int64_t app_id, id;
	int64_t limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, app_id),
	DB_I64(struct page, id),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt list = {
	.name = "export.list",
	.sql = "SELECT " COLUMNS "FROM export FORCE INDEX (PRIMARY) "
	       "WHERE app_id = ? AND export_id > ? AND state <> 4 "
	       "ORDER BY export_id LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = row_out,
	.out_size = sizeof(struct export),
};

int export_sql_list(struct db *db, struct arena *a, int64_t app_id,
    int64_t after_id, int64_t limit, struct export **out, size_t *n_out,
    struct error *err)
{
	struct page in = { app_id, after_id, limit };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

static const struct db_field person_in[] = {
	DB_I64(struct export, app_id),
	DB_I64(struct export, user_id),
	DB_END,
};

static const struct db_stmt drop = {
	.name = "export.drop",
	.sql = "UPDATE export SET state = 4, due_ms = " DB_NOW_MS
	       ", ended_id = export_id "
	       "WHERE app_id = ? AND user_id = ? AND state <> 4",
	.in = person_in,
	.in_size = sizeof(struct export),
};

int export_sql_drop(struct db *db, int64_t app_id, int64_t user_id,
    int64_t *n_out, struct error *err)
{
	struct export in = { .app_id = app_id, .user_id = user_id };

	return db_exec(db, &drop, &in, n_out, err);
}

const struct db_stmt *const export_statements[] = { &insert, &find_running,
	&find_ended, &replace, NULL };
const struct db_stmt *const export_drop_statements[] = { &drop, NULL };

/* ---- the job ---- */

static const struct db_stmt due = {
	.name = "export.due",
	.sql = "SELECT " COLUMNS "FROM export FORCE INDEX (export_due) "
	       "WHERE due_ms <= " DB_NOW_MS
	       " ORDER BY due_ms, app_id, export_id LIMIT ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = row_out,
	.out_size = sizeof(struct export),
};

int export_sql_due(struct db *db, struct arena *a, int64_t limit,
    struct export **out, size_t *n_out, struct error *err)
{
	struct db_id in = { limit };

	return db_rows(db, &due, &in, a, out, n_out, err);
}

/* due_ms: how long to wait. */
static const struct db_field keep_in[] = {
	DB_I64(struct export, part),
	DB_I64(struct export, at_id),
	DB_I64(struct export, at_index),
	DB_I64(struct export, bytes),
	DB_I64(struct export, file_lines),
	DB_I64(struct export, tries),
	DB_STR(struct export, reason),
	DB_I64(struct export, due_ms),
	DB_I64(struct export, app_id),
	DB_I64(struct export, export_id),
	DB_END,
};

static const struct db_stmt keep = {
	.name = "export.keep",
	.sql = "UPDATE export SET part = ?, at_id = ?, at_index = ?, "
	       "bytes = ?, file_lines = ?, tries = ?, reason = ?, "
	       "due_ms = " DB_NOW_MS " + ? "
	       "WHERE app_id = ? AND export_id = ? AND state = 1",
	.in = keep_in,
	.in_size = sizeof(struct export),
};

int export_sql_keep(struct db *db, const struct export *e, int64_t wait_ms,
    int64_t *n_out, struct error *err)
{
	struct export in = *e;

	in.due_ms = wait_ms;
	return db_exec(db, &keep, &in, n_out, err);
}

static const struct db_field end_in[] = {
	DB_I64(struct export, state),
	DB_I64(struct export, bytes),
	DB_I64(struct export, file_lines),
	DB_I64(struct export, tries),
	DB_STR(struct export, reason),
	DB_I64(struct export, due_ms),
	DB_I64(struct export, app_id),
	DB_I64(struct export, export_id),
	DB_END,
};

static const struct db_stmt end = {
	.name = "export.end",
	.sql = "UPDATE export SET state = ?, ended_id = export_id, "
	       "ended_ms = " DB_NOW_MS ", bytes = ?, file_lines = ?, "
	       "tries = ?, reason = ?, due_ms = " DB_NOW_MS " + ? "
	       "WHERE app_id = ? AND export_id = ? AND state = 1",
	.in = end_in,
	.in_size = sizeof(struct export),
};

int export_sql_end(struct db *db, const struct export *e, int64_t wait_ms,
    int64_t *n_out, struct error *err)
{
	struct export in = *e;

	in.due_ms = wait_ms;
	return db_exec(db, &end, &in, n_out, err);
}

static const struct db_field key_in[] = {
	DB_I64(struct export, app_id),
	DB_I64(struct export, export_id),
	DB_END,
};

static const struct db_stmt rest = {
	.name = "export.rest",
	.sql = "UPDATE export SET due_ms = NULL, name = NULL "
	       "WHERE app_id = ? AND export_id = ? AND state IN (2, 3)",
	.in = key_in,
	.in_size = sizeof(struct export),
};

int export_sql_rest(struct db *db, const struct export *e, struct error *err)
{
	return db_exec(db, &rest, e, NULL, err);
}

static const struct db_stmt remove_row = {
	.name = "export.delete",
	.sql = "DELETE FROM export "
	       "WHERE app_id = ? AND export_id = ? AND state = 4",
	.in = key_in,
	.in_size = sizeof(struct export),
};

int export_sql_delete(struct db *db, const struct export *e, struct error *err)
{
	return db_exec(db, &remove_row, e, NULL, err);
}

const struct db_stmt *const export_due_statements[] = { &due, &keep, &end,
	&rest, &remove_row, NULL };
