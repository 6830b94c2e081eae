#include "conversation_mark.h"

#include <inttypes.h>

#include "base/ids.h"
#include "im/user/chat.h"
#include "im/user/inbox.h"
#include "im/user/mark.h"
#include "im/conv/member.h"
#include "service.h"
#include "service_publish.h"
#include "view/view.h"

static int check_member(struct web_request *rq, int64_t conv_id,
    struct error *err)
{
	struct conv c;
	struct member me;

	return member_get(service_of(rq)->db, rq->arena, rq->caller.app_id,
	    conv_id, rq->caller.user_id, &c, &me, err);
}

int conversation_read(struct web_request *rq, struct error *err)
{
	const struct mark_args *in = rq->args;
	struct service *s = service_of(rq);
	struct json_writer *w = rq->out;
	struct mark_result r;
	struct inbox_seq seq;
	struct chat *chats;
	int64_t total;
	size_t n;

	if (check_member(rq, in->conv_id, err) < 0 ||
	    mark_read(s->db, rq->arena, in->conv_id, rq->caller.user_id,
		in->conv_index, &r, err) < 0)
		return -1;
	publish_mark(rq, &r);
	if (chat_load(s->db, rq->arena, rq->caller.user_id, &in->conv_id, 1,
		&chats, &n, err) < 0 ||
	    inbox_seq_get(s->db, rq->arena, rq->caller.user_id, &seq, err) <
		0 ||
	    inbox_total_unread(s->db, s->cache, rq->arena, rq->caller.user_id,
		seq.last_index, &total, err) < 0)
		return -1;
	json_begin(w);
	json_put_int(w, "read_index", r.mark.read_index);
	json_put_int(w, "delivered_index", r.mark.delivered_index);
	json_put_int(w, "unread", n > 0 ? chats->unread : 0);
	json_put_int(w, "mentions", n > 0 ? chats->mentions : 0);
	json_put_int(w, "total_unread", total);
	json_end(w);
	return 0;
}

int conversation_delivered(struct web_request *rq, struct error *err)
{
	const struct mark_args *in = rq->args;
	struct mark_result r;

	if (check_member(rq, in->conv_id, err) < 0 ||
	    mark_delivered(service_of(rq)->db, rq->arena, in->conv_id,
		rq->caller.user_id, in->conv_index, &r, err) < 0)
		return -1;
	publish_mark(rq, &r);
	json_begin(rq->out);
	json_put_int(rq->out, "delivered_index", r.mark.delivered_index);
	json_end(rq->out);
	return 0;
}

/* ---- typing: cache and bus alone, the database only when they miss ---- */

static int is_typist(struct web_request *rq, int64_t conv_id, struct error *err)
{
	struct service *s = service_of(rq);
	int64_t *ids;
	size_t n;

	if (member_ids(s->db, s->cache, rq->arena, conv_id, &ids, &n, err) < 0)
		return -1;
	if (ids_find(ids, n, rq->caller.user_id) >= 0)
		return 0;
	/* The list may be older than a change. */
	return check_member(rq, conv_id, err);
}

/* At most one start in TYPING_EVERY_S is passed on; a stop always is. */
static bool is_throttled(struct web_request *rq, const struct typing_args *in)
{
	enum { START = 1 };
	struct str key;

	if (in->state != START)
		return false;
	key = arena_printf(rq->arena, "t:%" PRId64 ":%" PRId64, in->conv_id,
	    rq->caller.user_id);
	return cache_count(service_of(rq)->cache, key, 1, TYPING_EVERY_S) > 1;
}

int conversation_typing(struct web_request *rq, struct error *err)
{
	static const char *const states[] = { NULL, "start", "stop" };
	static const char *const types[] = { "text", "text", "voice", "file" };
	const struct typing_args *in = rq->args;
	struct json_writer w;
	struct buf b;

	if (is_typist(rq, in->conv_id, err) < 0)
		return -1;
	web_no_content(rq);
	if (is_throttled(rq, in))
		return 0;
	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin_members(&w);
	event_typing(&w, rq->received_ms, in->conv_id, rq->caller.user_id,
	    states[in->state], types[in->type]);
	json_end_members(&w);
	publish_to_others(rq, in->conv_id, rq->caller.user_id, buf_view(&b));
	buf_release(&b);
	return 0;
}
