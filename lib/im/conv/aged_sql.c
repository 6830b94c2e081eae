#include "im/conv/aged_sql.h"

struct old {
	struct str users;
	int64_t before_id, limit;
};

static const struct db_field old_in[] = {
	DB_STR(struct old, users),
	DB_I64(struct old, before_id),
	DB_I64(struct old, limit),
	DB_END,
};
static const struct db_field client_fields[] = {
	DB_I64(struct conv_aged_client, user_id),
	DB_STR(struct conv_aged_client, client_id),
	DB_END,
};

static const struct db_stmt clients = {
	.name = "conv_aged.clients",
	.sql = "SELECT c.user_id, c.client_id FROM "
	       "JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN conv_client c ON c.user_id = j.id "
	       "WHERE c.conv_id < ? LIMIT ?",
	.in = old_in,
	.in_size = sizeof(struct old),
	.out = client_fields,
	.out_size = sizeof(struct conv_aged_client),
};

int conv_aged_sql_clients(struct db *db, struct arena *a, struct str users,
    int64_t before_id, int64_t limit, struct conv_aged_client **out,
    size_t *n_out, struct error *err)
{
	struct old in = { users, before_id, limit };

	return db_rows(db, &clients, &in, a, out, n_out, err);
}

static const struct db_stmt drop_clients = {
	.name = "conv_aged.drop_clients",
	.sql = "DELETE FROM conv_client WHERE user_id = ? AND client_id = ?",
	.in = client_fields,
	.in_size = sizeof(struct conv_aged_client),
};

int conv_aged_sql_drop_clients(struct db *db,
    const struct conv_aged_client *rows, size_t n, int64_t *n_out,
    struct error *err)
{
	return db_exec_bulk(db, &drop_clients, rows, n, sizeof(*rows), n_out,
	    err);
}

const struct db_stmt *const conv_aged_statements[] = { &clients, &drop_clients,
	NULL };
