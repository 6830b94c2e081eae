/* parked_sql: the statements of im/consumer/parked. */
#ifndef IM_PARKED_SQL_H
#define IM_PARKED_SQL_H

#include "im/consumer/parked.h"

int parked_sql_put(struct db *db, const struct parked *p, int64_t *matched_out,
    struct error *err);
int parked_sql_list(struct db *db, struct arena *a, const struct parked *after,
    int64_t limit, struct parked **out, size_t *n_out, struct error *err);
int parked_sql_requeue(struct db *db, const struct parked *rows, size_t n,
    int64_t *matched_out, struct error *err);

/* 1 it is parked, and locked with its cursor. */
int parked_sql_hold(struct db *db, struct arena *a, struct parked_drop *d,
    struct error *err);
int parked_sql_move(struct db *db, const struct parked_drop *d,
    struct error *err);
/* Removes the mark of work if nothing is left. */
int parked_sql_clean(struct db *db, const struct parked_drop *d,
    struct error *err);

#endif
