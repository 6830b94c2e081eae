#include "conversation.h"
#include "im/site/generation.h"
#include "io/bus_wake.h"
#include "service.h"

struct change {
	struct web_request *rq;
	struct conv conv;
};

static void tell(void *arg)
{
	struct change *c = arg;
	struct service *s = service_of(c->rq);

	bus_wake("fanout");
	member_ids_refresh(s->db, s->cache, c->rq->arena, &c->conv);
}

void conversation_changed(struct web_request *rq, const struct conv *conv)
{
	struct change *c = ARENA_NEW(rq->arena, struct change);

	*c = (struct change){ rq, *conv };
	db_after_commit(service_of(rq)->db, rq->arena, tell, c);
}

int conversation_failed(struct web_request *rq, const struct error *err)
{
	struct service *s = service_of(rq);

	if (err->code == ERR_UNCERTAIN)
		generation_doubt(s->db, s->cache);
	return -1;
}
