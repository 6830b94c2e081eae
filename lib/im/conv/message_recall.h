/*
 * message_recall: takes a message back, for everybody.
 *
 * The entry stays in the log, with who recalled it.  Its content is deleted in
 * the same transaction, with what else shows it (remains.h).  It no longer
 * counts as unread or as a mention (away.h).
 */
#ifndef IM_MESSAGE_RECALL_H
#define IM_MESSAGE_RECALL_H

#include "im/conv/act.h"

/* A second time it is done already.  FORBIDDEN: see right_recall(). */
int message_recall(struct db *db, struct arena *a, const struct act_by *by,
    struct act_result *out, struct error *err);

#endif
