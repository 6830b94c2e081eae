/* inbox_sql: the statements of im/inbox. */
#ifndef IM_INBOX_SQL_H
#define IM_INBOX_SQL_H

#include "im/user/inbox.h"

/* users: db_list(), ascending. */
int inbox_sql_lock(struct db *db, struct arena *a, struct str users,
    struct inbox_seq **out, size_t *n_out, struct error *err);
int inbox_sql_get(struct db *db, struct arena *a, struct str users,
    struct inbox_seq **out, size_t *n_out, struct error *err);
int inbox_sql_total(struct db *db, struct arena *a, int64_t user_id,
    int64_t now_ms, int64_t *total_out, struct error *err);

#endif
