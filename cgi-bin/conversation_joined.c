#include "conversation.h"
#include "io/json_writer.h"
#include "service.h"
#include "view/convset.h"

int conversation_joined(struct web_request *rq, int64_t conv_id,
    enum group_joined joined, struct error *err)
{
	struct service *s = service_of(rq);
	struct json_writer *w = rq->out;
	struct convset set;

	if (joined == GROUP_ASKED) {
		web_accepted(rq);
		json_begin(w);
		json_put_id(w, "conv_id", conv_id);
		json_put_cstr(w, "state", "requested");
		json_end(w);
		return 0;
	}
	if (convset_load(&set, s->db, s->cache, rq->arena, rq->caller.user_id,
		&conv_id, 1, err) < 0)
		return -1;
	/* They may be out again by now. */
	if (convset_role(&set, conv_id) == 0)
		return err_set(err, ERR_NOT_FOUND, "no such conversation");
	web_etag(rq, convset_conv(&set, conv_id)->version);
	convset_write(&set, rq->out, conv_id, NULL);
	return 0;
}

int conversation_group(struct web_request *rq, int64_t conv_id,
    struct conv *conv_out, struct member *me_out, struct error *err)
{
	if (member_get(service_of(rq)->db, rq->arena, rq->caller.app_id,
		conv_id, rq->caller.user_id, conv_out, me_out, err) < 0)
		return -1;
	if (conv_has_fixed_members(conv_out))
		return err_set(err, ERR_CONFLICT,
		    "this kind of conversation has fixed members");
	return 0;
}

int conversation_user(struct web_request *rq, int64_t user_id,
    struct error *err)
{
	struct service *s = service_of(rq);
	struct user u;
	int found = user_find(s->db, s->cache, rq->arena, rq->caller.app_id,
	    user_id, &u, err);

	return found > 0 ? u.disabled_ms == 0 : found;
}
