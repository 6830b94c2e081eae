/* Typing: uses memcached and the bus, and the database only on a cache miss. */
#include "conversation.h"

#include <inttypes.h>

#include "args.h"
#include "base/ids.h"
#include "io/db_clock.h"
#include "service.h"
#include "view/publish.h"

#define TYPING_EVERY_S 3 /* one start per user and conversation */

enum typing_state { TYPING_START = 1, TYPING_STOP };
#define TYPING_STATES     "start|stop"
#define TYPING_ACTIVITIES "text|voice|file"

struct typing_args {
	int64_t conv_id, state, activity;
};

static const struct web_arg typing_args[] = { ARG_CONV_ID(struct typing_args),
	ARG(WEB_BODY, WEB_ENUM, "state", struct typing_args, state,
	    .set = TYPING_STATES, .flags = WEB_REQUIRED,
	    .text = "Whether it begins or ends."),
	ARG(WEB_BODY, WEB_ENUM, "type", struct typing_args, activity,
	    .set = TYPING_ACTIVITIES, .def = 1, .text = "What is being made."),
	WEB_ARGS_END };

static int is_typist(struct web_request *rq, int64_t conv_id, struct error *err)
{
	struct service *s = service_of(rq);
	struct conv c;
	struct member me;
	int64_t *ids;
	bool is_pull;
	size_t n;

	if (member_ids(s->db, s->cache, rq->arena, conv_id, &ids, &n, &is_pull,
		err) < 0)
		return -1;
	if (ids_find(ids, n, rq->caller.user_id) >= 0)
		return 0;
	/* The cached list may be stale. */
	return member_get(s->db, rq->arena, rq->caller.app_id, conv_id,
	    rq->caller.user_id, &c, &me, err);
}

/* Forwards at most one start in TYPING_EVERY_S, and every stop. */
static bool is_throttled(struct web_request *rq, const struct typing_args *in)
{
	struct str key;

	if (in->state != TYPING_START)
		return false;
	key = arena_printf(rq->arena, "t:%" PRId64 ":%" PRId64, in->conv_id,
	    rq->caller.user_id);
	return cache_count(service_of(rq)->cache, key, 1, TYPING_EVERY_S) > 1;
}

static int conversation_typing(struct web_request *rq, struct error *err)
{
	const struct typing_args *in = rq->args;
	const struct publisher p = service_publisher(rq);

	if (is_typist(rq, in->conv_id, err) < 0)
		return -1;
	web_no_content(rq);
	if (!is_throttled(rq, in))
		publish_typing(&p, db_clock_ms(p.db), in->conv_id,
		    rq->caller.user_id, str_word(TYPING_STATES, in->state),
		    str_word(TYPING_ACTIVITIES, in->activity));
	return 0;
}

const struct web_route conversation_typing_routes[] = {
	{
	    .method = "POST",
	    .path = "/v1/conversations/{id}/typing",
	    .name = "conversation.typing",
	    .summary = "I am typing.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT | WEB_BY_PATH_ID,
	    .args = typing_args,
	    .args_size = sizeof(struct typing_args),
	    .handle = conversation_typing,
	},
	WEB_ROUTES_END,
};
