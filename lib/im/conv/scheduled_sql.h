/* scheduled_sql: the statements of im/conv/scheduled. */
#ifndef IM_SCHEDULED_SQL_H
#define IM_SCHEDULED_SQL_H

#include "im/conv/scheduled.h"

/* By user_id and msg_id: 1 found, 0 none. */
int scheduled_sql_get(struct db *db, struct arena *a,
    const struct scheduled *key, struct scheduled *out, struct error *err);
/* Of a user: those that count. */
int scheduled_sql_count(struct db *db, struct arena *a, int64_t user_id,
    int64_t *n_out, struct error *err);
int scheduled_sql_list(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, const struct scheduled_place *after, int64_t limit,
    struct scheduled **out, size_t *n_out, struct error *err);
int scheduled_sql_due(struct db *db, struct arena *a, int64_t limit,
    struct scheduled **out, size_t *n_out, struct error *err);

int scheduled_sql_insert(struct db *db, const struct scheduled *s,
    struct error *err);
/* send_ms, due_ms, state, reason, content. */
int scheduled_sql_update(struct db *db, const struct scheduled *s,
    struct error *err);
int scheduled_sql_delete(struct db *db, const struct scheduled *s,
    struct error *err);

/* has_scheduled of the locked conversation: as there are rows. */
/* 1 there were any, else 0. */
int scheduled_sql_drop(struct db *db, int64_t conv_id, int64_t user_id,
    struct error *err);
int scheduled_sql_flag(struct db *db, int64_t conv_id, struct error *err);

#endif
