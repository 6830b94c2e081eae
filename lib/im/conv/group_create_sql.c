#include "im/conv/group_create_sql.h"

struct client {
	int64_t user_id;
	struct str client_id;
	int64_t conv_id;
	struct str fingerprint;
};

static const struct db_field client_key[] = {
	DB_I64(struct client, user_id),
	DB_STR(struct client, client_id),
	DB_END,
};

static const struct db_field client_out[] = {
	DB_I64(struct client, conv_id),
	DB_STR(struct client, fingerprint),
	DB_END,
};

static const struct db_field client_in[] = {
	DB_I64(struct client, user_id),
	DB_STR(struct client, client_id),
	DB_I64(struct client, conv_id),
	DB_STR(struct client, fingerprint),
	DB_END,
};

static const struct db_stmt find = {
	.name = "group_create.find",
	.sql = "SELECT conv_id, fingerprint FROM conv_client "
	       "WHERE user_id = ? AND client_id = ?",
	.in = client_key,
	.in_size = sizeof(struct client),
	.out = client_out,
	.out_size = sizeof(struct client),
};

static const struct db_stmt insert = {
	.name = "group_create.insert",
	.sql = "INSERT INTO conv_client (user_id, client_id, conv_id, "
	       "fingerprint) VALUES (?, ?, ?, ?)",
	.in = client_in,
	.in_size = sizeof(struct client),
};

int group_create_sql_find(struct db *db, struct arena *a, int64_t user_id,
    struct str client_id, int64_t *conv_id_out, struct str *fingerprint_out,
    struct error *err)
{
	struct client in = { .user_id = user_id, .client_id = client_id };
	struct client row;
	int found = db_row(db, &find, &in, a, &row, err);

	if (found == 1) {
		*conv_id_out = row.conv_id;
		*fingerprint_out = row.fingerprint;
	}
	return found;
}

int group_create_sql_insert(struct db *db, int64_t user_id,
    struct str client_id, int64_t conv_id, struct str fingerprint,
    struct error *err)
{
	struct client in = { user_id, client_id, conv_id, fingerprint };

	return db_exec(db, &insert, &in, NULL, err);
}

const struct db_stmt *const group_create_statements[] = { &find, &insert,
	NULL };
