/* act_sql: the statements that all acts share. */
#ifndef IM_ACT_SQL_H
#define IM_ACT_SQL_H

#include "im/conv/act.h"

/* matched_out 0: it is archived. */
int act_sql_put_target(struct db *db, const struct entry *e,
    int64_t *matched_out, struct error *err);
int act_sql_put_body(struct db *db, const struct entry *e, struct error *err);

#endif
