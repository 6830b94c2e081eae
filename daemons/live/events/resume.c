#include "events/resume.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/log.h"
#include "events/deliver.h"
#include "events/lag.h"
#include "gateway/fcgi_client.h"
#include "http/percent.h"
#include "http/status.h"
#include "io/json.h"
#include "io/json_writer.h"
#include "proto/request_id.h"
#include "proto/server_frame.h"

#define PAGE 100
/* 10,000 events, and as many that arrive meanwhile. */
#define PAGES_MAX 200
/* A refused page is asked for again after one of these delays. */
#define RETRY_MIN_MS  500
#define RETRY_STEP_MS 100
#define RETRY_STEPS   16

struct resume {
	struct subscriber *subscriber;
	char stream_id[65];
	int pages;
	bool asking, waits; /* waits: until the client has read */
	struct deadline retry;
};

static struct deadline_list retries[RETRY_STEPS];

static struct resume *resume_of(const struct subscriber *s)
{
	return s->lag ? s->lag->resume : NULL;
}

static void resume_free(struct resume *r)
{
	r->subscriber->lag->resume = NULL;
	deadline_clear(&r->retry);
	free(r);
}

static void on_page(void *ctx, const struct cgi_answer *answer);

static void ask(struct resume *r)
{
	const struct subscriber *s = r->subscriber;
	static struct arena a;
	struct str uri;

	uri = arena_printf(&a,
	    "/v1/inbox?after=%" PRId64 "&limit=%d&stream_id=%.*s", lag_sent(s),
	    PAGE, STR_ARG(http_percent_encode(&a, str_of(r->stream_id))));
	r->asking = true;
	r->pages++;
	subscriber_call(s, &(struct fcgi_call){ .service = SERVICE_INBOX,
			       .method = "GET",
			       .uri = uri,
			       .opening = true,
			       .done = on_page });
	arena_rewind(&a);
}

/* Requests the next page once the client has read most of this one. */
static void next_page(struct resume *r)
{
	if (r->subscriber->http.conn.out_bytes > conf.live.output_max / 2)
		r->waits = true;
	else
		ask(r);
}

void resume_drained(struct conn *c)
{
	struct subscriber *s = subscriber_of(c);
	struct resume *r = resume_of(s);

	deliver_drained(s);
	if (!r || !r->waits)
		return;
	r->waits = false;
	ask(r);
}

static void give_up(struct resume *r)
{
	struct subscriber *s = r->subscriber;

	resume_free(r);
	deliver_give_up(s);
}

static void end(struct resume *r)
{
	struct subscriber *s = r->subscriber;

	resume_free(r);
	lag_tidy(s);
}

static void take_events(struct subscriber *s, const json_t *page)
{
	static struct arena a;
	const json_t *event;
	size_t i;

	json_array_foreach(json_object_get(page, "events"), i, event)
	    deliver_page_event(s, json_get_int(event, "user_index", 0),
		json_dump(&a, event));
	arena_rewind(&a);
}

static void take_page(struct resume *r, const json_t *page)
{
	struct subscriber *s = r->subscriber;
	struct order *o = &s->lag->order;
	int64_t before = o->sent, head = json_get_int(page, "head", before);
	int64_t *unread = &s->recipient->total_unread;

	*unread = json_get_int(page, "total_unread", *unread);
	if (json_get_bool(page, "too_old", false)) {
		server_frame_too_old(&s->http, json_get_str(page, "stream_id"),
		    head);
		order_skip(o, head);
	} else {
		take_events(s, page);
		order_skip(o, json_get_int(page, "user_index", before));
	}
	if (!json_get_bool(page, "more", false) && deliver_go_live(s))
		end(r);
	else if (o->sent > before && r->pages < PAGES_MAX)
		next_page(r);
	else
		give_up(r);
}

static void on_page(void *ctx, const struct cgi_answer *answer)
{
	static struct arena a;
	struct subscriber *s = subscriber_found(ctx);
	struct resume *r = s ? resume_of(s) : NULL;
	char id[REQUEST_ID_SIZE];
	struct error err;
	json_t *page;

	if (!r)
		return;
	r->asking = false;
	if (answer->status == HTTP_OK &&
	    json_parse(&a, answer->body, false, &page, &err) == 0) {
		take_page(r, page);
	} else if (answer->status != HTTP_OK && http_is_final(answer->status)) {
		log_error("resume", "status=%d request_id=%s", answer->status,
		    request_id_text(id, &s->http));
		give_up(r);
	} else {
		/*
		 * 401: the session has ended; the heartbeat will tell the
		 * reason.
		 */
		if (answer->status == HTTP_UNAUTHORIZED)
			subscriber_check(s);
		deadline_set(&retries[crypto_uniform(RETRY_STEPS)], &r->retry);
	}
	arena_rewind(&a);
}

static void on_retry(struct deadline *d)
{
	ask(CONTAINER_OF(d, struct resume, retry));
}

void resume_begin(struct subscriber *s, struct str stream_id, int64_t known)
{
	struct resume *r = calloc(1, sizeof(*r));

	if (!r)
		die(EX_OSERR, "out of memory");
	r->subscriber = s;
	snprintf(r->stream_id, sizeof(r->stream_id), "%.*s",
	    STR_ARG(stream_id));
	deliver_hold(s, known);
	s->lag->resume = r;
	ask(r);
}

static void on_conn_close(struct conn *c)
{
	struct resume *r = resume_of(subscriber_of(c));

	if (r)
		resume_free(r);
}

void resume_start(uv_loop_t *loop)
{
	for (int i = 0; i < RETRY_STEPS; i++)
		deadline_list_init(&retries[i], loop,
		    RETRY_MIN_MS + i * RETRY_STEP_MS, on_retry);
	conn_on_close(on_conn_close);
}
