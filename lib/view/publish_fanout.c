#include "base/log.h"
#include "view/publish.h"
#include "view/view.h"

/* What `added` events show of their conversations. */
static void load_convs(const struct publisher *p, const struct fanout *f,
    struct conv **convs, size_t *n)
{
	int64_t *ids = ARENA_ARRAY(p->a, f->n_events, int64_t);
	struct error err;
	size_t n_ids = 0;

	*n = 0;
	for (size_t i = 0; i < f->n_events; i++)
		if (f->events[i].action == INBOX_ADDED)
			ids[n_ids++] = f->events[i].conv->conv_id;
	if (n_ids && conv_load(p->db, p->a, ids, n_ids, convs, n, &err) < 0)
		log_warn("fanout_publish", "error=\"%s\"", err.detail);
}

static struct str body_of(const struct publisher *p, struct buf *b,
    const struct fanout_event *ev, struct conv *convs, size_t n_convs)
{
	struct json_writer w;
	const struct entry *e = ev->entry;

	buf_clear(b);
	json_writer_init(&w, b);
	json_begin_members(&w);
	if (ev->action)
		event_conversation(&w, e->sent_ms, e->conv_id, ev->action,
		    e->sender_id,
		    ev->action == INBOX_ADDED
			? conv_pick(convs, n_convs, e->conv_id)
			: NULL,
		    ev->role, NULL);
	else
		event_entry(&w, e);
	json_end_members(&w);
	return arena_str(p->a, buf_view(b));
}

void publish_fanout(const struct publisher *p, const struct fanout *f)
{
	struct bus_frame *frames = ARENA_ARRAY(p->a, f->n_events,
	    struct bus_frame);
	struct conv *convs = NULL;
	size_t n_convs;
	struct buf b;

	load_convs(p, f, &convs, &n_convs);
	buf_init(&b);
	for (size_t i = 0; i < f->n_events; i++)
		frames[i] = (struct bus_frame){
			.type = BUS_EVENT,
			.to = f->events[i].to,
			.n_to = f->events[i].n_to,
			.body = body_of(p, &b, &f->events[i], convs, n_convs),
		};
	buf_release(&b);
	bus_publish_all(p->bus, p->a, frames, f->n_events);
}
