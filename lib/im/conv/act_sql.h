/* act_sql: the statements that all acts share. */
#ifndef IM_ACT_SQL_H
#define IM_ACT_SQL_H

#include "im/conv/act.h"

int act_sql_put_target(struct db *db, const struct entry *e, struct error *err);
int act_sql_put_body(struct db *db, const struct entry *e, struct error *err);

#endif
