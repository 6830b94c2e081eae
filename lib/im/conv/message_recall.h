/*
 * message_recall: takes a message back, for everybody.
 *
 * The entry stays in the log, with who recalled it.  Its content is deleted in
 * the same transaction, with what else shows it: former versions, reactions,
 * the pin.  It no longer counts as unread or as a mention (entry_away), while
 * the ordinals of the log stay.
 */
#ifndef IM_MESSAGE_RECALL_H
#define IM_MESSAGE_RECALL_H

#include "im/conv/act.h"

extern const struct db_stmt *const message_recall_statements[];

/* A second time it is done already.  FORBIDDEN: see right_recall(). */
int message_recall(struct db *db, struct arena *a, const struct act_by *by,
    struct act_result *out, struct error *err);

#endif
