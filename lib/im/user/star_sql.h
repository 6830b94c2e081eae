/* star_sql: the statements of im/user/star. */
#ifndef IM_STAR_SQL_H
#define IM_STAR_SQL_H

#include "im/user/star.h"

/* 1 changed, 0 it was so. */
int star_sql_insert(struct db *db, const struct star *s, struct error *err);
int star_sql_delete(struct db *db, const struct star *s, struct error *err);
int star_sql_list(struct db *db, struct arena *a, int64_t user_id,
    const struct star_place *after, int64_t limit, struct star **out,
    size_t *n_out, struct error *err);

#endif
