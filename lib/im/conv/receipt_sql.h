/* receipt_sql: the statements of im/conv/receipt. */
#ifndef IM_RECEIPT_SQL_H
#define IM_RECEIPT_SQL_H

#include "im/conv/receipt.h"

int receipt_sql_read(struct db *db, struct arena *a,
    const struct receipt_query *q, struct receipt **out, size_t *n_out,
    struct error *err);
int receipt_sql_delivered(struct db *db, struct arena *a,
    const struct receipt_query *q, struct receipt **out, size_t *n_out,
    struct error *err);
int receipt_sql_unread(struct db *db, struct arena *a,
    const struct receipt_query *q, struct receipt **out, size_t *n_out,
    struct error *err);
int receipt_sql_count(struct db *db, struct arena *a,
    const struct receipt_query *q, struct receipt_counts *out,
    struct error *err);

#endif
