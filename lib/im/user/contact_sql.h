/* contact_sql: the statements of im/user/contact. */
#ifndef IM_CONTACT_SQL_H
#define IM_CONTACT_SQL_H

#include "im/user/contact.h"

/* 1 found, 0 none. */
int contact_sql_get(struct db *db, struct arena *a, int64_t user_id,
    int64_t other_id, struct contact *out, struct error *err);
int contact_sql_put(struct db *db, const struct contact *c, struct error *err);
int contact_sql_delete(struct db *db, const struct contact *c,
    struct error *err);
int contact_sql_count(struct db *db, struct arena *a, int64_t user_id,
    int64_t *n_out, struct error *err);
int contact_sql_of(struct db *db, struct arena *a, struct str users,
    int64_t other_id, struct db_id **out, size_t *n_out, struct error *err);
int contact_sql_list(struct db *db, struct arena *a, int64_t user_id,
    int64_t state, int64_t after_id, int64_t limit, struct contact **out,
    size_t *n_out, struct error *err);

#endif
