/* reminder_sql: the statements of im/user/reminder. */
#ifndef IM_REMINDER_SQL_H
#define IM_REMINDER_SQL_H

#include "im/user/reminder.h"

/* 1 found, 0 none. */
int reminder_sql_get(struct db *db, struct arena *a, const struct reminder *key,
    struct reminder *out, struct error *err);
int reminder_sql_put(struct db *db, const struct reminder *r,
    struct error *err);
/* Only if it is due at r->remind_ms: 1 removed, 0 not. */
int reminder_sql_delete(struct db *db, const struct reminder *r,
    struct error *err);
int reminder_sql_list(struct db *db, struct arena *a, int64_t user_id,
    const struct reminder_place *after, int64_t limit, struct reminder **out,
    size_t *n_out, struct error *err);
int reminder_sql_due(struct db *db, struct arena *a, int64_t limit,
    struct reminder **out, size_t *n_out, struct error *err);

#endif
