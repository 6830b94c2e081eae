#include "im/user/aged_sql.h"

#define USERS "JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "

struct range {
	int64_t key, before, limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct range, before),
	DB_I64(struct range, limit),
	DB_END,
};

static const struct db_stmt next = {
	.name = "user_aged.next",
	.sql = "SELECT user_id FROM user_seq WHERE user_id > ? "
	       "ORDER BY user_id LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct range),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int user_aged_sql_next(struct db *db, struct arena *a, int64_t after,
    int64_t limit, struct db_id **out, size_t *n_out, struct error *err)
{
	struct range in = { 0, after, limit };

	return db_rows(db, &next, &in, a, out, n_out, err);
}

/* ---- sessions ---- */

struct old {
	struct str users;
	int64_t before_ms, limit;
};

static const struct db_field session_out[] = {
	DB_I64(struct user_aged_session, user_id),
	DB_I64(struct user_aged_session, session_id),
	DB_END,
};
static const struct db_field sessions_in[] = {
	DB_STR(struct old, users),
	DB_I64(struct old, before_ms),
	DB_I64(struct old, before_ms),
	DB_I64(struct old, limit),
	DB_END,
};

static const struct db_stmt sessions = {
	.name = "user_aged.sessions",
	.sql = "SELECT s.user_id, s.session_id FROM " USERS
	       "STRAIGHT_JOIN session s FORCE INDEX (PRIMARY) "
	       "ON s.user_id = j.id "
	       "WHERE (s.ended_ms > 0 AND s.ended_ms < ?) OR s.expires_ms < ? "
	       "LIMIT ?",
	.in = sessions_in,
	.in_size = sizeof(struct old),
	.out = session_out,
	.out_size = sizeof(struct user_aged_session),
};

int user_aged_sql_sessions(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, struct user_aged_session **out,
    size_t *n_out, struct error *err)
{
	struct old in = { users, before_ms, limit };

	return db_rows(db, &sessions, &in, a, out, n_out, err);
}

static const struct db_stmt drop_sessions_many =
    DB_MANY("user_aged.drop_sessions_many",
	"DELETE s FROM JSON_TABLE(?, '$[*]' COLUMNS(u BIGINT PATH '$[0]', "
	"i BIGINT PATH '$[1]')) j STRAIGHT_JOIN session s "
	"ON s.user_id = j.u AND s.session_id = j.i");

static const struct db_stmt drop_sessions = {
	.name = "user_aged.drop_sessions",
	.sql = "DELETE FROM session WHERE user_id = ? AND session_id = ?",
	.in = session_out,
	.in_size = sizeof(struct user_aged_session),
	.many = &drop_sessions_many,
};

int user_aged_sql_drop_sessions(struct db *db,
    const struct user_aged_session *rows, size_t n, int64_t *n_out,
    struct error *err)
{
	return db_exec_bulk(db, &drop_sessions, rows, n, sizeof(*rows), n_out,
	    err);
}

static const struct db_field jwt_out[] = {
	DB_I64(struct user_aged_session, user_id),
	DB_STR(struct user_aged_session, token_hash),
	DB_END,
};
static const struct db_field jwts_in[] = {
	DB_STR(struct old, users),
	DB_I64(struct old, before_ms),
	DB_I64(struct old, limit),
	DB_END,
};

static const struct db_stmt jwts = {
	.name = "user_aged.jwts",
	.sql = "SELECT s.user_id, s.token_hash FROM " USERS
	       "STRAIGHT_JOIN session_jwt s ON s.user_id = j.id "
	       "WHERE s.until_ms < ? LIMIT ?",
	.in = jwts_in,
	.in_size = sizeof(struct old),
	.out = jwt_out,
	.out_size = sizeof(struct user_aged_session),
};

int user_aged_sql_jwts(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, struct user_aged_session **out,
    size_t *n_out, struct error *err)
{
	struct old in = { users, before_ms, limit };

	return db_rows(db, &jwts, &in, a, out, n_out, err);
}

