/* idem_sql: the statements of im/idem. */
#ifndef IM_IDEM_SQL_H
#define IM_IDEM_SQL_H

#include "im/site/idem.h"

/* 1 inserted, 0 there is one. */
int idem_sql_insert(struct db *db, const struct idem *i, struct error *err);
int idem_sql_get(struct db *db, struct arena *a, const struct idem *key,
    struct idem *out, struct error *err);
/* Takes the row over if it is still that of old_ms: 1 or 0. */
int idem_sql_take(struct db *db, const struct idem *i, int64_t old_ms,
    struct error *err);
/* Only the row that this request made or took. */
int idem_sql_finish(struct db *db, const struct idem *i, struct error *err);
int idem_sql_delete(struct db *db, const struct idem *i, struct error *err);

#endif
