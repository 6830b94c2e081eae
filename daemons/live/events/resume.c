#include "events/resume.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "base/conf.h"
#include "events/deliver.h"
#include "gateway/fcgi_client.h"
#include "client/heartbeat.h"
#include "io/json.h"
#include "proto/live_options.h"
#include "net/out.h"
#include "proto/server_frame.h"

#define PAGE 100
/* 10,000 events, and as many again that come meanwhile. */
#define PAGES_MAX 200
#define RETRY_MS  1000

struct resume {
	struct conn *conn;
	char stream_id[65];
	int pages;
	bool asking, waits; /* waits: for the client to read */
	struct deadline retry;
};

static struct deadline_list retries;

void resume_free(struct conn *c)
{
	if (!c->resume)
		return;
	deadline_clear(&c->resume->retry);
	free(c->resume);
	c->resume = NULL;
}

static void on_page(void *ctx, const struct cgi_answer *answer);

static void ask(struct conn *c)
{
	struct resume *r = c->resume;
	struct arena a;
	struct str uri;

	arena_init(&a);
	uri = arena_printf(&a,
	    "/v1/inbox?after=%" PRId64 "&limit=%d&stream_id=%.*s",
	    c->order.sent, PAGE,
	    STR_ARG(live_options_encode(&a, str_of(r->stream_id))));
	r->asking = true;
	r->pages++;
	fcgi_call(&(struct fcgi_call){ .service = SERVICE_INBOX,
	    .method = "GET",
	    .uri = uri,
	    .session_id = c->session_id,
	    .request_id = str_of(c->request_id),
	    .remote_addr = str_of(c->ip),
	    .done = on_page,
	    .ctx = (void *)(uintptr_t)c->id });
	arena_release(&a);
}

/* The next page, when the client has taken most of this one. */
static void next_page(struct conn *c)
{
	if (c->out_bytes > conf.live.output_max / 2)
		c->resume->waits = true;
	else
		ask(c);
}

void resume_drained(struct conn *c)
{
	if (!c->resume->waits)
		return;
	c->resume->waits = false;
	ask(c);
}

static void give_up(struct conn *c)
{
	resume_free(c);
	deliver_give_up(c);
}

static void take_events(struct conn *c, const json_t *page)
{
	static struct arena a;
	const json_t *event;
	size_t i;

	json_array_foreach(json_object_get(page, "events"), i, event)
	    deliver_page_event(c, json_get_int(event, "user_index", 0),
		json_dump(&a, event));
	arena_rewind(&a);
}

static void take_page(struct conn *c, const json_t *page)
{
	int64_t before = c->order.sent;
	int64_t head = json_get_int(page, "head", before);

	c->total_unread = json_get_int(page, "total_unread", c->total_unread);
	if (json_get_bool(page, "too_old", false)) {
		server_frame_too_old(c, json_get_str(page, "stream_id"), head);
		order_skip(&c->order, head);
	} else {
		take_events(c, page);
		order_skip(&c->order, json_get_int(page, "user_index", before));
	}
	if (!json_get_bool(page, "more", false) && deliver_go_live(c))
		resume_free(c);
	else if (c->order.sent > before && c->resume->pages < PAGES_MAX)
		next_page(c);
	else
		give_up(c);
}

static void on_page(void *ctx, const struct cgi_answer *answer)
{
	static struct arena a;
	struct conn *c = conn_find((uint64_t)(uintptr_t)ctx);
	struct error err;
	json_t *page;

	if (!c || !conn_is_open(c) || !c->resume)
		return;
	c->resume->asking = false;
	if (answer->status == 200 &&
	    json_parse(&a, answer->body, false, &page, &err) == 0) {
		take_page(c, page);
	} else if (answer->status >= 400 && answer->status < 500 &&
		   answer->status != 401 && answer->status != 429) {
		log_error("resume", "status=%d request_id=%s", answer->status,
		    c->request_id);
		give_up(c);
	} else {
		/* 401: the session is over, and the heartbeat will say how. */
		if (answer->status == 401)
			heartbeat_check(c);
		deadline_set(&retries, &c->resume->retry);
	}
	arena_rewind(&a);
}

static void on_retry(struct deadline *d)
{
	ask(CONTAINER_OF(d, struct resume, retry)->conn);
}

void resume_begin(struct conn *c, struct str stream_id)
{
	struct resume *r = calloc(1, sizeof(*r));

	if (!r)
		die(EX_OSERR, "out of memory");
	r->conn = c;
	snprintf(r->stream_id, sizeof(r->stream_id), "%.*s",
	    STR_ARG(stream_id));
	c->resume = r;
	c->order.resuming = true;
	ask(c);
}

void resume_start(uv_loop_t *loop)
{
	deadline_list_init(&retries, loop, RETRY_MS, on_retry);
}
