#include "client/request.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/stat.h"
#include "gateway/fcgi_client.h"
#include "gateway/send_order.h"
#include "gateway/service.h"
#include "http/status.h"
#include "proto/server_frame.h"

#define OPEN_MAX 64

struct ws_request {
	struct ws_request *next; /* in order of arrival */
	uint64_t conn_id;
	int64_t order; /* send_order_of() */
	char *id;      /* JSON text */
	char *frame;   /* the frame, while it waits for others */
	size_t frame_len;
	bool answered; /* while the connection was closed, but still there */
	bool orphaned; /* the connection is no longer there */
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

/* Removes r from the connection's list; false if it is not in it. */
static bool take_out(struct client *cl, const struct ws_request *r)
{
	struct ws_request **at = &cl->requests;

	while (*at && *at != r)
		at = &(*at)->next;
	if (!*at)
		return false;
	*at = r->next;
	client_conn(cl)->n_pending--;
	return true;
}

static void pass_on(struct client *cl, struct ws_request *r,
    const struct client_frame *f);

/* Whether r has to wait for an earlier request. */
static bool is_blocked(const struct client *cl, const struct ws_request *r)
{
	for (const struct ws_request *o = cl->requests; o && o != r;
	     o = o->next)
		if (send_order_conflicts(o->order, r->order))
			return true;
	return false;
}

/* Passes on requests that waited for one that has been answered. */
static void unblock(struct client *cl, int64_t order)
{
	static struct arena a;
	struct ws_request *r, *next;

	for (r = cl->requests; r && conn_is_open(client_conn(cl)); r = next) {
		struct client_frame f;
		struct error err;

		next = r->next;
		if (!r->frame || !send_order_conflicts(r->order, order) ||
		    is_blocked(cl, r))
			continue;
		if (client_frame_parse(&a,
			(struct str){ r->frame, r->frame_len }, &f, &err) < 0)
			BUG("a frame changed its mind");
		pass_on(cl, r, &f);
		free(r->frame);
		r->frame = NULL;
		arena_rewind(&a);
	}
}

static void answer(struct client *cl, const struct ws_request *r,
    const struct cgi_answer *a)
{
	if (conn_is_open(client_conn(cl)))
		server_frame_answer(client_http(cl), str_of(r->id), a->status,
		    is_json(a->content_type) ? a->body : STR_NONE);
	/* An ended session closes its connections. */
	if (conn_is_open(client_conn(cl)) && a->status == HTTP_UNAUTHORIZED)
		subscriber_check(client_subscriber(cl));
	if (r->order)
		unblock(cl, r->order);
}

static void on_answer(void *ctx, const struct cgi_answer *a)
{
	struct ws_request *r = ctx;
	struct conn *c = conn_find(r->conn_id);

	if (!c && !r->orphaned) {
		/* Still in the list, which on_conn_close() frees. */
		r->answered = true;
		return;
	}
	if (c && take_out(client_of(c), r))
		answer(client_of(c), r, a);
	request_free(r);
}

/* ---- requests ---- */

static void pass_on(struct client *cl, struct ws_request *r,
    const struct client_frame *f)
{
	char method[17];

	snprintf(method, sizeof(method), "%.*s", STR_ARG(f->method));
	stat_add(STAT_LIVE_REQUESTS, 1);
	subscriber_call(client_subscriber(cl),
	    &(struct fcgi_call){ .service = service_of(f->path),
		.method = method,
		.uri = f->path,
		.body = f->body,
		.idempotency_key = f->idempotency_key,
		.if_match = f->if_match,
		.request_id = str_of(r->request_id),
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

static struct ws_request *request_new(struct client *cl,
    const struct client_frame *f)
{
	struct ws_request *r = calloc(1, sizeof(*r)), **at = &cl->requests;

	if (!r)
		die(EX_OSERR, "out of memory");
	r->conn_id = client_conn(cl)->id;
	r->id = copy(f->id);
	r->order = send_order_of(f->method, f->path);
	snprintf(r->request_id, sizeof(r->request_id), "%.50s-%u",
	    client_conn(cl)->request_id, ++cl->n_requests);
	while (*at)
		at = &(*at)->next;
	*at = r;
	client_conn(cl)->n_pending++;
	return r;
}

static void refuse(struct client *cl, struct str id, enum err_code code,
    const char *why)
{
	struct error err;

	err_set(&err, code, "%s", why);
	server_frame_refuse(client_http(cl), id, &err,
	    str_of(client_conn(cl)->request_id));
}

void request_take(struct client *cl, const struct client_frame *f,
    struct str text)
{
	struct ws_request *r;

	if (client_conn(cl)->n_pending >= OPEN_MAX) {
		refuse(cl, f->id, ERR_RATE_LIMITED,
		    "more than 64 requests without an answer");
		return;
	}
	if (!service_is_for_websocket(f->path)) {
		refuse(cl, f->id, ERR_NOT_FOUND, "no such route here");
		return;
	}
	r = request_new(cl, f);
	if (!is_blocked(cl, r)) {
		pass_on(cl, r, f);
		return;
	}
	r->frame = copy(text);
	r->frame_len = text.len;
}

/* Drops the requests, but those that have been passed on only when they are
 * answered. */
static void on_conn_close(struct conn *c)
{
	struct client *cl = client_of(c);
	struct ws_request *r;

	while ((r = cl->requests)) {
		cl->requests = r->next;
		r->orphaned = true;
		if (r->frame || r->answered)
			request_free(r);
	}
	c->n_pending = 0;
}

void request_start(void)
{
	conn_on_close(on_conn_close);
}
