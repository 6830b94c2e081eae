/* generation_sql: the statements of im/site/generation. */
#ifndef IM_GENERATION_SQL_H
#define IM_GENERATION_SQL_H

#include "im/site/generation.h"

int generation_sql_read(struct db *db, int64_t *out, struct error *err);
int generation_sql_raise(struct db *db, struct error *err);

#endif
