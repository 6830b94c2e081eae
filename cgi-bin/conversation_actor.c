#include "conversation.h"
#include "view/view.h"

struct group_actor conversation_actor(struct web_request *rq)
{
	return (struct group_actor){
		.app_id = rq->caller.app_id,
		.user_id = rq->caller.user_id,
		.body = view_member_body,
	};
}

struct group_actor conversation_app_actor(struct web_request *rq)
{
	struct group_actor by = conversation_actor(rq);

	by.user_id = 0;
	return by;
}
