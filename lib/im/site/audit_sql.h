/* audit_sql: the statement of im/site/audit. */
#ifndef IM_AUDIT_SQL_H
#define IM_AUDIT_SQL_H

#include "im/site/audit.h"

int audit_sql_insert(struct db *db, const struct audit *row, struct error *err);

#endif
