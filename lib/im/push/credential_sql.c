#include "im/push/credential_sql.h"

#define COLUMNS                                                             \
	"c.app_id, c.provider, c.topic, c.sealed, c.key_no, c.public_key, " \
	"c.enabled, c.preview, c.quiet_types, c.state, c.reason, "          \
	"c.checked_ms, COALESCE(c.probe_ms, 0), c.changed_ms, c.version "   \
	"FROM push_credential c "

static const struct db_field row_fields[] = {
	DB_I64(struct credential, app_id),
	DB_I64(struct credential, provider),
	DB_STR(struct credential, topic),
	DB_STR(struct credential, sealed),
	DB_I64(struct credential, key_no),
	DB_STR(struct credential, public_key),
	DB_I64(struct credential, enabled),
	DB_I64(struct credential, preview),
	DB_I64(struct credential, quiet_types),
	DB_I64(struct credential, state),
	DB_STR(struct credential, reason),
	DB_I64(struct credential, checked_ms),
	DB_I64(struct credential, probe_ms),
	DB_I64(struct credential, changed_ms),
	DB_I64(struct credential, version),
	DB_END,
};
static const struct db_field key_in[] = {
	DB_I64(struct credential, app_id),
	DB_I64(struct credential, provider),
	DB_STR(struct credential, topic),
	DB_END,
};
static const struct db_field provider_in[] = {
	DB_I64(struct credential, app_id),
	DB_I64(struct credential, provider),
	DB_END,
};

/* ---- look-ups ---- */

static const struct db_stmt lock = {
	.name = "credential.lock",
	.sql = "SELECT " COLUMNS
	       "WHERE c.app_id = ? AND c.provider = ? AND c.topic = ? "
	       "FOR UPDATE",
	.in = key_in,
	.in_size = sizeof(struct credential),
	.out = row_fields,
	.out_size = sizeof(struct credential),
};

int credential_sql_lock(struct db *db, struct arena *a,
    const struct credential *key, struct credential *out, struct error *err)
{
	return db_row(db, &lock, key, a, out, err);
}

static const struct db_stmt find = {
	.name = "credential.find",
	.sql = "SELECT " COLUMNS
	       "WHERE c.app_id = ? AND c.provider = ? AND c.topic = ?",
	.in = key_in,
	.in_size = sizeof(struct credential),
	.out = row_fields,
	.out_size = sizeof(struct credential),
};

static const struct db_stmt find_first = {
	.name = "credential.find_first",
	.sql = "SELECT " COLUMNS "WHERE c.app_id = ? AND c.provider = ? "
	       "ORDER BY c.topic LIMIT 1",
	.in = provider_in,
	.in_size = sizeof(struct credential),
	.out = row_fields,
	.out_size = sizeof(struct credential),
};

int credential_sql_find(struct db *db, struct arena *a, int64_t app_id,
    int64_t provider, struct str topic, struct credential *out,
    struct error *err)
{
	struct credential in = { .app_id = app_id,
		.provider = provider,
		.topic = topic };

	return db_row(db, topic.len ? &find : &find_first, &in, a, out, err);
}

static const struct db_stmt list = {
	.name = "credential.list",
	.sql = "SELECT " COLUMNS "WHERE c.app_id = ? "
	       "ORDER BY c.provider, c.topic LIMIT 1000",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = row_fields,
	.out_size = sizeof(struct credential),
};

int credential_sql_list(struct db *db, struct arena *a, int64_t app_id,
    struct credential **out, size_t *n_out, struct error *err)
{
	struct db_id in = { app_id };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

struct page {
	int64_t app_id, provider;
	struct str topic;
	int64_t limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, app_id),
	DB_I64(struct page, app_id),
	DB_I64(struct page, provider),
	DB_I64(struct page, provider),
	DB_STR(struct page, topic),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt page = {
	.name = "credential.page",
	.sql = "SELECT " COLUMNS "WHERE c.app_id >= ? AND (c.app_id > ? "
	       "OR c.provider > ? OR (c.provider = ? AND c.topic > ?)) "
	       "ORDER BY c.app_id, c.provider, c.topic LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = row_fields,
	.out_size = sizeof(struct credential),
};

int credential_sql_page(struct db *db, struct arena *a,
    const struct credential *after, int64_t limit, struct credential **out,
    size_t *n_out, struct error *err)
{
	struct page in = { after->app_id, after->provider, after->topic,
		limit };

	return db_rows(db, &page, &in, a, out, n_out, err);
}

static const struct db_field public_out[] = {
	DB_STR(struct credential, public_key),
	DB_END,
};

static const struct db_stmt public_key = {
	.name = "credential.public_key",
	.sql = "SELECT public_key FROM push_credential "
	       "WHERE app_id = ? AND provider = ? ORDER BY topic LIMIT 1",
	.in = provider_in,
	.in_size = sizeof(struct credential),
	.out = public_out,
	.out_size = sizeof(struct credential),
};

int credential_sql_public_key(struct db *db, struct arena *a, int64_t app_id,
    int64_t provider, struct str *out, struct error *err)
{
	struct credential c = { .app_id = app_id, .provider = provider };
	int found = db_row(db, &public_key, &c, a, &c, err);

	*out = c.public_key;
	return found;
}

static const struct db_stmt count = {
	.name = "credential.count",
	.sql = "SELECT COUNT(*) FROM push_credential WHERE app_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int credential_sql_count(struct db *db, int64_t app_id, int64_t *n_out,
    struct error *err)
{
	struct db_id in = { app_id }, row;

