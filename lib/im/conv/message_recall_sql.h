/* message_recall_sql: the statements of im/conv/message_recall. */
#ifndef IM_MESSAGE_RECALL_SQL_H
#define IM_MESSAGE_RECALL_SQL_H

#include "im/conv/message_recall.h"

int message_recall_sql_away(struct db *db, const struct entry *e,
    bool countable, struct error *err);
int message_recall_sql_versions(struct db *db, const struct entry *e,
    struct error *err);
int message_recall_sql_reactions(struct db *db, const struct entry *e,
    struct error *err);
int message_recall_sql_pin(struct db *db, const struct entry *e,
    struct error *err);

#endif
