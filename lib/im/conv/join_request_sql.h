/* join_request_sql: the statements of im/conv/join_request. */
#ifndef IM_JOIN_REQUEST_SQL_H
#define IM_JOIN_REQUEST_SQL_H

#include "im/conv/join_request.h"

int join_request_sql_find(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, struct join_request *out, struct error *err);
int join_request_sql_list(struct db *db, struct arena *a, int64_t conv_id,
    int64_t after, int64_t limit, struct join_request **out, size_t *n_out,
    struct error *err);
int join_request_sql_put(struct db *db, const struct join_request *rows,
    size_t n, struct error *err);
int join_request_sql_drop(struct db *db, const struct join_request *rows,
    size_t n, struct error *err);
int join_request_sql_erase(struct db *db, int64_t user_id, int64_t limit,
    int64_t *n_out, struct error *err);

#endif
