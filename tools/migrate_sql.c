#include <mysql.h>
#include <mysqld_error.h>

#include "base/clock.h"
#include "migrate.h"

#define ROW struct migration_row
static const struct db_field out_row[] = { DB_I64(ROW, version),
	DB_STR(ROW, title), DB_STR(ROW, checksum), DB_I64(ROW, done),
	DB_I64(ROW, applied_ms), DB_END };
static const struct db_field in_begin[] = { DB_I64(ROW, version),
	DB_STR(ROW, title), DB_STR(ROW, checksum), DB_END };
static const struct db_field in_done[] = { DB_I64(ROW, done),
	DB_I64(ROW, version), DB_END };
static const struct db_field in_end[] = { DB_I64(ROW, applied_ms),
	DB_I64(ROW, version), DB_END };
static const struct db_field out_id[] = { DB_I64(struct db_id, id), DB_END };

/* Allows one im-migrate per database. */
static const struct db_stmt get_lock = {
	.name = "migrate.lock",
	.sql = "SELECT GET_LOCK(CONCAT('imcloud.migrate.', DATABASE()), ?)",
	.in = db_in_id,
	.out = out_id,
	.in_size = sizeof(struct db_id),
	.out_size = sizeof(struct db_id),
};
static const struct db_stmt have_lock = {
	.name = "migrate.have_lock",
	.sql = "SELECT IS_USED_LOCK(CONCAT('imcloud.migrate.', DATABASE())) "
	       "<=> CONNECTION_ID()",
	.out = out_id,
	.out_size = sizeof(struct db_id),
};
static const struct db_stmt have_table = {
	.name = "migrate.have_table",
	.sql = "SELECT COUNT(*) FROM information_schema.tables "
	       "WHERE table_schema = DATABASE() AND table_name = 'migration'",
	.out = out_id,
	.out_size = sizeof(struct db_id),
};
static const struct db_stmt all_rows = {
	.name = "migrate.rows",
	.sql = "SELECT version, title, checksum, done, applied_ms "
	       "FROM migration ORDER BY version",
	.out = out_row,
	.out_size = sizeof(ROW),
};
static const struct db_stmt begin_row = {
	.name = "migrate.begin",
	.sql = "INSERT INTO migration (version, title, checksum) "
	       "VALUES (?, ?, ?)",
	.in = in_begin,
	.in_size = sizeof(ROW),
};
static const struct db_stmt set_done = {
	.name = "migrate.done",
	.sql = "UPDATE migration SET done = ? WHERE version = ?",
	.in = in_done,
	.in_size = sizeof(ROW),
};
static const struct db_stmt end_row = {
	.name = "migrate.end",
	.sql = "UPDATE migration SET applied_ms = ? WHERE version = ?",
	.in = in_end,
	.in_size = sizeof(ROW),
};

static const char create_table[] =
    "CREATE TABLE IF NOT EXISTS migration ("
    " version INT NOT NULL,"
    " title VARCHAR(64) NOT NULL,"
    " checksum VARCHAR(64) NOT NULL,"
    " done INT NOT NULL DEFAULT 0,"
    " applied_ms BIGINT NOT NULL DEFAULT 0,"
    " PRIMARY KEY (version)) ENGINE=InnoDB";

int migration_lock(struct db *db, int64_t wait_s, struct error *err)
{
	struct db_id wait = { wait_s }, got = { 0 };

	if (db_row(db, &get_lock, &wait, NULL, &got, err) < 0)
		return -1;
	return got.id == 1;
}

int migration_rows(struct db *db, struct arena *a, bool dry,
    struct migration_row **out, size_t *n_out, struct error *err)
{
	struct db_id there = { 0 };

	*n_out = 0;
	if (!dry && db_run(db, create_table, err) < 0)
		return -1;
	if (dry && (db_row(db, &have_table, NULL, a, &there, err) < 0))
		return -1;
	if (dry && !there.id)
		return 0;
	return db_rows(db, &all_rows, NULL, a, out, n_out, err);
}

int migration_begin(struct db *db, const struct migration_row *row,
    struct error *err)
{
	return db_exec(db, &begin_row, row, NULL, err);
}

/* Whether the error means that the statement was already executed. */
static bool is_done_before(unsigned code)
{
	return code == ER_TABLE_EXISTS_ERROR || code == ER_DUP_FIELDNAME ||
	       code == ER_DUP_KEYNAME || code == ER_CANT_DROP_FIELD_OR_KEY ||
	       code == ER_BAD_TABLE_ERROR || code == ER_KEY_DOES_NOT_EXISTS;
}

/*
 * A lost connection loses the lock, and the next call would reconnect, so the
 * lock is checked before each statement.  DML and its count share a
 * transaction; DDL commits by itself, hence `resumed`.
 */
int migration_step(struct db *db, const struct migration_row *row,
    struct str statement, bool resumed, struct str *reason_out, struct arena *a,
    struct error *err)
{
	MYSQL *my = db_handle(db);
	struct db_id mine = { 0 };
	MYSQL_RES *rows;

	*reason_out = STR_NONE;
	if (db_row(db, &have_lock, NULL, a, &mine, err) < 0)
		return -1;
	if (!mine.id)
		return err_set(err, ERR_BUSY, "the connection was lost");
	my = db_handle(db);
	if (db_run(db, "BEGIN", err) < 0)
		return -1;
	if (mysql_real_query(my, statement.p, statement.len) &&
	    !(resumed && is_done_before(mysql_errno(my)))) {
		*reason_out = arena_printf(a, "%u %s", mysql_errno(my),
		    mysql_error(my));
		db_run(db, "ROLLBACK", err);
		return err_set(err, ERR_INTERNAL, "a statement failed");
	}
	rows = mysql_store_result(my);
	if (rows)
		mysql_free_result(rows);
	if (db_exec(db, &set_done, row, NULL, err) < 0)
		return -1;
	return db_run(db, "COMMIT", err);
}

int migration_end(struct db *db, const struct migration_row *row,
    struct error *err)
{
	struct migration_row end = *row;

	end.applied_ms = clock_now_ms();
	return db_exec(db, &end_row, &end, NULL, err);
}
