/* burn_sql: the statements of im/conv/burn. */
#ifndef IM_BURN_SQL_H
#define IM_BURN_SQL_H

#include "im/conv/burn.h"

/* Others' messages up to the mark that have not been read yet. */
int burn_sql_waiting(struct db *db, struct arena *a, const struct mark *m,
    struct burning **out, size_t *n_out, struct error *err);
int burn_sql_put_entry(struct db *db, const struct burning *rows, size_t n,
    struct error *err);
int burn_sql_put_expiry(struct db *db, const struct burning *rows, size_t n,
    struct error *err);

#endif
