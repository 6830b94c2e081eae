/* inbox_restart_sql: the statements of im/user/inbox_restart. */
#ifndef IM_INBOX_RESTART_SQL_H
#define IM_INBOX_RESTART_SQL_H

#include "im/user/inbox_restart.h"

/* last_index of seq->user_id, or that of a row above it.  1; 0: none. */
int inbox_restart_sql_top(struct db *db, struct arena *a, struct inbox_seq *seq,
    struct error *err);
/* last_index is the floor, too. */
int inbox_restart_sql_put(struct db *db, const struct inbox_seq *seq,
    struct error *err);
int inbox_restart_sql_sweep(struct db *db, int64_t user_id, int64_t limit,
    int64_t *n_out, struct error *err);

#endif
