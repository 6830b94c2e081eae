#include "client/handshake.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/log.h"
#include "base/stat.h"
#include "client/attach.h"
#include "client/crowd.h"
#include "client/websocket.h"
#include "gateway/admission.h"
#include "gateway/fcgi_client.h"
#include "http/gzip.h"
#include "http/problem.h"
#include "http/status.h"
#include "presence/line.h"
#include "io/json_writer.h"
#include "proto/http_head.h"
#include "proto/http_peer.h"
#include "proto/http_reply.h"
#include "proto/live_options.h"
#include "proto/request_id.h"
#include "proto/server_frame.h"
#include "proto/ws.h"
#include "proto/ws_handshake.h"

/*
 * While the services are asked the connection is read, to notice at once that
 * the client has gone, unless it sends more than this.
 */
#define EARLY_MAX 16384

/*
 * These are kept for the next clients, so that nothing that is freed soon lies
 * between the connections in memory.
 */
#define SPARE_MAX 16

struct handshake {
	struct client *client;
	struct handshake *next; /* in the list of spare ones */
	struct deadline limit;  /* until the head is complete */
	struct http_head head;
	struct arena arena;
	struct buf
	    early; /* bytes after the head, at most EARLY_MAX and a read */
	enum live_route route;
	struct live_options options;
	struct error options_err; /* code: of the invalid option */
	bool has_head;
	bool with_ticket;
	struct attach_grant who; /* the parts are in the arena */
	int64_t asked_ms;        /* clock_boot_ms() */
};

static struct deadline_list limits;
static struct handshake *spare;
static int n_spare;

static const struct subscriber_ops handshake_ops;

/* Otherwise it has another kind, or is about to. */
static bool is_in_handshake(struct conn *c)
{
	return c->ops == &handshake_ops.http.conn && client_of(c)->handshake;
}

static struct handshake *handshake_of(struct conn *c)
{
	return client_of(c)->handshake;
}

static struct handshake *handshake_new(struct client *cl)
{
	struct handshake *h = spare;
	struct arena arena;

	if (h) {
		spare = h->next;
		n_spare--;
		arena = h->arena;
	} else {
		h = malloc(sizeof(*h));
		arena_init(&arena);
	}
	if (!h)
		die(EX_OSERR, "out of memory");
	*h = (struct handshake){ .client = cl, .arena = arena };
	http_head_init(&h->head);
	buf_init(&h->early);
	return h;
}

static void handshake_free(struct handshake *h)
{
	deadline_clear(&h->limit);
	http_head_release(&h->head);
	buf_release(&h->early);
	arena_rewind(&h->arena);
	if (n_spare == SPARE_MAX) {
		arena_release(&h->arena);
		free(h);
		return;
	}
	h->next = spare;
	spare = h;
	n_spare++;
}

/* Only HTTP answers need it; a stream has sent its head. */
static void origin_free(struct conn *c)
{
	free(http_conn_of(c)->origin);
	http_conn_of(c)->origin = NULL;
}

/* ---- the head ---- */

/* Last-Event-ID takes precedence over `after`. */
static void parse_options(struct handshake *o, struct str query)
{
	struct str last = http_head_get(&o->head, "Last-Event-ID");

	err_clear(&o->options_err);
	live_options_parse(&o->arena, o->route, query, &o->options,
	    &o->options_err);
	if (o->route == LIVE_SSE && last.len &&
	    !live_options_index(last, &o->options.after))
		err_field(&o->options_err, ERR_INVALID_ARGUMENT,
		    "Last-Event-ID", "must be an index");
}

/* ---- the outcome ---- */

/* Before the connection becomes another kind. */
static struct handshake *detach(struct conn *c)
{
	struct handshake *o = handshake_of(c);

	client_of(c)->handshake = NULL;
	return o;
}

static void upgrade(const struct handshake *o)
{
	websocket_accept(o->client,
	    http_head_get(&o->head, "Sec-WebSocket-Key"),
	    ws_handshake_has_protocol(&o->head));
}

/* Browsers show the reason of a refusal only on an accepted WebSocket. */
static bool says_bye(struct conn *c)
{
	struct error ignored;

	return handshake_of(c)->route == LIVE_WS &&
	       handshake_of(c)->with_ticket &&
	       ws_handshake_check(&handshake_of(c)->head, &ignored) == 0;
}

