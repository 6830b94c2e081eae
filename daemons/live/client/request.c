#include "client/request.h"

#include <stdlib.h>

#include "base/conf.h"
#include "base/err.h"
#include "base/stat.h"
#include "client/active.h"
#include "gateway/fcgi_client.h"
#include "gateway/send_order.h"
#include "gateway/service.h"
#include "http/status.h"
#include "net/out.h"
#include "proto/request_id.h"
#include "proto/server_frame.h"

#define OPEN_MAX 64
#define READ_LEN 4096 /* of an answer, at least */

struct ws_request {
	struct ws_request *next; /* in order of arrival */
	uint64_t conn_id;
	int64_t order; /* send_order_of() */
	char *id;      /* JSON text */
	char *frame;   /* of a read, and of what waits */
	size_t frame_len;
	bool waits; /* has not been passed on, or shall be again */
	bool is_read;
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

static size_t output_max(void)
{
	return (size_t)conf.live.output_max;
}

/* Removes r from the connection's list; false if it is not in it. */
static bool take_out(struct client *cl, const struct ws_request *r)
{
	struct active *active = active_get(cl);
	struct ws_request **at = &active->requests;

	while (*at && *at != r)
		at = &(*at)->next;
	if (!*at)
		return false;
	*at = r->next;
	client_conn(cl)->n_pending--;
	active->request_bytes -= (uint32_t)r->frame_len;
	if (active->request_bytes <= output_max() / 2)
		conn_read_resume(client_conn(cl), CONN_PAUSE_REQUESTS);
	return true;
}

static void pass_on(struct client *cl, struct ws_request *r,
    const struct client_frame *f);

/* Whether the client has room for the answer to one more read. */
static bool has_room(const struct client *cl)
{
	size_t kept = client_conn((struct client *)cl)->out_plain_bytes;
	const struct active *active = cl->active;
	size_t len = active->read_len > READ_LEN ? active->read_len : READ_LEN;

	if (!active->n_reads)
		return kept <= output_max() / 2;
	return kept + (active->n_reads + 1) * len <= output_max();
}

/* Whether r has to wait: for an earlier request, or for the client to read. */
static bool is_blocked(const struct client *cl, const struct ws_request *r)
{
	if (r->is_read && !has_room(cl))
		return true;
	for (const struct ws_request *o = cl->active->requests; o && o != r;
	     o = o->next)
		if (send_order_conflicts(o->order, r->order))
			return true;
	return false;
}

/* Passes on requests that need wait no longer. */
static void unblock(struct client *cl)
{
	static struct arena a;
	struct ws_request *r, *next;

	if (!cl->active)
		return;
	for (r = cl->active->requests; r && conn_is_open(client_conn(cl));
	     r = next) {
		struct client_frame f;
		struct error err;

		next = r->next;
		if (!r->waits || is_blocked(cl, r))
			continue;
		if (client_frame_parse(&a,
			(struct str){ r->frame, r->frame_len }, &f, &err) < 0)
			BUG("a frame changed its mind");
		pass_on(cl, r, &f);
		arena_rewind(&a);
	}
}

void request_drained(struct client *cl)
{
	unblock(cl);
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
}

/* Whether to keep the answer to a read; otherwise it is read again later. */
static bool keeps(struct client *cl, struct ws_request *r, size_t len)
{
	struct active *active = cl->active;
	struct conn *c = client_conn(cl);

	active->n_reads--;
	if (len < active->read_len)
		len = active->read_len - (active->read_len - len) / 4;
	active->read_len = (uint32_t)len;
	if (c->out_plain_bytes <= output_max())
		return true;
	out_flush(c);
	if (c->out_plain_bytes <= output_max() || !conn_is_open(c))
		return true;
	stat_add(STAT_LIVE_REREADS, 1);
	r->waits = true;
	return false;
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
	if (c && r->is_read && !keeps(client_of(c), r, a->body.len))
		return;
	if (c && take_out(client_of(c), r)) {
		answer(client_of(c), r, a);
		unblock(client_of(c));
	}
	request_free(r);
}

/* ---- requests ---- */

static void pass_on(struct client *cl, struct ws_request *r,
    const struct client_frame *f)
{
	char method[17];

	snprintf(method, sizeof(method), "%.*s", STR_ARG(f->method));
	stat_add(STAT_LIVE_REQUESTS, 1);
	r->waits = false;
	cl->active->n_reads += r->is_read;
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
	struct ws_request **at = &active_get(cl)->requests;
	struct ws_request *r = calloc(1, sizeof(*r));
	char opening[REQUEST_ID_SIZE];

	if (!r)
		die(EX_OSERR, "out of memory");
	r->conn_id = client_conn(cl)->id;
	r->id = copy(f->id);
	r->order = send_order_of(f->method, f->path);
	r->is_read = str_is(f->method, "GET") || str_is(f->method, "HEAD");
	snprintf(r->request_id, sizeof(r->request_id), "%.50s-%u",
	    request_id_text(opening, client_http(cl)),
	    ++client_conn(cl)->n_requests);
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
	server_frame_refuse(client_http(cl), id, &err);
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
	r->waits = is_blocked(cl, r);
	r->frame_len = text.len;
	if (r->waits || r->is_read)
		r->frame = copy(text);
	cl->active->request_bytes += (uint32_t)text.len;
	if (cl->active->request_bytes > output_max())
		conn_read_pause(client_conn(cl), CONN_PAUSE_REQUESTS);
	if (!r->waits)
		pass_on(cl, r, f);
}

/* Drops the requests, but those that have been passed on only when they are
 * answered. */
static void on_conn_close(struct conn *c)
{
	struct active *active = active_of(client_of(c));
	struct ws_request *r;

	while (active && (r = active->requests)) {
		active->requests = r->next;
		r->orphaned = true;
		if (r->waits || r->answered)
			request_free(r);
	}
	c->n_pending = 0;
}

void request_start(void)
{
	conn_on_close(on_conn_close);
}
