#include "message_act.h"

#include "im/conv/history.h"
#include "io/bus_wake.h"
#include "service.h"
#include "view/shown.h"
#include "view/view.h"

struct act_by message_act_by(const struct web_request *rq, int64_t msg_id)
{
	return (struct act_by){
		.app_id = rq->caller.app_id,
		.user_id = rq->caller.user_id,
		.msg_id = msg_id,
	};
}

int message_act_get(struct web_request *rq, int64_t msg_id, struct entry *out,
    struct reader *reader_out, struct error *err)
{
	if (history_read(service_of(rq)->db, rq->arena, rq->caller.app_id,
		rq->caller.user_id, msg_id, out, reader_out, err) < 0)
		return -1;
	if (out->kind != ENTRY_MESSAGE)
		return err_set(err, ERR_NOT_FOUND, "no such message");
	return 0;
}

static void wake(void *arg)
{
	(void)arg;
	bus_wake("fanout");
}

void message_act_done(struct web_request *rq, const struct act_result *r)
{
	if (r->changed)
		db_after_commit(service_of(rq)->db, rq->arena, wake, NULL);
}

int message_act_answer(struct web_request *rq, struct act_result *r,
    struct error *err)
{
	const struct shown_for to = { .user_id = rq->caller.user_id,
		.hides = r->hides };

	message_act_done(rq, r);
	if (shown_load(service_of(rq)->db, rq->arena, &to, &r->target, 1, err) <
	    0)
		return -1;
	view_entry(rq->out, &r->target, r->floor);
	return 0;
}
