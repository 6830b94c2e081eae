#include "client/request.h"

#include <stdlib.h>

#include "client/ack.h"
#include "base/err.h"
#include "base/stat.h"
#include "proto/client_frame.h"
#include "gateway/fcgi_client.h"
#include "client/heartbeat.h"
#include "gateway/send_order.h"
#include "presence/line.h"
#include "presence/watch.h"
#include "proto/server_frame.h"
#include "proto/ws.h"

#define OPEN_MAX      64
#define BAD_MAX       20
#define BAD_WINDOW_MS 60000

struct ws_request {
	struct ws_request *next; /* in order of arrival */
	uint64_t conn_id;
	int64_t order;
	char *id;    /* JSON text */
	char *frame; /* the frame, while it waits for its order */
	size_t frame_len;
	char request_id[65];
};

static void request_free(struct ws_request *r)
{
	free(r->id);
	free(r->frame);
	free(r);
}

/* ---- answers ---- */

static bool is_json(struct str type)
{
	return str_starts(type, "application/json") ||
	       str_starts(type, "application/problem+json");
}

/* Takes r out of the connection's list; false when it is not in it. */
static bool take_out(struct conn *c, const struct ws_request *r)
{
	struct ws_request **at = &c->requests;

	while (*at && *at != r)
		at = &(*at)->next;
	if (!*at)
		return false;
	*at = r->next;
	c->n_requests--;
	return true;
}

static void pass_on(struct conn *c, struct ws_request *r,
    const struct client_frame *f);

/* Whether one that came before r is in its way. */
static bool is_blocked(const struct conn *c, const struct ws_request *r)
{
	for (const struct ws_request *o = c->requests; o && o != r; o = o->next)
		if (send_order_conflicts(o->order, r->order))
			return true;
	return false;
}

/* Passes on those who waited for a request that has been answered. */
static void unblock(struct conn *c, int64_t order)
{
	static struct arena a;
	struct ws_request *r, *next;

	for (r = c->requests; r && conn_is_open(c); r = next) {
		struct client_frame f;
		struct error err;

		next = r->next;
		if (!r->frame || !send_order_conflicts(r->order, order) ||
		    is_blocked(c, r))
			continue;
		if (client_frame_parse(&a,
			(struct str){ r->frame, r->frame_len }, &f, &err) < 0)
			BUG("a frame changed its mind");
		pass_on(c, r, &f);
		free(r->frame);
		r->frame = NULL;
		arena_rewind(&a);
	}
}

static void on_answer(void *ctx, const struct cgi_answer *answer)
{
	struct ws_request *r = ctx;
	struct conn *c = conn_find(r->conn_id);

	if (c && take_out(c, r)) {
		if (conn_is_open(c))
			server_frame_answer(c, str_of(r->id), answer->status,
			    is_json(answer->content_type) ? answer->body
							  : STR_NONE);
		/* A session that is over ends its connections. */
		if (conn_is_open(c) && answer->status == 401)
			heartbeat_check(c);
		if (r->order)
			unblock(c, r->order);
	}
	request_free(r);
}

/* ---- requests ---- */

static void pass_on(struct conn *c, struct ws_request *r,
    const struct client_frame *f)
{
	char method[17];

	snprintf(method, sizeof(method), "%.*s", STR_ARG(f->method));
	stat_add(STAT_LIVE_REQUESTS, 1);
	fcgi_call(&(struct fcgi_call){ .service = send_service(f->path),
	    .method = method,
	    .uri = f->path,
	    .body = f->body,
	    .session_id = c->session_id,
	    .idempotency_key = f->idempotency_key,
	    .if_match = f->if_match,
	    .request_id = str_of(r->request_id),
	    .remote_addr = str_of(c->ip),
	    .done = on_answer,
	    .ctx = r });
}

static char *copy(struct str s)
{
	char *p = strndup(s.p, s.len);

	if (!p)
		die(EX_OSERR, "out of memory");
	return p;
}

static struct ws_request *request_new(struct conn *c,
    const struct client_frame *f)
{
	struct ws_request *r = calloc(1, sizeof(*r)), **at = &c->requests;

	if (!r)
		die(EX_OSERR, "out of memory");
	r->conn_id = c->id;
	r->id = copy(f->id);
	r->order = send_order_of(f->method, f->path);
	snprintf(r->request_id, sizeof(r->request_id), "%.50s-%u",
	    c->request_id, ++c->n_sent_requests);
	while (*at)
		at = &(*at)->next;
	*at = r;
	c->n_requests++;
	return r;
}

static void refuse(struct conn *c, struct str id, enum err_code code,
    const char *why)
{
	struct error err;

	err_set(&err, code, "%s", why);
	server_frame_refuse(c, id, &err, str_of(c->request_id));
}

static void on_request(struct conn *c, const struct client_frame *f,
    struct str text)
{
	struct ws_request *r;

	if (c->n_requests >= OPEN_MAX) {
		refuse(c, f->id, ERR_RATE_LIMITED,
		    "more than 64 requests without an answer");
		return;
	}
	if (!send_is_routed(f->path)) {
		refuse(c, f->id, ERR_NOT_FOUND, "no such route here");
		return;
	}
	r = request_new(c, f);
	if (!is_blocked(c, r)) {
		pass_on(c, r, f);
		return;
	}
	r->frame = copy(text);
	r->frame_len = text.len;
}

void request_drop_all(struct conn *c)
{
	struct ws_request *r;

	while ((r = c->requests)) {
		c->requests = r->next;
		/* One on its way is freed when its answer comes. */
		if (r->frame)
			request_free(r);
	}
	c->n_requests = 0;
}

/* ---- frames ---- */

static void on_bad(struct conn *c, const struct error *err, struct str id)
{
	uint64_t now = uv_now(c->io.handle.loop);

	stat_add(STAT_LIVE_BAD_FRAMES, 1);
	server_frame_error(c, err, id);
	if (!c->bad_frames || now - c->bad_since_ms >= BAD_WINDOW_MS) {
		c->bad_since_ms = now;
		c->bad_frames = 0;
	}
	if (++c->bad_frames >= BAD_MAX)
		server_frame_bye(c, "too_many", WS_TOO_MANY, BAD_WINDOW_MS);
}

static void on_state(struct conn *c, bool background)
{
	if (c->background == background || !c->user)
		return;
	c->background = background;
	presence_line_changed(c->user);
}

void request_frame(struct conn *c, struct str text)
{
	static struct arena a;
	struct client_frame f;
	struct error err;

	err_clear(&err);
	if (client_frame_parse(&a, text, &f, &err) < 0) {
		on_bad(c, &err, f.id);
		arena_rewind(&a);
		return;
	}
	switch (f.verb) {
	case CLIENT_REQUEST:
		on_request(c, &f, text);
		break;
	case CLIENT_ACK:
		ack_take(c, f.ack);
		break;
	case CLIENT_STATE:
		on_state(c, f.background);
		break;
	case CLIENT_SUBSCRIBE:
		if (watch_subscribe(c, f.users, f.n_users, &err) < 0)
			on_bad(c, &err, STR_NONE);
		break;
	case CLIENT_UNSUBSCRIBE:
		watch_unsubscribe(c, f.users, f.n_users);
		break;
	case CLIENT_PING:
		server_frame_pong(c, f.ping);
		break;
	}
	arena_rewind(&a);
}
