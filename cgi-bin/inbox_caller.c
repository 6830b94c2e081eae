#include "inbox.h"
#include "service.h"

static int expect_user(int found, struct error *err)
{
	if (found < 0)
		return -1;
	if (found == 0)
		return err_set(err, ERR_UNAUTHENTICATED, "no such user");
	return 0;
}

int inbox_caller_seq(struct web_request *rq, struct inbox_seq *out,
    struct error *err)
{
	int found = inbox_seq_get(service_of(rq)->db, rq->arena,
	    rq->caller.user_id, out, err);

	return expect_user(found, err);
}

int inbox_caller_user(struct web_request *rq, struct user *out,
    struct error *err)
{
	struct service *s = service_of(rq);
	int found = user_find(s->db, s->cache, rq->arena, rq->caller.app_id,
	    rq->caller.user_id, out, err);

	return expect_user(found, err);
}
