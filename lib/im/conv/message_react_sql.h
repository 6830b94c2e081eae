/* message_react_sql: the statements of im/conv/message_react. */
#ifndef IM_MESSAGE_REACT_SQL_H
#define IM_MESSAGE_REACT_SQL_H

#include "im/conv/message_react.h"

/* Is this one there?  1 or 0. */
int message_react_sql_has(struct db *db, struct arena *a,
    const struct reaction *r, struct error *err);
/* One of anybody, with this emoji or any: 1 or 0. */
int message_react_sql_has_kind(struct db *db, struct arena *a,
    const struct reaction *r, struct error *err);
int message_react_sql_has_any(struct db *db, struct arena *a,
    const struct reaction *r, struct error *err);
int message_react_sql_kinds(struct db *db, struct arena *a,
    const struct reaction *r, int64_t *kinds_out, struct error *err);
int message_react_sql_put(struct db *db, const struct reaction *r,
    struct error *err);
int message_react_sql_drop(struct db *db, const struct reaction *r,
    struct error *err);

#endif
