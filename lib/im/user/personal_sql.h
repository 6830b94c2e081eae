/* personal_sql: the statements of im/user/personal. */
#ifndef IM_PERSONAL_SQL_H
#define IM_PERSONAL_SQL_H

#include "im/user/personal.h"

int personal_sql_load(struct db *db, struct arena *a, int64_t user_id,
    struct str conv_ids, struct personal **out, size_t *n_out,
    struct error *err);
/* 1 found, 0 none. */
int personal_sql_get(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, struct personal *out, struct error *err);
int personal_sql_hidden(struct db *db, struct arena *a, int64_t user_id,
    struct str places, struct unseen **out, size_t *n_out, struct error *err);
int personal_sql_hidden_range(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, int64_t lo, int64_t hi, struct unseen **out, size_t *n_out,
    struct error *err);
int personal_sql_unseen(struct db *db, struct arena *a, struct str places,
    struct unseen **out, size_t *n_out, struct error *err);
int personal_sql_counts(struct db *db, struct arena *a, int64_t user_id,
    struct str spans, struct personal_count **out, size_t *n_out,
    struct error *err);

/* 1 inserted, 0 it was there. */
int personal_sql_hide(struct db *db, const struct hidden *h, struct error *err);
int personal_sql_put(struct db *db, const struct personal *p,
    struct error *err);
int personal_sql_flag(struct db *db, int64_t user_id, struct error *err);

#endif
