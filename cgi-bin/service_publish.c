#include "service_publish.h"

#include "base/clock.h"
#include "im/user/chat.h"
#include "im/conv/member.h"
#include "io/bus.h"
#include "service.h"
#include "view/view.h"

void publish_to_user(struct web_request *rq, int64_t user_id,
    int64_t user_index, struct str members)
{
	struct bus_to to = { user_id, user_index };
	struct bus_frame f = { BUS_EVENT, &to, 1, members };

	bus_publish(service_of(rq)->bus, rq->arena, &f);
}

void publish_to_others(struct web_request *rq, int64_t conv_id,
    int64_t but_user_id, struct str members)
{
	struct service *s = service_of(rq);
	struct bus_frame f = { BUS_EVENT, NULL, 0, members };
	struct error ignored;
	struct bus_to *to;
	int64_t *ids;
	size_t n, i;

	if (member_ids(s->db, s->cache, rq->arena, conv_id, &ids, &n,
		&ignored) != 0)
		return;
	to = ARENA_ARRAY(rq->arena, n, struct bus_to);
	for (i = 0; i < n; i++)
		if (ids[i] != but_user_id)
			to[f.n_to++] = (struct bus_to){ ids[i], 0 };
	f.to = to;
	if (f.n_to > 0)
		bus_publish(s->bus, rq->arena, &f);
}

static void publish_chat(struct web_request *rq, const struct inbox_row *row)
{
	struct service *s = service_of(rq);
	struct json_writer w;
	struct error ignored;
	struct chat *chats;
	struct buf b;
	size_t n;

	if (row->user_index == 0 ||
	    chat_load(s->db, rq->arena, row->user_id, &row->conv_id, 1, &chats,
		&n, &ignored) != 0 ||
	    n == 0)
		return;
	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin_members(&w);
	event_chat(&w, row->at_ms, chats);
	json_end_members(&w);
	publish_to_user(rq, row->user_id, row->user_index, buf_view(&b));
	buf_release(&b);
}

static void publish_index(struct web_request *rq, const char *type,
    const struct mark *m, int64_t index)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin_members(&w);
	event_mark(&w, type, clock_now_ms(), m->conv_id, m->user_id, index);
	json_end_members(&w);
	publish_to_others(rq, m->conv_id, m->user_id, buf_view(&b));
	buf_release(&b);
}

void publish_delivered(struct web_request *rq, const struct mark *m)
{
	publish_index(rq, "delivered", m, m->delivered_index);
}

void publish_mark(struct web_request *rq, const struct mark_result *r)
{
	if (r->read_moved) {
		publish_chat(rq, &r->event);
		publish_index(rq, "read", &r->mark, r->mark.read_index);
	} else if (r->delivered_moved) {
		publish_delivered(rq, &r->mark);
	}
}
