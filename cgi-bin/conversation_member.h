/* conversation_member: the handlers that change who belongs. */
#ifndef CGI_CONVERSATION_MEMBER_H
#define CGI_CONVERSATION_MEMBER_H

#include "im/conv/group.h"
#include "web/web.h"

struct add_args {
	int64_t conv_id;
	struct web_ids user_ids;
};

struct remove_args {
	int64_t conv_id, user_id;
};

struct leave_args {
	int64_t conv_id, owner;
};

int conversation_add(struct web_request *rq, struct error *err);
int conversation_remove(struct web_request *rq, struct error *err);
int conversation_leave(struct web_request *rq, struct error *err);

/* The caller, for the functions of im/group. */
struct group_actor conversation_actor(struct web_request *rq);

#endif
