/* ledger_sql: the statements of im/push/ledger. */
#ifndef IM_LEDGER_SQL_H
#define IM_LEDGER_SQL_H

#include "im/push/ledger.h"

int ledger_sql_put(struct db *db, const struct ledger *rows, size_t n,
    struct error *err);
int ledger_sql_add_attempts(struct db *db, const struct ledger_attempt *rows,
    size_t n, struct error *err);
int ledger_sql_count(struct db *db, int64_t user_id, int64_t *n_out,
    struct error *err);
int ledger_sql_drop_oldest(struct db *db, struct arena *a, int64_t user_id,
    int64_t limit, struct error *err);

int ledger_sql_list(struct db *db, struct arena *a,
    const struct ledger_query *q, struct ledger **out, size_t *n_out,
    struct error *err);
/* places: db_pairs() of user_id and ledger_id. */
int ledger_sql_attempts(struct db *db, struct arena *a, struct str places,
    struct ledger_attempt **out, size_t *n_out, struct error *err);

/* Only their keys are filled. */
int ledger_sql_old(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, struct ledger **out, size_t *n_out,
    struct error *err);
/* With their attempts. */
int ledger_sql_drop(struct db *db, const struct ledger *rows, size_t n,
    int64_t *n_out, struct error *err);

#endif
