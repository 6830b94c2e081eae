/* drift_sql: the statements of im/user/drift. */
#ifndef IM_DRIFT_SQL_H
#define IM_DRIFT_SQL_H

#include "im/user/drift.h"

int drift_sql_settings(struct db *db, struct arena *a, struct str users,
    struct drift **out, size_t *n_out, struct error *err);
int drift_sql_badge(struct db *db, struct arena *a, struct str users,
    struct drift **out, size_t *n_out, struct error *err);
int drift_sql_badge_chat(struct db *db, struct arena *a, struct str users,
    struct drift **out, size_t *n_out, struct error *err);
int drift_sql_copy(struct db *db, int64_t user_id, int64_t conv_id,
    int64_t *matched_out, struct error *err);
int drift_sql_recount(struct db *db, int64_t user_id, int64_t *matched_out,
    struct error *err);

#endif