	if (db_row(db, &count, &in, NULL, &row, err) < 0)
		return -1;
	*n_out = row.id;
	return 0;
}

/* ---- changes ---- */

static const struct db_stmt insert = {
	.name = "credential.insert",
	.sql = "INSERT INTO push_credential (app_id, provider, topic, sealed, "
	       "key_no, public_key, enabled, preview, quiet_types, state, "
	       "reason, checked_ms, probe_ms, changed_ms, version) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	.in = row_fields,
	.in_size = sizeof(struct credential),
};

int credential_sql_insert(struct db *db, const struct credential *c,
    struct error *err)
{
	return db_exec(db, &insert, c, NULL, err);
}

static const struct db_field update_in[] = {
	DB_STR(struct credential, sealed),
	DB_I64(struct credential, key_no),
	DB_STR(struct credential, public_key),
	DB_I64(struct credential, enabled),
	DB_I64(struct credential, preview),
	DB_I64(struct credential, quiet_types),
	DB_I64(struct credential, state),
	DB_STR(struct credential, reason),
	DB_I64(struct credential, checked_ms),
	DB_I64(struct credential, probe_ms),
	DB_I64(struct credential, changed_ms),
	DB_I64(struct credential, version),
	DB_I64(struct credential, app_id),
	DB_I64(struct credential, provider),
	DB_STR(struct credential, topic),
	DB_END,
};

static const struct db_stmt update = {
	.name = "credential.update",
	.sql = "UPDATE push_credential SET sealed = ?, key_no = ?, "
	       "public_key = ?, enabled = ?, preview = ?, quiet_types = ?, "
	       "state = ?, reason = ?, checked_ms = ?, probe_ms = ?, "
	       "changed_ms = ?, version = ? "
	       "WHERE app_id = ? AND provider = ? AND topic = ?",
	.in = update_in,
	.in_size = sizeof(struct credential),
};

int credential_sql_update(struct db *db, const struct credential *c,
    struct error *err)
{
	return db_exec(db, &update, c, NULL, err);
}

static const struct db_stmt drop = {
	.name = "credential.drop",
	.sql = "DELETE FROM push_credential "
	       "WHERE app_id = ? AND provider = ? AND topic = ?",
	.in = key_in,
	.in_size = sizeof(struct credential),
};

static const struct db_stmt drop_provider = {
	.name = "credential.drop_provider",
	.sql = "DELETE FROM push_credential "
	       "WHERE app_id = ? AND provider = ?",
	.in = provider_in,
	.in_size = sizeof(struct credential),
};

int credential_sql_drop(struct db *db, const struct credential *key,
    int64_t *n_out, struct error *err)
{
	return db_exec(db, key->topic.p ? &drop : &drop_provider, key, n_out,
	    err);
}

const struct db_stmt *const credential_statements[] = { &lock, &find,
	&find_first, &list, &count, &insert, &update, &drop, &drop_provider,
	NULL };
const struct db_stmt *const credential_public_statements[] = { &public_key,
	NULL };

/* ---- im-push and im-admin ---- */

static const struct db_field learn_in[] = {
	DB_I64(struct credential, state),
	DB_STR(struct credential, reason),
	DB_I64(struct credential, checked_ms),
	DB_I64(struct credential, probe_ms),
	DB_I64(struct credential, app_id),
	DB_I64(struct credential, provider),
	DB_STR(struct credential, topic),
	DB_I64(struct credential, version),
	DB_END,
};

static const struct db_stmt learn = {
	.name = "credential.learn",
	.sql = "UPDATE push_credential SET state = ?, reason = ?, "
	       "checked_ms = ?, probe_ms = NULLIF(?, 0) WHERE app_id = ? "
	       "AND provider = ? AND topic = ? AND version = ?",
	.in = learn_in,
	.in_size = sizeof(struct credential),
};

int credential_sql_learn(struct db *db, const struct credential *c,
    struct error *err)
{
	int64_t n;

	if (db_exec(db, &learn, c, &n, err) < 0)
		return -1;
	return n > 0;
}

static const struct db_field reseal_in[] = {
	DB_STR(struct credential, sealed),
	DB_I64(struct credential, key_no),
	DB_I64(struct credential, app_id),
	DB_I64(struct credential, provider),
	DB_STR(struct credential, topic),
	DB_I64(struct credential, version),
	DB_END,
};

static const struct db_stmt reseal = {
	.name = "credential.reseal",
	.sql = "UPDATE push_credential SET sealed = ?, key_no = ? "
	       "WHERE app_id = ? AND provider = ? AND topic = ? "
	       "AND version = ?",
	.in = reseal_in,
	.in_size = sizeof(struct credential),
};

int credential_sql_reseal(struct db *db, const struct credential *c,
    struct error *err)
{
	int64_t n;

	if (db_exec(db, &reseal, c, &n, err) < 0)
		return -1;
	return n > 0;
}

const struct db_stmt *const credential_push_statements[] = { &find, &find_first,
	&page, &learn, NULL };
