#include "im/user/session_sql.h"

#define SESSION_COLUMNS                                                 \
	"s.session_id, s.user_id, s.app_id, s.platform, s.created_ms, " \
	"s.last_seen_ms, s.expires_ms, s.ended_ms, s.ended_reason, "    \
	"s.token_hash, s.device_id, s.device_name, s.ip, s.is_jwt "

static const struct db_field session_fields[] = {
	DB_I64(struct session, session_id),
	DB_I64(struct session, user_id),
	DB_I64(struct session, app_id),
	DB_I64(struct session, platform),
	DB_I64(struct session, created_ms),
	DB_I64(struct session, last_seen_ms),
	DB_I64(struct session, expires_ms),
	DB_I64(struct session, ended_ms),
	DB_I64(struct session, ended_reason),
	DB_STR(struct session, token_hash),
	DB_STR(struct session, device_id),
	DB_STR(struct session, device_name),
	DB_STR(struct session, ip),
	DB_I64(struct session, is_jwt),
	DB_END,
};

/* ---- look-ups ---- */

#define FROM_LIVING                                            \
	"FROM session s JOIN user u ON u.user_id = s.user_id " \
	"JOIN app a ON a.app_id = s.app_id "                   \
	"WHERE s.ended_ms = 0 AND u.disabled_ms = 0 AND a.disabled_ms = 0 "

static const struct db_field hash_in[] = { DB_STR(struct session, token_hash),
	DB_END };

static const struct db_stmt by_hash = {
	.name = "session.by_hash",
	.sql = "SELECT " SESSION_COLUMNS FROM_LIVING "AND s.token_hash = ?",
	.in = hash_in,
	.in_size = sizeof(struct session),
	.out = session_fields,
	.out_size = sizeof(struct session),
};

int session_sql_by_hash(struct db *db, struct arena *a, struct str hash,
    struct session *out, struct error *err)
{
	struct session in = { .token_hash = hash };

	return db_row(db, &by_hash, &in, a, out, err);
}

static const struct db_stmt by_id = {
	.name = "session.by_id",
	.sql = "SELECT " SESSION_COLUMNS FROM_LIVING "AND s.session_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = session_fields,
	.out_size = sizeof(struct session),
};

int session_sql_by_id(struct db *db, struct arena *a, int64_t session_id,
    struct session *out, struct error *err)
{
	struct db_id in = { session_id };

	return db_row(db, &by_id, &in, a, out, err);
}

static const struct db_stmt open_ones = {
	.name = "session.open",
	.sql = "SELECT " SESSION_COLUMNS "FROM session s "
	       "WHERE s.user_id = ? AND s.ended_ms = 0 LIMIT 1000",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = session_fields,
	.out_size = sizeof(struct session),
};

int session_sql_open(struct db *db, struct arena *a, int64_t user_id,
    struct session **out, size_t *n_out, struct error *err)
{
	struct db_id in = { user_id };

	return db_rows(db, &open_ones, &in, a, out, n_out, err);
}

struct page {
	int64_t user_id, before, now_ms, limit;
};

static const struct db_field page_in[] = { DB_I64(struct page, user_id),
	DB_I64(struct page, before), DB_I64(struct page, now_ms),
	DB_I64(struct page, limit), DB_END };

static const struct db_stmt list = {
	.name = "session.list",
	.sql = "SELECT " SESSION_COLUMNS "FROM session s "
	       "WHERE s.user_id = ? AND s.session_id < ? AND s.ended_ms = 0 "
	       "AND s.expires_ms > ? ORDER BY s.session_id DESC LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = session_fields,
	.out_size = sizeof(struct session),
};

