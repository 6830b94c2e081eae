/* message_react: reacting to messages; see reaction.h. */
#ifndef IM_MESSAGE_REACT_H
#define IM_MESSAGE_REACT_H

#include "im/conv/act.h"
#include "im/conv/reaction.h"

extern const struct db_stmt *const message_react_statements[];

/* body: that of the control entry, for the emoji as the message has it.  GONE
 * if the message was recalled and on; CONFLICT above REACTION_KINDS_MAX. */
int message_react(struct db *db, struct arena *a, const struct act_by *by,
    struct str emoji, bool on,
    struct str (*body)(struct arena *a, struct str emoji, bool on),
    struct act_result *out, struct error *err);

#endif
