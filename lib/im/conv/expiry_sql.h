/* expiry_sql: the statements of im/conv/expiry. */
#ifndef IM_EXPIRY_SQL_H
#define IM_EXPIRY_SQL_H

#include "im/conv/expiry.h"

struct expiry {
	int64_t conv_id, conv_index, expires_ms, is_unread;
};

int expiry_sql_put(struct db *db, const struct expiry *rows, size_t n,
    struct error *err);
int expiry_sql_due(struct db *db, struct arena *a, int64_t limit,
    struct expired **out, size_t *n_out, struct error *err);
/* Writes state, flags and version, and deletes the body. */
/* matched_out 0: it is archived. */
int expiry_sql_put_gone(struct db *db, const struct entry *e,
    int64_t *matched_out, struct error *err);
int expiry_sql_drop(struct db *db, const struct expired *x, struct error *err);

#endif
