/* inbox_sql: the statements of im/user/inbox. */
#ifndef IM_INBOX_SQL_H
#define IM_INBOX_SQL_H

#include "im/user/inbox.h"

int inbox_sql_lock(struct db *db, struct arena *a, int64_t id,
    struct inbox_seq **out, size_t *n_out, struct error *err);
/* users: db_list(), ascending. */
int inbox_sql_lock_free(struct db *db, struct arena *a, struct str users,
    struct inbox_seq **out, size_t *n_out, struct error *err);
int inbox_sql_get(struct db *db, struct arena *a, struct str users,
    struct inbox_seq **out, size_t *n_out, struct error *err);
int inbox_sql_ack_lock(struct db *db, struct arena *a, int64_t user_id,
    struct inbox_ack *out, struct error *err);
int inbox_sql_acks_lock_free(struct db *db, struct arena *a,
    const int64_t *users, size_t n, struct inbox_ack **out, size_t *n_out,
    struct error *err);
int inbox_sql_acks_put(struct db *db, const struct inbox_ack *rows, size_t n,
    struct error *err);
int inbox_sql_create(struct db *db, const struct inbox_seq *seqs, size_t n,
    struct error *err);

int inbox_sql_insert(struct db *db, const struct inbox_row *rows, size_t n,
    struct error *err);
int inbox_sql_insert_arg(struct db *db, const struct inbox_row *row,
    struct error *err);
int inbox_sql_raise(struct db *db, const struct inbox_seq *seqs, size_t n,
    struct error *err);
int inbox_sql_after(struct db *db, struct arena *a, int64_t user_id,
    int64_t after, int64_t limit, struct inbox_row **out, size_t *n_out,
    struct error *err);

#endif
