/* credential_sql: the statements of im/push/credential. */
#ifndef IM_CREDENTIAL_SQL_H
#define IM_CREDENTIAL_SQL_H

#include "im/push/credential.h"

/* By app_id, provider and topic: 1, or 0. */
int credential_sql_lock(struct db *db, struct arena *a,
    const struct credential *key, struct credential *out, struct error *err);
int credential_sql_find(struct db *db, struct arena *a, int64_t app_id,
    int64_t provider, struct str topic, struct credential *out,
    struct error *err);
int credential_sql_list(struct db *db, struct arena *a, int64_t app_id,
    struct credential **out, size_t *n_out, struct error *err);
int credential_sql_page(struct db *db, struct arena *a,
    const struct credential *after, int64_t limit, struct credential **out,
    size_t *n_out, struct error *err);
int credential_sql_public_key(struct db *db, struct arena *a, int64_t app_id,
    int64_t provider, struct str *out, struct error *err);
int credential_sql_count(struct db *db, int64_t app_id, int64_t *n_out,
    struct error *err);

int credential_sql_insert(struct db *db, const struct credential *c,
    struct error *err);
int credential_sql_update(struct db *db, const struct credential *c,
    struct error *err);
/* topic p NULL: all of the provider. */
int credential_sql_drop(struct db *db, const struct credential *key,
    int64_t *n_out, struct error *err);
/* Of this version: 1, or 0. */
int credential_sql_learn(struct db *db, const struct credential *c,
    struct error *err);
int credential_sql_reseal(struct db *db, const struct credential *c,
    struct error *err);

#endif
