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

#endif
