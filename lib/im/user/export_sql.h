/* export_sql: the statements of im/user/export. */
#ifndef IM_EXPORT_SQL_H
#define IM_EXPORT_SQL_H

#include <stdbool.h>

#include "im/user/export.h"

/* A running one, due now; nothing if the subject has one. */
int export_sql_insert(struct db *db, const struct export *e, struct error *err);
/* The running one, or the one that has ended: 1 found, 0 none. */
int export_sql_find(struct db *db, struct arena *a, int64_t app_id,
    int64_t user_id, int64_t conv_id, bool running, struct export *out,
    struct error *err);
/* Those of the same subject that have ended are gone. */
int export_sql_replace(struct db *db, const struct export *e,
    struct error *err);
int export_sql_list(struct db *db, struct arena *a, int64_t app_id,
    int64_t after_id, int64_t limit, struct export **out, size_t *n_out,
    struct error *err);
int export_sql_drop(struct db *db, int64_t app_id, int64_t user_id,
    int64_t *n_out, struct error *err);

int export_sql_due(struct db *db, struct arena *a, int64_t limit,
    struct export **out, size_t *n_out, struct error *err);
int export_sql_keep(struct db *db, const struct export *e, int64_t wait_ms,
    int64_t *n_out, struct error *err);
int export_sql_end(struct db *db, const struct export *e, int64_t wait_ms,
    int64_t *n_out, struct error *err);
/* It stays, without a file. */
int export_sql_rest(struct db *db, const struct export *e, struct error *err);
int export_sql_delete(struct db *db, const struct export *e, struct error *err);

#endif
