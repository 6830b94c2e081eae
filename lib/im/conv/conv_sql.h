/* conv_sql: the statements of im/conv. */
#ifndef IM_CONV_SQL_H
#define IM_CONV_SQL_H

#include "im/conv/conv.h"

/* ids: db_list(), ascending. */
int conv_sql_load(struct db *db, struct arena *a, struct str ids,
    struct conv **out, size_t *n_out, struct error *err);
int conv_sql_lock(struct db *db, struct arena *a, struct str ids,
    struct conv **out, size_t *n_out, struct error *err);
int conv_sql_direct(struct db *db, struct arena *a, int64_t low, int64_t high,
    int64_t *conv_id_out, struct error *err);
int conv_sql_direct_insert(struct db *db, int64_t low, int64_t high,
    int64_t conv_id, struct error *err);

#endif
