/* mode_sql: the statements of im/conv/mode. */
#ifndef IM_MODE_SQL_H
#define IM_MODE_SQL_H

#include "im/conv/conv.h"

/* c, locked, is in c->mode behind c->last_index. */
int mode_sql_put(struct db *db, const struct conv *c, struct error *err);

#endif
