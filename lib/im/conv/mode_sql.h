/* mode_sql: the statements of im/conv/mode. */
#ifndef IM_MODE_SQL_H
#define IM_MODE_SQL_H

#include "im/conv/conv.h"

/* c, locked, is in c->mode behind c->last_index. */
int mode_sql_put(struct db *db, const struct conv *c, struct error *err);
/* Marks it for fan-out, which has the chat rows to turn. */
int mode_sql_mark(struct db *db, const struct conv *c, struct error *err);
/* Writes forced_mode, which was another. */
int mode_sql_force(struct db *db, const struct conv *c, int64_t was,
    struct error *err);
int mode_sql_shed(struct db *db, struct arena *a, int64_t before_ms,
    int64_t max, int64_t **ids_out, size_t *n_out, struct error *err);

#endif
