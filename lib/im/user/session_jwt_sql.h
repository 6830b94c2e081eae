/* session_jwt_sql: the statements of im/user/session_jwt. */
#ifndef IM_SESSION_JWT_SQL_H
#define IM_SESSION_JWT_SQL_H

#include "im/user/session_jwt.h"

struct session_jwt_row {
	int64_t user_id;
	struct str token_hash;
	int64_t session_id, until_ms;
	int64_t now_ms; /* for session_jwt_sql_forget() */
};

/* By user_id and token_hash: 1 with the rest, or 0. */
int session_jwt_sql_find(struct db *db, struct arena *a,
    struct session_jwt_row *row, struct error *err);
int session_jwt_sql_insert(struct db *db, const struct session_jwt_row *row,
    struct error *err);
/* Those of the user that have run out. */
int session_jwt_sql_forget(struct db *db, const struct session_jwt_row *row,
    struct error *err);
/* Only raises. */
int session_jwt_sql_extend(struct db *db, const struct session *s,
    struct error *err);

#endif
