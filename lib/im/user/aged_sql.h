/* aged_sql: the statements of im/user/aged. */
#ifndef IM_USER_AGED_SQL_H
#define IM_USER_AGED_SQL_H

#include "im/user/aged.h"

/* A session, or a hash of one. */
struct user_aged_session {
	int64_t user_id, session_id;
	struct str token_hash;
};

int user_aged_sql_next(struct db *db, struct arena *a, int64_t after,
    int64_t limit, struct db_id **out, size_t *n_out, struct error *err);
int user_aged_sql_sessions(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, struct user_aged_session **out,
    size_t *n_out, struct error *err);
int user_aged_sql_drop_sessions(struct db *db,
    const struct user_aged_session *rows, size_t n, int64_t *n_out,
    struct error *err);
int user_aged_sql_jwts(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, struct user_aged_session **out,
    size_t *n_out, struct error *err);
int user_aged_sql_drop_jwts(struct db *db, const struct user_aged_session *rows,
    size_t n, int64_t *n_out, struct error *err);
int user_aged_sql_exports(struct db *db, int64_t app_id, int64_t before_id,
    int64_t limit, int64_t *n_out, struct error *err);
int user_aged_sql_inboxes(struct db *db, struct arena *a, struct str users,
    const struct user_aged_policy *p, struct db_id **out, size_t *n_out,
    struct error *err);
int user_aged_sql_floor(struct db *db, int64_t user_id, int64_t floor,
    struct error *err);
int user_aged_sql_events(struct db *db, int64_t user_id, int64_t floor,
    int64_t limit, int64_t *n_out, struct error *err);

#endif
