/* message_react: reacting to messages; see reaction.h. */
#ifndef IM_MESSAGE_REACT_H
#define IM_MESSAGE_REACT_H

#include "im/conv/act.h"
#include "im/conv/reaction.h"

extern const struct db_stmt *const message_react_statements[];

/* body: of the control entry.  GONE if the message was recalled and on;
 * CONFLICT above REACTION_KINDS_MAX. */
int message_react(struct db *db, struct arena *a, const struct act_by *by,
    struct str emoji, bool on, struct str body, struct act_result *out,
    struct error *err);

#endif
