/* Running checks and repairs, and the keys that they run over. */
#include "verify.h"

#define FINDING struct verify_finding

static const struct db_field conv_key[] = {
	DB_I64(FINDING, conv_id),
	DB_END,
};
static const struct db_field user_key[] = {
	DB_I64(FINDING, user_id),
	DB_END,
};

/* ---- running them ---- */

int verify_sql_run(struct db *db, struct arena *a, const struct verify_check *c,
    struct str keys, struct verify_finding **out, size_t *n_out,
    struct error *err)
{
	struct verify_keys in = { keys };

	return db_rows(db, &c->find, &in, a, out, n_out, err);
}

/* The rows that the writers of the repaired data lock first. */
static const struct db_stmt lock_conv = {
	.name = "verify.lock_conv",
	.sql = "SELECT conv_id FROM conv_seq WHERE conv_id = ? FOR UPDATE",
	.in = conv_key,
	.in_size = sizeof(FINDING),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};
static const struct db_stmt lock_user = {
	.name = "verify.lock_user",
	.sql = "SELECT user_id FROM user_seq WHERE user_id = ? FOR UPDATE",
	.in = user_key,
	.in_size = sizeof(FINDING),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int verify_sql_lock(struct db *db, struct arena *a, enum verify_scope scope,
    const struct verify_finding *f, struct error *err)
{
	struct db_id row;

	if (scope == VERIFY_BODY)
		return 0;
	return db_row(db, scope == VERIFY_CONV ? &lock_conv : &lock_user, f, a,
		   &row, err) < 0
		   ? -1
		   : 0;
}

int verify_sql_repair(struct db *db, const struct verify_check *c,
    const struct verify_finding *f, int64_t *matched_out, struct error *err)
{
	return db_exec(db, &c->repair, f, matched_out, err);
}

/* ---- keys ---- */

struct page {
	int64_t after, limit;
};
static const struct db_field page_in[] = {
	DB_I64(struct page, after),
	DB_I64(struct page, limit),
	DB_END,
};
static const struct db_field page2_in[] = {
	DB_I64(struct page, after),
	DB_I64(struct page, limit),
	DB_I64(struct page, after),
	DB_I64(struct page, limit),
	DB_I64(struct page, limit),
	DB_END,
};

/* Keys of either table, so that rows that are in only one are found. */
#define EITHER(key, one, other)                                        \
	"(SELECT " key " FROM " one " WHERE " key " > ? ORDER BY " key \
	" LIMIT ?) UNION (SELECT " key " FROM " other " WHERE " key    \
	" > ? ORDER BY " key " LIMIT ?) ORDER BY " key " LIMIT ?"

static const struct db_stmt keys_of[] = {
	[VERIFY_CONV] = {
		.name = "verify.convs",
		.sql = EITHER("conv_id", "conv_seq", "conversation"),
		.in = page2_in, .in_size = sizeof(struct page),
		.out = db_in_id, .out_size = sizeof(struct db_id),
	},
	[VERIFY_USER] = {
		.name = "verify.users",
		.sql = EITHER("user_id", "user_seq", "user"),
		.in = page2_in, .in_size = sizeof(struct page),
		.out = db_in_id, .out_size = sizeof(struct db_id),
	},
	[VERIFY_BODY] = {
		.name = "verify.bodies",
		.sql = "SELECT DISTINCT conv_id FROM body "
		    "WHERE conv_id > ? ORDER BY conv_id LIMIT ?",
		.in = page_in, .in_size = sizeof(struct page),
		.out = db_in_id, .out_size = sizeof(struct db_id),
	},
};

static const struct db_stmt last_of[] = {
	[VERIFY_CONV] = {
		.name = "verify.last_conv",
		.sql = "SELECT MAX(conv_id) FROM conv_seq",
		.out = db_in_id, .out_size = sizeof(struct db_id),
	},
	[VERIFY_USER] = {
		.name = "verify.last_user",
		.sql = "SELECT MAX(user_id) FROM user_seq",
		.out = db_in_id, .out_size = sizeof(struct db_id),
	},
	[VERIFY_BODY] = {
		.name = "verify.last_body",
		.sql = "SELECT MAX(conv_id) FROM body",
		.out = db_in_id, .out_size = sizeof(struct db_id),
	},
};

int verify_sql_keys(struct db *db, struct arena *a, enum verify_scope scope,
    int64_t after, int64_t limit, int64_t **out, size_t *n_out,
    struct error *err)
{
	struct page in = { after, limit };
	struct db_id *rows;

	if (db_rows(db, &keys_of[scope], &in, a, &rows, n_out, err) < 0)
		return -1;
	*out = ARENA_ARRAY(a, *n_out, int64_t);
	for (size_t i = 0; i < *n_out; i++)
		(*out)[i] = rows[i].id;
	return 0;
}

int verify_sql_last(struct db *db, enum verify_scope scope, int64_t *out,
    struct error *err)
{
	struct db_id row = { 0 };

	if (db_row(db, &last_of[scope], NULL, NULL, &row, err) < 0)
		return -1;
	*out = row.id;
	return 0;
}