static void say_bye(struct conn *c, const char *reason, int code,
    int64_t retry_after_ms)
{
	struct handshake *o = detach(c);

	upgrade(o);
	server_frame_bye(http_conn_of(c), reason, code, retry_after_ms);
	handshake_free(o);
}

static void refuse(struct conn *c, const struct cgi_answer *a)
{
	char ip[PEER_IP_LEN], id[REQUEST_ID_SIZE];

	log_info("refuse", "conn=%" PRIu64 " status=%d ip=%s request_id=%s",
	    c->id, a->status, peer_ip_text(ip, &c->ip),
	    request_id_text(id, http_conn_of(c)));
	if (a->status == HTTP_UNAUTHORIZED && says_bye(c)) {
		say_bye(c, "unauthenticated", WS_UNAUTHENTICATED, 0);
		return;
	}
	http_reply_send(http_conn_of(c),
	    &(struct http_reply){ .status = a->status,
		.type = a->content_type.p ? a->content_type
					  : STR(HTTP_PROBLEM_TYPE),
		.body = a->body,
		.retry_after = a->retry_after },
	    "refused");
}

/* The user service has too much to do. */
static void refuse_for_now(struct conn *c, int64_t retry_after_ms)
{
	struct error err;

	stat_add(STAT_LIVE_OPENS_REFUSED, 1);
	if (says_bye(c)) {
		say_bye(c, "busy", WS_TRY_AGAIN, retry_after_ms);
		return;
	}
	err_set(&err, ERR_BUSY, "too many connections are opening");
	err.retry_after_ms = retry_after_ms;
	http_reply_problem(http_conn_of(c), &err, NULL);
}

/* Checks the fields of the request, after the credential's presence (401). */
static int check_fields(const struct handshake *o, struct error *err)
{
	if (o->route == LIVE_WS &&
	    (ws_handshake_check(&o->head, err) < 0 ||
		ws_handshake_check_protocol(&o->head, err) < 0))
		return -1;
	if (o->options_err.code) {
		*err = o->options_err;
		return -1;
	}
	return 0;
}

static int check(const struct handshake *o, const struct attach_grant *who,
    struct error *err)
{
	if (check_fields(o, err) < 0)
		return -1;
	if (!who->origin_allowed ||
	    http_peer_page(&o->head) == HTTP_CORS_BAD_PAGE)
		return err_field(err, ERR_FORBIDDEN, "Origin",
		    "the app does not list this origin");
	if (conn_count() > (size_t)conf.live.connections_max) {
		err_set(err, ERR_BUSY, "too many connections");
		err->retry_after_ms = 5000 + (int32_t)crypto_uniform(5000);
		return -1;
	}
	return 0;
}

static void become(struct conn *c)
{
	struct handshake *o = detach(c);

	crowd_make_room(o->who.user_id, o->who.session_id,
	    o->route == LIVE_POLL);
	if (o->route == LIVE_WS)
		upgrade(o);
	if (c->state != CONN_CLOSED)
		attach_begin(client_of(c), o->route, &o->options, &o->who);
	if (http_framing(http_conn_of(c)))
		origin_free(c);
	conn_read_resume(c, CONN_PAUSE_HANDSHAKE);
	if (o->early.len && c->ops->bytes && conn_is_open(c))
		c->ops->bytes(c, o->early.p, o->early.len);
	handshake_free(o);
}

static void keep_origin(struct conn *c, struct str allowed)
{
	struct str origin = http_peer_origin(&handshake_of(c)->head);

	if (origin.p && allowed.p)
		http_conn_of(c)->origin = strndup(origin.p, origin.len);
}

