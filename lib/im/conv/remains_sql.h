/* remains_sql: the statements of im/conv/remains. */
#ifndef IM_REMAINS_SQL_H
#define IM_REMAINS_SQL_H

#include "im/conv/remains.h"

/* Where the conversation is on legal hold. */
int remains_sql_keep_body(struct db *db, const struct entry *e,
    struct error *err);
int remains_sql_keep_versions(struct db *db, const struct entry *e,
    struct error *err);
int remains_sql_drop_versions(struct db *db, const struct entry *e,
    struct error *err);
int remains_sql_drop_reactions(struct db *db, const struct entry *e,
    struct error *err);
int remains_sql_drop_pin(struct db *db, const struct entry *e,
    struct error *err);

#endif
