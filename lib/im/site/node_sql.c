#include "im/site/node_sql.h"

/* Seconds are fine enough, and unlike NOW() they know no time zone. */
#define DB_NOW_MS "UNIX_TIMESTAMP() * 1000"

struct number {
	int64_t n;
};

static const struct db_field number_out[] = { DB_I64(struct number, n),
	DB_END };

static const struct db_stmt in_transaction = {
	.name = "node.in_transaction",
	.sql = "SELECT CAST(@@in_transaction AS SIGNED)",
	.out = number_out,
	.out_size = sizeof(struct number),
};

int node_sql_in_transaction(struct db *db, struct arena *a, struct error *err)
{
	struct number row = { 0 };

	if (db_row(db, &in_transaction, NULL, a, &row, err) < 0)
		return -1;
	return row.n != 0;
}

static const struct db_field list_out[] = { DB_I64(struct node_row, node_id),
	DB_I64(struct node_row, is_free), DB_END };

static const struct db_stmt list = {
	.name = "node.list",
	.sql = "SELECT node_id, CAST(expires_ms < " DB_NOW_MS " AS SIGNED) "
	       "FROM node",
	.out = list_out,
	.out_size = sizeof(struct node_row),
};

int node_sql_list(struct db *db, struct arena *a, struct node_row **out,
    size_t *n_out, struct error *err)
{
	return db_rows(db, &list, NULL, a, out, n_out, err);
}

struct lease_in {
	int64_t node_id;
	struct str owner;
	int64_t lease_s;
};

static const struct db_field insert_in[] = { DB_I64(struct lease_in, node_id),
	DB_STR(struct lease_in, owner), DB_I64(struct lease_in, lease_s),
	DB_END };

static const struct db_stmt insert = {
	.name = "node.insert",
	.sql = "INSERT INTO node (node_id, owner, expires_ms) "
	       "VALUES (?, ?, " DB_NOW_MS " + ? * 1000)",
	.in = insert_in,
	.in_size = sizeof(struct lease_in),
};

static const struct db_field update_in[] = { DB_STR(struct lease_in, owner),
	DB_I64(struct lease_in, lease_s), DB_I64(struct lease_in, node_id),
	DB_END };

static const struct db_stmt take = {
	.name = "node.take",
	.sql = "UPDATE node SET owner = ?, "
	       "expires_ms = " DB_NOW_MS " + ? * 1000 "
	       "WHERE node_id = ? AND expires_ms < " DB_NOW_MS,
	.in = update_in,
	.in_size = sizeof(struct lease_in),
};

static const struct db_field renew_in[] = { DB_I64(struct lease_in, lease_s),
	DB_I64(struct lease_in, node_id), DB_STR(struct lease_in, owner),
	DB_END };

static const struct db_stmt renew = {
	.name = "node.renew",
	.sql = "UPDATE node SET expires_ms = " DB_NOW_MS " + ? * 1000 "
	       "WHERE node_id = ? AND owner = ?",
	.in = renew_in,
	.in_size = sizeof(struct lease_in),
};

static int one(struct db *db, const struct db_stmt *st, int node,
    struct str owner, int lease_s, struct error *err)
{
	struct lease_in in = { node, owner, lease_s };
	int64_t matched;

	if (db_exec(db, st, &in, &matched, err) < 0)
		return -1;
	return matched == 1;
}

int node_sql_insert(struct db *db, int node, struct str owner, int lease_s,
    struct error *err)
{
	if (one(db, &insert, node, owner, lease_s, err) >= 0)
		return 1;
	return db_is_duplicate(db) ? 0 : -1;
}

int node_sql_take(struct db *db, int node, struct str owner, int lease_s,
    struct error *err)
{
	return one(db, &take, node, owner, lease_s, err);
}

int node_sql_renew(struct db *db, int node, struct str owner, int lease_s,
    struct error *err)
{
	return one(db, &renew, node, owner, lease_s, err);
}

const struct db_stmt *const node_statements[] = { &in_transaction, &list,
	&insert, &take, &renew, NULL };
