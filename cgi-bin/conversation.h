/* conversation: the groups of routes of the conversation service. */
#ifndef CGI_CONVERSATION_H
#define CGI_CONVERSATION_H

#include "im/conv/group.h"
#include "web/web.h"

extern const struct web_route conversation_create_routes[];
extern const struct web_route conversation_read_routes[];
extern const struct web_route conversation_member_routes[];
extern const struct web_route conversation_setting_routes[];
extern const struct web_route conversation_role_routes[];
extern const struct web_route conversation_mark_routes[];
extern const struct web_route conversation_typing_routes[];

/* The caller, for im/group: in conversation_actor.c. */
struct group_actor conversation_actor(struct web_request *rq);

/* ---- conversation_changed.c ---- */

/* A change of a conversation is made, or about to be committed: fan-out is
 * woken, and the cached list of members is replaced. */
void conversation_changed(struct web_request *rq, const struct conv *conv);
/* Returns -1.  What conversation_changed() does is owed where nobody knows
 * whether it has changed. */
int conversation_failed(struct web_request *rq, const struct error *err);

#endif