static const struct db_stmt drop_jwts = {
	.name = "user_aged.drop_jwts",
	.sql = "DELETE FROM session_jwt WHERE user_id = ? AND token_hash = ?",
	.in = jwt_out,
	.in_size = sizeof(struct user_aged_session),
};

int user_aged_sql_drop_jwts(struct db *db, const struct user_aged_session *rows,
    size_t n, int64_t *n_out, struct error *err)
{
	return db_exec_bulk(db, &drop_jwts, rows, n, sizeof(*rows), n_out, err);
}

/* ---- exports ---- */

static const struct db_field exports_in[] = {
	DB_I64(struct range, key),
	DB_I64(struct range, before),
	DB_I64(struct range, limit),
	DB_END,
};

static const struct db_stmt exports = {
	.name = "user_aged.exports",
	.sql = "DELETE FROM export WHERE app_id = ? AND export_id < ? "
	       "AND ended_id > 0 AND due_ms IS NULL LIMIT ?",
	.in = exports_in,
	.in_size = sizeof(struct range),
};

int user_aged_sql_exports(struct db *db, int64_t app_id, int64_t before_id,
    int64_t limit, int64_t *n_out, struct error *err)
{
	struct range in = { app_id, before_id, limit };

	return db_exec(db, &exports, &in, n_out, err);
}

/* ---- inboxes ---- */

struct wanted {
	struct str users;
	struct user_aged_policy p;
};

static const struct db_field wanted_in[] = {
	DB_STR(struct wanted, users),
	DB_I64(struct wanted, p.before_ms),
	DB_I64(struct wanted, p.rows_max),
	DB_END,
};

/* i: the oldest event that is there; o: the last one to be removed. */
static const struct db_stmt inboxes = {
	.name = "user_aged.inboxes",
	.sql = "SELECT s.user_id FROM " USERS
	       "STRAIGHT_JOIN user_seq s FORCE INDEX (PRIMARY) "
	       "ON s.user_id = j.id "
	       "LEFT JOIN inbox i ON i.user_id = s.user_id "
	       "AND i.user_index = s.floor_index + 1 "
	       "LEFT JOIN inbox o ON o.user_id = s.user_id "
	       "AND o.user_index = s.floor_index "
	       "WHERE i.at_ms < ? OR s.last_index - s.floor_index > ? "
	       "OR o.user_id IS NOT NULL",
	.in = wanted_in,
	.in_size = sizeof(struct wanted),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int user_aged_sql_inboxes(struct db *db, struct arena *a, struct str users,
    const struct user_aged_policy *p, struct db_id **out, size_t *n_out,
    struct error *err)
{
	struct wanted in = { users, *p };

	return db_rows(db, &inboxes, &in, a, out, n_out, err);
}

static const struct db_field floor_in[] = {
	DB_I64(struct range, before),
	DB_I64(struct range, key),
	DB_END,
};

static const struct db_stmt raise_floor = {
	.name = "user_aged.floor",
	.sql = "UPDATE user_seq SET floor_index = ? WHERE user_id = ?",
	.in = floor_in,
	.in_size = sizeof(struct range),
};

int user_aged_sql_floor(struct db *db, int64_t user_id, int64_t floor,
    struct error *err)
{
	struct range in = { user_id, floor, 0 };

	return db_exec(db, &raise_floor, &in, NULL, err);
}

static const struct db_stmt events = {
	.name = "user_aged.events",
	.sql = "DELETE FROM inbox WHERE user_id = ? AND user_index <= ? "
	       "ORDER BY user_index LIMIT ?",
	.in = exports_in,
	.in_size = sizeof(struct range),
};

int user_aged_sql_events(struct db *db, int64_t user_id, int64_t floor,
    int64_t limit, int64_t *n_out, struct error *err)
{
	struct range in = { user_id, floor, limit };

	return db_exec(db, &events, &in, n_out, err);
}

const struct db_stmt *const user_aged_statements[] = { &next, &sessions,
	&drop_sessions, &jwts, &drop_jwts, &exports, &inboxes, &raise_floor,
	&events, NULL };
