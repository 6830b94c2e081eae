#include "im/user/user_sql.h"

#define USER_COLUMNS                                                  \
	"u.user_id, u.app_id, u.username, u.display_name, u.avatar, " \
	"u.bio, u.meta, u.bot, u.created_ms, u.disabled_ms, u.version "

static const struct db_field user_fields[] = { DB_I64(struct user, user_id),
	DB_I64(struct user, app_id), DB_STR(struct user, username),
	DB_STR(struct user, display_name), DB_STR(struct user, avatar),
	DB_STR(struct user, bio), DB_STR(struct user, meta),
	DB_I64(struct user, bot), DB_I64(struct user, created_ms),
	DB_I64(struct user, disabled_ms), DB_I64(struct user, version),
	DB_END };

/* ---- reading ---- */

static const struct db_stmt load = {
	.name = "user.load",
	.sql = "SELECT " USER_COLUMNS
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN user u ON u.user_id = j.id",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = user_fields,
	.out_size = sizeof(struct user),
};

int user_sql_load(struct db *db, struct arena *a, struct str list,
    struct user **out, size_t *n_out, struct error *err)
{
	struct db_text in = { list };

	return db_rows(db, &load, &in, a, out, n_out, err);
}

static const struct db_field name_in[] = { DB_I64(struct user, app_id),
	DB_STR(struct user, username), DB_END };

static const struct db_stmt by_name = {
	.name = "user.by_name",
	.sql = "SELECT " USER_COLUMNS
	       "FROM user u WHERE u.app_id = ? AND u.username = ?",
	.in = name_in,
	.in_size = sizeof(struct user),
	.out = user_fields,
	.out_size = sizeof(struct user),
};

int user_sql_by_name(struct db *db, struct arena *a, int64_t app_id,
    struct str username, struct user *out, struct error *err)
{
	struct user in = { .app_id = app_id, .username = username };

	return db_row(db, &by_name, &in, a, out, err);
}

struct page {
	int64_t app_id, after_id, limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, app_id),
	DB_I64(struct page, after_id),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt page = {
	.name = "user.page",
	.sql = "SELECT " USER_COLUMNS "FROM user u FORCE INDEX (user_app) "
	       "WHERE u.app_id = ? AND u.user_id > ? "
	       "AND u.username NOT LIKE '~%' "
	       "ORDER BY u.user_id LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = user_fields,
	.out_size = sizeof(struct user),
};

int user_sql_page(struct db *db, struct arena *a, int64_t app_id,
    int64_t after_id, int64_t limit, struct user **out, size_t *n_out,
    struct error *err)
{
	struct page in = { app_id, after_id, limit };

	return db_rows(db, &page, &in, a, out, n_out, err);
}

/* ---- writing ---- */

static const struct db_field claim_in[] = {
	DB_I64(struct user, app_id),
	DB_STR(struct user, username),
	DB_I64(struct user, user_id),
	DB_END,
};

static const struct db_stmt claim = {
	.name = "user.claim",
	.sql = "INSERT INTO username (app_id, username, user_id) "
	       "VALUES (?, ?, ?)",
	.in = claim_in,
	.in_size = sizeof(struct user),
};

int user_sql_claim(struct db *db, const struct user *users, size_t n,
    struct error *err)
{
	if (db_exec_bulk(db, &claim, users, n, sizeof(*users), NULL, err) == 0)
		return 0;
	if (db_is_duplicate(db))
		err_field(err, ERR_CONFLICT, "username",
		    "the username is taken");
	return -1;
}

static const struct db_field insert_in[] = { DB_I64(struct user_row, u.user_id),
	DB_I64(struct user_row, u.app_id), DB_STR(struct user_row, u.username),
	DB_STR(struct user_row, u.display_name),
	DB_STR(struct user_row, folded), DB_STR(struct user_row, u.avatar),
	DB_STR(struct user_row, u.bio), DB_STR(struct user_row, u.meta),
	DB_I64(struct user_row, u.bot), DB_I64(struct user_row, u.created_ms),
	DB_I64(struct user_row, u.disabled_ms),
	DB_I64(struct user_row, u.version), DB_END };

