#include "im/site/node_sql.h"

/* Seconds suffice, and unlike NOW() they do not depend on the time zone. */
#define NOW_MS "UNIX_TIMESTAMP() * 1000"

#define ROW struct node_row

static const struct db_field list_out[] = {
	DB_I64(ROW, node_id),
	DB_I64(ROW, is_free),
	DB_I64(ROW, high_ms),
	DB_END,
};

static const struct db_stmt list = {
	.name = "node.list",
	.sql = "SELECT node_id, CAST(expires_ms < " NOW_MS " AS SIGNED), "
	       "high_ms FROM node",
	.out = list_out,
	.out_size = sizeof(ROW),
};

int node_sql_list(struct db *db, struct arena *a, struct node_row **out,
    size_t *n_out, struct error *err)
{
	return db_rows(db, &list, NULL, a, out, n_out, err);
}

static const struct db_field insert_in[] = {
	DB_I64(ROW, node_id),
	DB_STR(ROW, owner),
	DB_I64(ROW, lease_s),
	DB_I64(ROW, high_ms),
	DB_END,
};

static const struct db_stmt insert = {
	.name = "node.insert",
	.sql = "INSERT INTO node (node_id, owner, expires_ms, high_ms) "
	       "VALUES (?, ?, " NOW_MS " + ? * 1000, ?)",
	.in = insert_in,
	.in_size = sizeof(ROW),
};

static const struct db_field take_in[] = {
	DB_STR(ROW, owner),
	DB_I64(ROW, lease_s),
	DB_I64(ROW, high_ms),
	DB_I64(ROW, node_id),
	DB_I64(ROW, seen_ms),
	DB_END,
};

static const struct db_stmt take = {
	.name = "node.take",
	.sql = "UPDATE node SET owner = ?, "
	       "expires_ms = " NOW_MS " + ? * 1000, high_ms = ? "
	       "WHERE node_id = ? AND high_ms = ? "
	       "AND expires_ms < " NOW_MS,
	.in = take_in,
	.in_size = sizeof(ROW),
};

static const struct db_field renew_in[] = {
	DB_I64(ROW, lease_s),
	DB_I64(ROW, high_ms),
	DB_I64(ROW, node_id),
	DB_STR(ROW, owner),
	DB_END,
};

/* A renewal whose answer was lost may be executed after a later one. */
static const struct db_stmt renew = {
	.name = "node.renew",
	.sql = "UPDATE node SET expires_ms = " NOW_MS " + ? * 1000, "
	       "high_ms = GREATEST(high_ms, ?) "
	       "WHERE node_id = ? AND owner = ?",
	.in = renew_in,
	.in_size = sizeof(ROW),
};

static const struct db_field release_in[] = {
	DB_I64(ROW, high_ms),
	DB_I64(ROW, node_id),
	DB_STR(ROW, owner),
	DB_I64(ROW, seen_ms),
	DB_END,
};

/* Clears the owner, so that no late renewal matches. */
static const struct db_stmt release = {
	.name = "node.release",
	.sql = "UPDATE node SET owner = '', expires_ms = 0, high_ms = ? "
	       "WHERE node_id = ? AND owner = ? AND high_ms = ?",
	.in = release_in,
	.in_size = sizeof(ROW),
};

static int one(struct db *db, const struct db_stmt *st,
    const struct node_row *row, struct error *err)
{
	int64_t matched;

	if (db_exec(db, st, row, &matched, err) < 0)
		return -1;
	return matched == 1;
}

int node_sql_insert(struct db *db, const struct node_row *row,
    struct error *err)
{
	if (one(db, &insert, row, err) >= 0)
		return 1;
	return db_is_duplicate(db) ? 0 : -1;
}

int node_sql_take(struct db *db, const struct node_row *row, struct error *err)
{
	return one(db, &take, row, err);
}

int node_sql_renew(struct db *db, const struct node_row *row, struct error *err)
{
	return one(db, &renew, row, err);
}

int node_sql_release(struct db *db, const struct node_row *row,
    struct error *err)
{
	return one(db, &release, row, err);
}

const struct db_stmt *const node_statements[] = { &list, &insert, &take, &renew,
	&release, NULL };