static void on_answer(void *ctx, const struct cgi_answer *answer)
{
	struct conn *c = conn_find((uint64_t)(uintptr_t)ctx);
	struct handshake *o;
	struct error err;

	if (!c || c->state != CONN_HANDSHAKE) {
		stat_add(answer->dropped ? STAT_LIVE_OPENS_DROPPED
					 : STAT_LIVE_OPENS_GONE,
		    1);
		return;
	}
	stat_add(STAT_LIVE_OPENS, 1);
	o = handshake_of(c);
	keep_origin(c, answer->allow_origin);
	if (answer->status != HTTP_OK) {
		refuse(c, answer);
		return;
	}
	if (attach_parse(&o->arena, answer->body, &o->who, &err) < 0 ||
	    check(o, &o->who, &err) < 0) {
		http_reply_problem(http_conn_of(c), &err,
		    "Sec-WebSocket-Version: 13\r\n");
		return;
	}
	clock_site_learn(o->who.now, o->asked_ms);
	o->who.asked_ms = o->asked_ms;
	if (http_conn_of(c)->is_head) {
		http_reply_head(http_conn_of(c),
		    o->route == LIVE_SSE ? "text/event-stream"
					 : "application/json");
		return;
	}
	if (attach_subscribe(client_of(c), &o->options, &o->who))
		become(c);
}

/* The line of its user, for which it waited. */
static void on_stored(struct presence_conn *p)
{
	struct conn *c = &p->subscriber.http.conn;

	if (c->state == CONN_HANDSHAKE)
		become(c);
}

static void on_preflight(void *ctx, const struct cgi_answer *answer)
{
	struct conn *c = conn_find((uint64_t)(uintptr_t)ctx);
	struct error err;

	if (!c || c->state != CONN_HANDSHAKE)
		return;
	keep_origin(c, answer->allow_origin);
	if (answer->status == HTTP_UNAVAILABLE) {
		refuse(c, answer);
		return;
	}
	if (!http_conn_of(c)->origin) {
		err_field(&err, ERR_FORBIDDEN, "Origin",
		    "this origin is not allowed");
		http_reply_problem(http_conn_of(c), &err, NULL);
		return;
	}
	http_reply_preflight(http_conn_of(c));
}

/* ---- calls to services ---- */

static struct str question(struct handshake *o, struct buf *b)
{
	struct str origin = http_peer_origin(&o->head);
	struct str host = http_head_get(&o->head, "Host");
	struct json_writer w;

	json_writer_init(&w, b);
	json_begin(&w);
	if (o->with_ticket)
		json_put_str(&w, "ticket", o->options.ticket);
	if (origin.p)
		json_put_str(&w, "origin", origin);
	if (host.p && str_is_printable(host, false))
		json_put_str(&w, "host", host);
	json_end(&w);
	return buf_view(b);
}

static void ask(struct conn *c)
{
	struct handshake *o = handshake_of(c);
	struct http_head *h = &o->head;
	char ip[PEER_IP_LEN], id[REQUEST_ID_SIZE];
	struct buf body;

	o->asked_ms = clock_boot_ms();
	buf_init(&body);
	fcgi_call(&(struct fcgi_call){ .service = SERVICE_USER,
	    .method = "POST",
	    .uri = STR("/internal/live/open"),
	    .conn_id = c->id,
	    .opening = true,
	    .body = question(o, &body),
	    .internal = true,
	    .authorization = http_head_get(h, "Authorization"),
	    .act_as = http_head_get(h, "Im-Act-As"),
	    .origin = http_peer_origin(h),
	    .request_id = str_of(request_id_text(id, http_conn_of(c))),
	    .remote_addr = str_of(peer_ip_text(ip, &c->ip)),
	    .done = on_answer,
	    .ctx = (void *)(uintptr_t)c->id });
	if (body.p)
		crypto_wipe(body.p, body.cap);
	buf_release(&body);
}

/* Any route of the API tells whether the origin is allowed. */
static void ask_preflight(struct conn *c)
{
	char ip[PEER_IP_LEN], id[REQUEST_ID_SIZE];

	fcgi_call(&(struct fcgi_call){ .service = SERVICE_ADMIN,
	    .method = "GET",
	    .uri = STR("/v1/info"),
	    .conn_id = c->id,
	    .opening = true,
	    .origin = http_peer_origin(&handshake_of(c)->head),
	    .request_id = str_of(request_id_text(id, http_conn_of(c))),
	    .remote_addr = str_of(peer_ip_text(ip, &c->ip)),
	    .done = on_preflight,
	    .ctx = (void *)(uintptr_t)c->id });
}

