/* invite_sql: the statements of im/conv/invite. */
#ifndef IM_INVITE_SQL_H
#define IM_INVITE_SQL_H

#include "im/conv/invite.h"

int invite_sql_find(struct db *db, struct arena *a, struct str code,
    struct invite *out, struct error *err);
int invite_sql_list(struct db *db, struct arena *a,
    const struct invite_query *q, struct invite **out, size_t *n_out,
    struct error *err);
int invite_sql_count(struct db *db, struct arena *a, int64_t conv_id,
    int64_t now_ms, int64_t *n_out, struct error *err);
/* One that is there stays. */
int invite_sql_insert(struct db *db, const struct invite *i, struct error *err);
int invite_sql_put(struct db *db, const struct invite *i, struct error *err);
/* Those that ended before before_ms. */
int invite_sql_drop_ended(struct db *db, int64_t conv_id, int64_t before_ms,
    struct error *err);

#endif
