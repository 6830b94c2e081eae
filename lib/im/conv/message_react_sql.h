/* message_react_sql: the statements of im/conv/message_react. */
#ifndef IM_MESSAGE_REACT_SQL_H
#define IM_MESSAGE_REACT_SQL_H

#include "im/conv/message_react.h"

/* Is this one there?  1 or 0. */
int message_react_sql_has(struct db *db, struct arena *a,
    const struct reaction *r, struct error *err);
/* One of anybody, with any emoji: 1 or 0. */
int message_react_sql_has_any(struct db *db, struct arena *a,
    const struct reaction *r, struct error *err);
int message_react_sql_put(struct db *db, const struct reaction *r,
    struct error *err);
int message_react_sql_drop(struct db *db, const struct reaction *r,
    struct error *err);

#endif
