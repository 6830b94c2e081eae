#include "im/site/server_key_sql.h"

struct server_key {
	struct str name, value;
};

static const struct db_field name_in[] = {
	DB_STR(struct server_key, name),
	DB_END,
};
static const struct db_field value_map[] = {
	DB_STR(struct server_key, value),
	DB_END,
};

static const struct db_stmt find = {
	.name = "server_key.find",
	.sql = "SELECT value FROM server_key WHERE name = ?",
	.in = name_in,
	.in_size = sizeof(struct server_key),
	.out = value_map,
	.out_size = sizeof(struct server_key),
};

int server_key_sql_find(struct db *db, struct arena *a, struct str name,
    struct str *value_out, struct error *err)
{
	struct server_key in = { .name = name }, row = { STR_NONE, STR_NONE };
	int found = db_row(db, &find, &in, a, &row, err);

	*value_out = row.value;
	return found;
}

const struct db_stmt *const server_key_statements[] = { &find, NULL };
