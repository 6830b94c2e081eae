/* session_sql: the statements of im/user/session. */
#ifndef IM_SESSION_SQL_H
#define IM_SESSION_SQL_H

#include "im/user/session.h"

/* These two also require that user and app are not disabled: 1 or 0. */
int session_sql_by_hash(struct db *db, struct arena *a, struct str hash,
    struct session *out, struct error *err);
int session_sql_by_id(struct db *db, struct arena *a, int64_t session_id,
    struct session *out, struct error *err);

/* In a transaction: serialises log-ins of one user.  1 the user exists and is
 * not disabled, else 0. */
int session_sql_lock_user(struct db *db, struct arena *a, int64_t user_id,
    struct error *err);
/* Those not ended, in no order. */
int session_sql_open(struct db *db, struct arena *a, int64_t user_id,
    struct session **out, size_t *n_out, struct error *err);
int session_sql_list(struct db *db, struct arena *a, int64_t user_id,
    int64_t before, int64_t now_ms, int64_t limit, struct session **out,
    size_t *n_out, struct error *err);
/* Where the user was after since_ms, in no order: only ip is filled. */
int session_sql_places(struct db *db, struct arena *a, int64_t user_id,
    int64_t since_ms, struct session **out, size_t *n_out, struct error *err);
int session_sql_get(struct db *db, struct arena *a, int64_t user_id,
    int64_t session_id, struct session *out, struct error *err);
int session_sql_lock(struct db *db, struct arena *a, int64_t user_id,
    int64_t session_id, struct session *out, struct error *err);
/* ids: db_list().  Ended ones as well, in no order. */
int session_sql_load(struct db *db, struct arena *a, struct str ids,
    struct session **out, size_t *n_out, struct error *err);

int session_sql_insert(struct db *db, const struct session *s,
    struct error *err);
/* matched_out: the sessions that had not ended before. */
int session_sql_end(struct db *db, const struct session *rows, size_t n,
    int64_t *matched_out, struct error *err);
/* 1 done, 0 it has ended. */
int session_sql_touch(struct db *db, const struct session *s,
    struct error *err);

#endif
