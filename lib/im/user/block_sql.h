/* block_sql: the statements of im/user/block. */
#ifndef IM_BLOCK_SQL_H
#define IM_BLOCK_SQL_H

#include "im/user/block.h"

int block_sql_has(struct db *db, struct arena *a, int64_t user_id,
    int64_t blocked_id, struct error *err);
/* users: db_list().  In no order. */
int block_sql_by(struct db *db, struct arena *a, struct str users,
    int64_t blocked_id, struct db_id **out, size_t *n_out, struct error *err);
int block_sql_list(struct db *db, struct arena *a, int64_t user_id,
    int64_t after_id, int64_t limit, struct block **out, size_t *n_out,
    struct error *err);
int block_sql_count(struct db *db, struct arena *a, int64_t user_id,
    int64_t *n_out, struct error *err);
/* 1 changed, 0 not. */
int block_sql_insert(struct db *db, const struct block *b, struct error *err);
int block_sql_delete(struct db *db, const struct block *b, struct error *err);

#endif
