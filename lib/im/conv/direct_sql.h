/* direct_sql: the statements of im/conv/direct. */
#ifndef IM_DIRECT_SQL_H
#define IM_DIRECT_SQL_H

#include "im/conv/direct.h"

/* 1 found, 0 none. */
int direct_sql_find(struct db *db, struct arena *a, int64_t low, int64_t high,
    int64_t *conv_id_out, struct error *err);
int direct_sql_insert(struct db *db, int64_t low, int64_t high, int64_t conv_id,
    struct error *err);

#endif
