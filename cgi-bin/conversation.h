/* conversation: the groups of routes of the conversation service. */
#ifndef CGI_CONVERSATION_H
#define CGI_CONVERSATION_H

#include "im/conv/group.h"
#include "web/web.h"

extern const struct web_route conversation_create_routes[];
extern const struct web_route conversation_read_routes[];
extern const struct web_route conversation_member_routes[];
extern const struct web_route conversation_mark_routes[];
extern const struct web_route conversation_typing_routes[];
extern const struct web_route conversation_manage_routes[];

/* The caller, for im/group: in conversation_actor.c. */
struct group_actor conversation_actor(struct web_request *rq);

#endif
