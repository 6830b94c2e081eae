/* erasure_sql: the statements of im/user/erasure. */
#ifndef IM_ERASURE_SQL_H
#define IM_ERASURE_SQL_H

#include "im/user/erasure.h"
#include "im/user/user.h"

int erasure_sql_insert(struct db *db, const struct erasure *e,
    struct error *err);
/* Leaves the tombstone: u->username, version, disabled_ms. */
int erasure_sql_bury(struct db *db, const struct user *u, struct error *err);
int erasure_sql_free_name(struct db *db, const struct user *u,
    struct error *err);
int erasure_sql_drop_password(struct db *db, int64_t user_id,
    struct error *err);

int erasure_sql_due(struct db *db, struct arena *a, int64_t limit,
    struct erasure **out, size_t *n_out, struct error *err);
int erasure_sql_next(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, int64_t *out, struct error *err);
int erasure_sql_keep(struct db *db, const struct erasure *e, struct error *err);
/* A part of each; how many rows it was in all. */
int erasure_sql_drop_own(struct db *db, int64_t user_id, int64_t *n_out,
    struct error *err);

#endif