static void admit(struct conn *c)
{
	int64_t later_ms = admission_refuse_ms(SERVICE_USER);

	/* With whose answers the opening ends. */
	if (!later_ms)
		later_ms = admission_refuse_ms(SERVICE_INBOX);
	if (later_ms)
		refuse_for_now(c, later_ms);
	else
		ask(c);
}

static void route(struct conn *c)
{
	struct handshake *o = handshake_of(c);
	struct str query = http_head_target(&o->head);
	struct str path = str_cut(&query, '?');
	const char *method = http_head_method(&o->head);
	struct error err;

	o->route = live_route_of(path);
	if (o->route == LIVE_NONE) {
		err_set(&err, ERR_NOT_FOUND, "no such route");
		http_reply_problem(http_conn_of(c), &err, NULL);
	} else if (!strcmp(method, "OPTIONS") &&
		   http_head_count(&o->head, "Origin") &&
		   http_head_count(&o->head, "Access-Control-Request-Method")) {
		ask_preflight(c);
	} else if (strcmp(method, "GET") && strcmp(method, "HEAD")) {
		err_set(&err, ERR_METHOD_NOT_ALLOWED,
		    "the route does not have this method");
		http_reply_problem(http_conn_of(c), &err,
		    "Allow: GET, HEAD\r\n");
	} else {
		parse_options(o, query);
		o->with_ticket = o->options.ticket.p &&
				 !http_head_get(&o->head, "Authorization").p;
		admit(c);
	}
}

static void add_early(struct conn *c, const char *p, size_t n)
{
	struct buf *early = &handshake_of(c)->early;

	buf_add(early, p, n);
	if (early->len > EARLY_MAX)
		conn_read_pause(c, CONN_PAUSE_HANDSHAKE);
}

static void on_bytes(struct conn *c, const char *p, size_t n)
{
	struct handshake *o = handshake_of(c);
	struct error err;
	size_t used;
	int rc;

	if (c->state != CONN_HANDSHAKE)
		return;
	if (o->has_head) {
		add_early(c, p, n);
		return;
	}
	rc = http_head_feed(&o->head, p, n, &used, &err);
	if (rc == 0)
		return;
	if (rc < 0) {
		http_reply_problem(http_conn_of(c), &err, NULL);
		return;
	}
	request_id_take(http_conn_of(c),
	    http_head_get(&o->head, "X-Request-Id"));
	add_early(c, p + used, n - used);
	http_peer_ip(c, &o->head);
	http_conn_of(c)->takes_gzip = http_gzip_accepted(
	    http_head_get(&o->head, "Accept-Encoding"));
	http_conn_of(c)->is_head = !strcmp(http_head_method(&o->head), "HEAD");
	o->has_head = true;
	deadline_clear(&o->limit);
	route(c);
}

/* The head was not complete in time. */
static void on_limit_due(struct deadline *d)
{
	struct handshake *o = CONTAINER_OF(d, struct handshake, limit);
	struct conn *c = client_conn(o->client);
	struct error err;

	if (!o->head.fed) {
		conn_close(c, "silent");
		return;
	}
	err_set(&err, ERR_INVALID_ARGUMENT,
	    "the request did not arrive in time");
	http_reply_problem(http_conn_of(c), &err, NULL);
}

static const struct subscriber_ops handshake_ops = {
	.http.conn.name = "http",
	.http.conn.bytes = on_bytes,
};

void handshake_begin(struct conn *c)
{
	struct handshake *o = handshake_new(client_of(c));

	o->client->handshake = o;
	c->ops = &handshake_ops.http.conn;
	deadline_set(&limits, &o->limit);
	conn_read_start(c);
}

static void on_conn_end(struct conn *c, const char *why)
{
	(void)why;
	if (is_in_handshake(c))
		deadline_clear(&handshake_of(c)->limit);
}

static void on_conn_close(struct conn *c)
{
	if (is_in_handshake(c))
		handshake_free(detach(c));
	origin_free(c);
}

void handshake_start(uv_loop_t *loop)
{
	deadline_list_init(&limits, loop, conf.live.handshake_s * 1000,
	    on_limit_due);
	presence_line_on_stored(on_stored);
	conn_on_end(on_conn_end);
	conn_on_close(on_conn_close);
}
