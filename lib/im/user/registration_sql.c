#include "im/user/registration_sql.h"

#define COLUMNS                                                               \
	"r.user_id, r.device_id, r.app_id, r.session_id, r.provider, "        \
	"r.token_hash, r.token, r.token_kind, r.topic, r.sandbox, r.p256dh, " \
	"r.auth, r.locale, r.state, r.reason, r.registered_ms, "              \
	"r.last_ok_ms, r.generation FROM "

static const struct db_field row_fields[] = {
	DB_I64(struct registration, user_id),
	DB_STR(struct registration, device_id),
	DB_I64(struct registration, app_id),
	DB_I64(struct registration, session_id),
	DB_I64(struct registration, provider),
	DB_STR(struct registration, token_hash),
	DB_STR(struct registration, token),
	DB_STR(struct registration, token_kind),
	DB_STR(struct registration, topic),
	DB_I64(struct registration, is_sandbox),
	DB_STR(struct registration, p256dh),
	DB_STR(struct registration, auth),
	DB_STR(struct registration, locale),
	DB_I64(struct registration, state),
	DB_STR(struct registration, reason),
	DB_I64(struct registration, registered_ms),
	DB_I64(struct registration, last_ok_ms),
	DB_I64(struct registration, generation),
	DB_END,
};
static const struct db_field key_in[] = {
	DB_I64(struct registration, user_id),
	DB_STR(struct registration, device_id),
	DB_END,
};

/* ---- look-ups ---- */

static const struct db_field open_in[] = {
	DB_I64(struct registration, user_id),
	DB_STR(struct registration, device_id),
	DB_I64(struct registration, registered_ms),
	DB_END,
};

