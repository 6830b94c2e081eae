/* idem_sql: the statements of im/site/idem. */
#ifndef IM_IDEM_SQL_H
#define IM_IDEM_SQL_H

#include "im/site/idem.h"

/* The answer, unless it is too old: 1 or 0. */
int idem_sql_get(struct db *db, struct arena *a, const struct idem *key,
    struct idem *out, struct error *err);
int idem_sql_forget_old(struct db *db, const struct idem *key,
    struct error *err);
/* 1 inserted, 0 there is one. */
int idem_sql_insert(struct db *db, const struct idem *i, struct error *err);
int idem_sql_keep(struct db *db, const struct idem *i, struct error *err);

int idem_sql_note(struct db *db, const struct idem *rows, size_t n,
    struct error *err);

#endif
