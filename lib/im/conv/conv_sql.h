/* conv_sql: the statements of im/conv/conv. */
#ifndef IM_CONV_SQL_H
#define IM_CONV_SQL_H

#include "im/conv/conv.h"

/* ids: db_list(), ascending; conv_sql_lock() takes one. */
int conv_sql_load(struct db *db, struct arena *a, struct str ids,
    struct conv **out, size_t *n_out, struct error *err);
int conv_sql_lock(struct db *db, struct arena *a, int64_t id, struct conv **out,
    size_t *n_out, struct error *err);
int conv_sql_lock_free(struct db *db, struct arena *a, struct str ids,
    struct conv **out, size_t *n_out, struct error *err);

int conv_sql_insert(struct db *db, const struct conv *c, struct error *err);
int conv_sql_put_settings(struct db *db, const struct conv *c,
    struct error *err);
int conv_sql_touch(struct db *db, const struct conv *c, struct error *err);

int conv_sql_page(struct db *db, struct arena *a, int64_t app_id, int64_t kind,
    int64_t after_id, int64_t limit, struct conv **out, size_t *n_out,
    struct error *err);

#endif
