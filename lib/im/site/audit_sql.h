/* audit_sql: the statement of im/site/audit. */
#ifndef IM_AUDIT_SQL_H
#define IM_AUDIT_SQL_H

#include "im/site/audit.h"

int audit_sql_insert(struct db *db, const struct audit *row, struct error *err);

/* AUDIT_SCAN rows, whoever did what. */
int audit_sql_list(struct db *db, struct arena *a, const struct audit_query *q,
    struct audit **out, size_t *n_out, struct error *err);

#endif
