/* ban_sql: the statements of im/conv/ban. */
#ifndef IM_BAN_SQL_H
#define IM_BAN_SQL_H

#include "im/conv/ban.h"

/* users: db_list(). */
int ban_sql_load(struct db *db, struct arena *a, int64_t conv_id,
    struct str users, int64_t now_ms, struct ban **out, size_t *n_out,
    struct error *err);
int ban_sql_list(struct db *db, struct arena *a, int64_t conv_id,
    int64_t now_ms, int64_t after, int64_t limit, struct ban **out,
    size_t *n_out, struct error *err);
int ban_sql_put(struct db *db, const struct ban *b, struct error *err);
int ban_sql_drop(struct db *db, int64_t conv_id, int64_t user_id,
    struct error *err);
int ban_sql_drop_ended(struct db *db, int64_t conv_id, int64_t now_ms,
    struct error *err);

#endif
