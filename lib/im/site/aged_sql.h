/* aged_sql: the statements of im/site/aged. */
#ifndef IM_SITE_AGED_SQL_H
#define IM_SITE_AGED_SQL_H

#include "im/site/aged.h"

int site_aged_sql_answers(struct db *db, int64_t limit, int64_t *n_out,
    struct error *err);
int site_aged_sql_audit(struct db *db, int64_t before_id, int64_t limit,
    int64_t *n_out, struct error *err);
int site_aged_sql_app_log(struct db *db, int64_t app_id, int64_t before_seq,
    int64_t limit, int64_t *n_out, struct error *err);
int site_aged_sql_apps(struct db *db, struct arena *a, int64_t after,
    int64_t limit, struct db_id **out, size_t *n_out, struct error *err);

#endif