static const struct db_stmt insert = {
	.name = "user.insert",
	.sql = "INSERT INTO user (user_id, app_id, username, display_name, "
	       "folded, avatar, bio, meta, bot, created_ms, disabled_ms, "
	       "version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	.in = insert_in,
	.in_size = sizeof(struct user_row),
};

int user_sql_insert(struct db *db, const struct user_row *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &insert, rows, n, sizeof(*rows), NULL, err);
}

static const struct db_field update_in[] = {
	DB_STR(struct user_row, u.display_name),
	DB_STR(struct user_row, folded), DB_STR(struct user_row, u.avatar),
	DB_STR(struct user_row, u.bio), DB_STR(struct user_row, u.meta),
	DB_I64(struct user_row, u.version), DB_I64(struct user_row, u.user_id),
	DB_END
};

static const struct db_stmt update = {
	.name = "user.update",
	.sql = "UPDATE user SET display_name = ?, folded = ?, avatar = ?, "
	       "bio = ?, meta = ?, version = ? WHERE user_id = ?",
	.in = update_in,
	.in_size = sizeof(struct user_row),
};

int user_sql_update(struct db *db, const struct user *u, struct str folded,
    struct error *err)
{
	struct user_row in = { *u, folded };

	return db_exec(db, &update, &in, NULL, err);
}

static const struct db_field disable_in[] = { DB_I64(struct user, disabled_ms),
	DB_I64(struct user, user_id), DB_END };

static const struct db_stmt set_disabled = {
	.name = "user.set_disabled",
	.sql = "UPDATE user SET disabled_ms = ?, version = version + 1 "
	       "WHERE user_id = ?",
	.in = disable_in,
	.in_size = sizeof(struct user),
};

int user_sql_set_disabled(struct db *db, int64_t user_id, int64_t disabled_ms,
    struct error *err)
{
	struct user in = { .user_id = user_id, .disabled_ms = disabled_ms };
	int64_t matched;

	if (db_exec(db, &set_disabled, &in, &matched, err) < 0)
		return -1;
	return matched > 0;
}

static const struct db_stmt lock = {
	.name = "user.lock",
	.sql = "SELECT user_id FROM user WHERE user_id = ? FOR UPDATE",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int user_sql_lock(struct db *db, struct arena *a, int64_t user_id,
    struct error *err)
{
	struct db_id in = { user_id }, row;

	return db_row(db, &lock, &in, a, &row, err);
}

/* ---- credentials ---- */

static const struct db_field credential_in[] = {
	DB_I64(struct user_credential, user_id),
	DB_STR(struct user_credential, password_hash),
	DB_I64(struct user_credential, changed_ms),
	DB_END,
};

static const struct db_stmt put_credential = {
	.name = "user.put_credential",
	.sql = "INSERT INTO credential (user_id, password_hash, changed_ms) "
	       "VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE "
	       "password_hash = VALUES(password_hash), "
	       "changed_ms = VALUES(changed_ms)",
	.in = credential_in,
	.in_size = sizeof(struct user_credential),
};

int user_sql_put_credential(struct db *db, const struct user_credential *c,
    struct error *err)
{
	return db_exec(db, &put_credential, c, NULL, err);
}

static const struct db_field hash_out[] = {
	DB_STR(struct user_credential, password_hash),
	DB_END,
};

static const struct db_stmt password_hash = {
	.name = "user.password_hash",
	.sql = "SELECT password_hash FROM credential WHERE user_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = hash_out,
	.out_size = sizeof(struct user_credential),
};

int user_sql_password_hash(struct db *db, struct arena *a, int64_t user_id,
    struct str *out, struct error *err)
{
	struct db_id in = { user_id };
	struct user_credential row = { 0 };
	int found = db_row(db, &password_hash, &in, a, &row, err);

	*out = row.password_hash;
	return found;
}

const struct db_stmt *const user_statements[] = { &load, &by_name, &claim,
	&insert, &update, &put_credential, &password_hash, NULL };
const struct db_stmt *const user_reader_statements[] = { &load, NULL };
const struct db_stmt *const user_page_statements[] = { &page, NULL };
const struct db_stmt *const user_disable_statements[] = { &set_disabled, &lock,
	NULL };
