/* away_sql: the statements of im/conv/away. */
#ifndef IM_AWAY_SQL_H
#define IM_AWAY_SQL_H

#include "im/conv/away.h"

int away_sql_put(struct db *db, const struct away *rows, size_t n,
    struct error *err);

#endif
