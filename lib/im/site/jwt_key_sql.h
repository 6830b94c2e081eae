/* jwt_key_sql: the statements of im/site/jwt_key. */
#ifndef IM_JWT_KEY_SQL_H
#define IM_JWT_KEY_SQL_H

#include "im/site/jwt_key.h"

/* By app_id and kid, and locks it: 1, or 0. */
int jwt_key_sql_lock(struct db *db, struct arena *a, const struct jwt_key *key,
    struct jwt_key *out, struct error *err);
/* By the app's name: 1, or 0. */
int jwt_key_sql_named(struct db *db, struct arena *a, struct str app,
    struct str kid, struct jwt_key *out, struct error *err);
int jwt_key_sql_list(struct db *db, struct arena *a, int64_t app_id,
    struct str after, int64_t limit, struct jwt_key **out, size_t *n_out,
    struct error *err);
int jwt_key_sql_count(struct db *db, struct arena *a, int64_t app_id,
    int64_t *n_out, struct error *err);

/* db_is_duplicate() if the app has one of this name. */
int jwt_key_sql_insert(struct db *db, const struct jwt_key *key,
    struct error *err);
int jwt_key_sql_update(struct db *db, const struct jwt_key *key,
    struct error *err);
int jwt_key_sql_delete(struct db *db, const struct jwt_key *key,
    struct error *err);

#endif