int session_sql_list(struct db *db, struct arena *a, int64_t user_id,
    int64_t before, int64_t now_ms, int64_t limit, struct session **out,
    size_t *n_out, struct error *err)
{
	struct page in = { user_id, before, now_ms, limit };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

static const struct db_field places_in[] = { DB_I64(struct session, user_id),
	DB_I64(struct session, last_seen_ms), DB_END };
static const struct db_field places_out[] = { DB_STR(struct session, ip),
	DB_END };

static const struct db_stmt places = {
	.name = "session.places",
	.sql = "SELECT DISTINCT ip FROM session "
	       "WHERE user_id = ? AND last_seen_ms > ? LIMIT 1000",
	.in = places_in,
	.in_size = sizeof(struct session),
	.out = places_out,
	.out_size = sizeof(struct session),
};

int session_sql_places(struct db *db, struct arena *a, int64_t user_id,
    int64_t since_ms, struct session **out, size_t *n_out, struct error *err)
{
	struct session in = { .user_id = user_id, .last_seen_ms = since_ms };

	return db_rows(db, &places, &in, a, out, n_out, err);
}

static const struct db_field own_in[] = { DB_I64(struct session, user_id),
	DB_I64(struct session, session_id), DB_END };

static const struct db_stmt get = {
	.name = "session.get",
	.sql = "SELECT " SESSION_COLUMNS "FROM session s "
	       "WHERE s.user_id = ? AND s.session_id = ?",
	.in = own_in,
	.in_size = sizeof(struct session),
	.out = session_fields,
	.out_size = sizeof(struct session),
};

int session_sql_get(struct db *db, struct arena *a, int64_t user_id,
    int64_t session_id, struct session *out, struct error *err)
{
	struct session in = { .user_id = user_id, .session_id = session_id };

	return db_row(db, &get, &in, a, out, err);
}

static const struct db_stmt lock = {
	.name = "session.lock",
	.sql = "SELECT " SESSION_COLUMNS "FROM session s "
	       "WHERE s.user_id = ? AND s.session_id = ? FOR UPDATE",
	.in = own_in,
	.in_size = sizeof(struct session),
	.out = session_fields,
	.out_size = sizeof(struct session),
};

int session_sql_lock(struct db *db, struct arena *a, int64_t user_id,
    int64_t session_id, struct session *out, struct error *err)
{
	struct session in = { .user_id = user_id, .session_id = session_id };

	return db_row(db, &lock, &in, a, out, err);
}

static const struct db_stmt load = {
	.name = "session.load",
	.sql = "SELECT " SESSION_COLUMNS
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN session s ON s.session_id = j.id",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = session_fields,
	.out_size = sizeof(struct session),
};

int session_sql_load(struct db *db, struct arena *a, struct str ids,
    struct session **out, size_t *n_out, struct error *err)
{
	struct db_text in = { ids };

	return db_rows(db, &load, &in, a, out, n_out, err);
}

/* ---- changes ---- */

static const struct db_stmt lock_user = {
	.name = "session.lock_user",
	.sql = "SELECT user_id FROM user "
	       "WHERE user_id = ? AND disabled_ms = 0 FOR UPDATE",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int session_sql_lock_user(struct db *db, struct arena *a, int64_t user_id,
    struct error *err)
{
	struct db_id in = { user_id }, row;

	return db_row(db, &lock_user, &in, a, &row, err);
}

static const struct db_stmt insert = {
	.name = "session.insert",
	.sql = "INSERT INTO session (session_id, user_id, app_id, platform, "
	       "created_ms, last_seen_ms, expires_ms, ended_ms, ended_reason, "
	       "token_hash, device_id, device_name, ip, is_jwt) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	.in = session_fields,
	.in_size = sizeof(struct session),
};

int session_sql_insert(struct db *db, const struct session *s,
    struct error *err)
{
	return db_exec(db, &insert, s, NULL, err);
}

static const struct db_field end_in[] = { DB_I64(struct session, ended_ms),
	DB_I64(struct session, ended_reason), DB_I64(struct session, user_id),
	DB_I64(struct session, session_id), DB_END };

static const struct db_stmt end = {
	.name = "session.end",
	.sql = "UPDATE session SET ended_ms = ?, ended_reason = ? "
	       "WHERE user_id = ? AND session_id = ? AND ended_ms = 0",
	.in = end_in,
	.in_size = sizeof(struct session),
};

int session_sql_end(struct db *db, const struct session *rows, size_t n,
    int64_t *matched_out, struct error *err)
{
	if (!n) {
		*matched_out = 0;
		return 0;
	}
	return db_exec_bulk(db, &end, rows, n, sizeof(*rows), matched_out, err);
}

static const struct db_field touch_in[] = {
	DB_I64(struct session, last_seen_ms),
	DB_I64(struct session, expires_ms),
	DB_STR(struct session, ip),
	DB_I64(struct session, user_id),
	DB_I64(struct session, session_id),
	DB_I64(struct session, last_seen_ms),
	DB_END,
};

static const struct db_stmt touch = {
	.name = "session.touch",
	.sql = "UPDATE session SET last_seen_ms = ?, "
	       "expires_ms = GREATEST(expires_ms, ?), ip = ? "
	       "WHERE user_id = ? AND session_id = ? AND ended_ms = 0 "
	       "AND last_seen_ms < ?",
	.in = touch_in,
	.in_size = sizeof(struct session),
};

int session_sql_touch(struct db *db, const struct session *s, struct error *err)
{
	int64_t matched;

	if (db_exec(db, &touch, s, &matched, err) < 0)
		return -1;
	return matched > 0;
}

const struct db_stmt *const session_statements[] = { &by_hash, &by_id,
	&open_ones, &list, &places, &get, &lock, &load, &lock_user, &insert,
	&end, &touch, NULL };