static const struct db_stmt lock_session = {
	.name = "registration.lock_session",
	.sql = "SELECT session_id FROM session FORCE INDEX (session_device) "
	       "WHERE user_id = ? AND device_id = ? AND ended_ms = 0 "
	       "AND expires_ms > ? ORDER BY session_id DESC LIMIT 1 FOR UPDATE",
	.in = open_in,
	.in_size = sizeof(struct registration),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int registration_sql_lock_session(struct db *db, struct arena *a,
    struct registration *r, struct error *err)
{
	struct db_id row;
	int found = db_row(db, &lock_session, r, a, &row, err);

	if (found > 0)
		r->session_id = row.id;
	return found;
}

static const struct db_stmt lock = {
	.name = "registration.lock",
	.sql = "SELECT " COLUMNS "push_registration r "
	       "WHERE r.user_id = ? AND r.device_id = ? FOR UPDATE",
	.in = key_in,
	.in_size = sizeof(struct registration),
	.out = row_fields,
	.out_size = sizeof(struct registration),
};

int registration_sql_lock(struct db *db, struct arena *a,
    const struct registration *key, struct registration *out, struct error *err)
{
	return db_row(db, &lock, key, a, out, err);
}

static const struct db_stmt find = {
	.name = "registration.find",
	.sql = "SELECT " COLUMNS "push_registration r "
	       "WHERE r.user_id = ? AND r.device_id = ?",
	.in = key_in,
	.in_size = sizeof(struct registration),
	.out = row_fields,
	.out_size = sizeof(struct registration),
};

int registration_sql_find(struct db *db, struct arena *a, int64_t user_id,
    struct str device_id, struct registration *out, struct error *err)
{
	struct registration in = { .user_id = user_id, .device_id = device_id };

	return db_row(db, &find, &in, a, out, err);
}

static const struct db_stmt list = {
	.name = "registration.list",
	.sql = "SELECT " COLUMNS "push_registration r "
	       "WHERE r.user_id = ? ORDER BY r.device_id LIMIT 1000",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = row_fields,
	.out_size = sizeof(struct registration),
};

int registration_sql_list(struct db *db, struct arena *a, int64_t user_id,
    struct registration **out, size_t *n_out, struct error *err)
{
	struct db_id in = { user_id };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

static const struct db_stmt load = {
	.name = "registration.load",
	.sql = "SELECT " COLUMNS
	       "JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN push_registration r FORCE INDEX (PRIMARY) "
	       "ON r.user_id = j.id "
	       "STRAIGHT_JOIN user u ON u.user_id = r.user_id "
	       "STRAIGHT_JOIN app a ON a.app_id = r.app_id "
	       "WHERE u.disabled_ms = 0 AND a.disabled_ms = 0",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = row_fields,
	.out_size = sizeof(struct registration),
};

int registration_sql_load(struct db *db, struct arena *a, struct str users,
    struct registration **out, size_t *n_out, struct error *err)
{
	struct db_text in = { users };

	return db_rows(db, &load, &in, a, out, n_out, err);
}

/* ---- changes ---- */

static const struct db_stmt drop = {
	.name = "registration.drop",
	.sql = "DELETE FROM push_registration "
	       "WHERE user_id = ? AND device_id = ?",
	.in = key_in,
	.in_size = sizeof(struct registration),
};

int registration_sql_drop(struct db *db, const struct registration *r,
    int64_t *n_out, struct error *err)
{
	return db_exec(db, &drop, r, n_out, err);
}

static const struct db_field token_in[] = {
	DB_I64(struct registration, app_id),
	DB_STR(struct registration, token_hash),
	DB_END,
};

static const struct db_stmt drop_token = {
	.name = "registration.drop_token",
	.sql = "DELETE FROM push_registration "
	       "WHERE app_id = ? AND token_hash = ?",
	.in = token_in,
	.in_size = sizeof(struct registration),
};

int registration_sql_drop_token(struct db *db, const struct registration *r,
    struct error *err)
{
	return db_exec(db, &drop_token, r, NULL, err);
}

static const struct db_stmt insert = {
	.name = "registration.insert",
	.sql = "INSERT INTO push_registration (user_id, device_id, app_id, "
	       "session_id, provider, token_hash, token, token_kind, topic, "
	       "sandbox, p256dh, auth, locale, state, reason, registered_ms, "
	       "last_ok_ms, generation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
	       "?, ?, ?, ?, ?, ?, ?, ?)",
	.in = row_fields,
	.in_size = sizeof(struct registration),
};

int registration_sql_insert(struct db *db, const struct registration *r,
    struct error *err)
{
	return db_exec(db, &insert, r, NULL, err);
}

const struct db_stmt *const registration_statements[] = { &lock_session, &lock,
	&find, &list, &drop, &drop_token, &insert, NULL };
const struct db_stmt *const registration_list_statements[] = { &list, NULL };

/* ---- sessions ---- */

static const struct db_field session_in[] = {
	DB_I64(struct session, user_id),
	DB_I64(struct session, session_id),
	DB_END,
};

static const struct db_stmt end_sessions = {
	.name = "registration.end_sessions",
	.sql = "DELETE FROM push_registration "
	       "WHERE user_id = ? AND session_id = ?",
	.in = session_in,
	.in_size = sizeof(struct session),
};

int registration_sql_end_sessions(struct db *db, const struct session *ended,
    size_t n, struct error *err)
{
	return db_exec_bulk(db, &end_sessions, ended, n, sizeof(*ended), NULL,
	    err);
}

struct hand_over {
	int64_t session_id, user_id;
	struct str device_id;
	int64_t former_id;
};

static const struct db_field hand_over_in[] = {
	DB_I64(struct hand_over, session_id),
	DB_I64(struct hand_over, user_id),
	DB_STR(struct hand_over, device_id),
	DB_I64(struct hand_over, former_id),
	DB_END,
};

static const struct db_stmt hand_over = {
	.name = "registration.hand_over",
	.sql = "UPDATE push_registration SET session_id = ? "
	       "WHERE user_id = ? AND device_id = ? AND session_id = ?",
	.in = hand_over_in,
	.in_size = sizeof(struct hand_over),
};

int registration_sql_hand_over(struct db *db, const struct session *s,
    int64_t former_id, struct error *err)
{
	struct hand_over in = { s->session_id, s->user_id, s->device_id,
		former_id };

	return db_exec(db, &hand_over, &in, NULL, err);
}

static const struct db_field others_in[] = {
	DB_I64(struct session, app_id),
	DB_STR(struct session, device_id),
	DB_I64(struct session, user_id),
	DB_END,
};

static const struct db_stmt end_others = {
	.name = "registration.end_others",
	.sql = "DELETE FROM push_registration "
	       "WHERE app_id = ? AND device_id = ? AND user_id <> ?",
	.in = others_in,
	.in_size = sizeof(struct session),
};

int registration_sql_end_others(struct db *db, const struct session *s,
    struct error *err)
{
	return db_exec(db, &end_others, s, NULL, err);
}

const struct db_stmt *const registration_end_statements[] = { &end_sessions,
	&hand_over, &end_others, NULL };

/* ---- im-push ---- */

static const struct db_field learn_in[] = {
	DB_I64(struct registration_lesson, r.state),
	DB_STR(struct registration_lesson, r.reason),
	DB_I64(struct registration_lesson, r.last_ok_ms),
	DB_I64(struct registration_lesson, r.user_id),
	DB_STR(struct registration_lesson, r.device_id),
	DB_I64(struct registration_lesson, r.generation),
	DB_I64(struct registration_lesson, before_ms),
	DB_END,
};

static const struct db_stmt learn = {
	.name = "registration.learn",
	.sql = "UPDATE push_registration SET state = ?, reason = ?, "
	       "last_ok_ms = GREATEST(last_ok_ms, ?) "
	       "WHERE user_id = ? AND device_id = ? AND generation = ? "
	       "AND registered_ms < ?",
	.in = learn_in,
	.in_size = sizeof(struct registration_lesson),
};

int registration_sql_learn(struct db *db, const struct registration_lesson *l,
    struct error *err)
{
	int64_t n;

	if (db_exec(db, &learn, l, &n, err) < 0)
		return -1;
	return n > 0;
}

const struct db_stmt *const registration_push_statements[] = { &find, &load,
	&learn, NULL };
