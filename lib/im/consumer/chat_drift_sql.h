/* chat_drift_sql: the statements of im/consumer/chat_drift. */
#ifndef IM_CHAT_DRIFT_SQL_H
#define IM_CHAT_DRIFT_SQL_H

#include "im/consumer/chat_drift.h"

int chat_drift_sql_of_convs(struct db *db, struct arena *a, struct str convs,
    struct chat_drift **out, size_t *n_out, struct error *err);
/* "[[conv_id,user_id],...]" */
int chat_drift_sql_of_members(struct db *db, struct arena *a,
    struct str members, struct chat_drift **out, size_t *n_out,
    struct error *err);
int chat_drift_sql_put(struct db *db, const struct chat_drift *d,
    struct error *err);
int chat_drift_sql_page(struct db *db, struct arena *a,
    const struct chat_drift_place *after, int64_t limit,
    struct chat_drift_place **out, size_t *n_out, struct error *err);
int chat_drift_sql_user_page(struct db *db, struct arena *a,
    const struct chat_drift_place *after, int64_t limit,
    struct chat_drift_place **out, size_t *n_out, struct error *err);

#endif
