#include "client/poll.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/stat.h"
#include "events/event.h"
#include "gateway/fcgi_client.h"
#include "http/gzip.h"
#include "http/percent.h"
#include "http/status.h"
#include "io/json_writer.h"
#include "proto/http_reply.h"
#include "proto/json_slice.h"

#define MEMBERS_MAX   32
#define EPHEMERAL_MAX 65536

struct poll {
	struct client *client;
	int64_t after, head;
	int64_t limit;
	bool users;
	bool asking;          /* the inbox service */
	bool again;           /* something arrived meanwhile */
	bool over;            /* wait_s has passed */
	char stream_id[65];   /* of the user */
	char asked_id[200];   /* the client's, percent-encoded; "": none */
	struct buf ephemeral; /* objects, with commas */
	struct deadline wait;
};

/* One list for each wait_s: all deadlines of a list are equally long. */
static struct deadline_list waits[OPTIONS_WAIT_MAX_S + 1];
static int64_t n_waiting;

static void count(int n)
{
	n_waiting += n;
	stat_set(STAT_LIVE_POLLS, n_waiting);
}

/* NULL: it has not begun, or is no long poll. */
static struct poll *poll_of(struct client *cl)
{
	return poll_is(client_conn(cl)) ? cl->poll : NULL;
}

static void poll_free(struct conn *c)
{
	struct client *cl = client_of(c);
	struct poll *p = poll_of(cl);

	if (!p)
		return;
	deadline_clear(&p->wait);
	buf_release(&p->ephemeral);
	free(p);
	cl->poll = NULL;
	count(-1);
}

static void reply_json(struct client *cl, struct str body, const char *why)
{
	struct arena a;
	bool zipped;

	arena_init(&a);
	zipped = client_http(cl)->takes_gzip && http_gzip(&a, body, &body);
	http_reply_send(client_http(cl),
	    &(struct http_reply){ .status = HTTP_OK,
		.type = STR("application/json"),
		.body = body,
		.more = zipped ? "Content-Encoding: gzip\r\n"
				 "Vary: Accept-Encoding\r\n"
			       : NULL },
	    why);
	arena_release(&a);
}

void poll_end_empty(struct client *cl, const char *why)
{
	struct poll *p = poll_of(cl);
	struct json_writer w;
	struct buf b;

	if (!p || !conn_is_open(client_conn(cl)))
		return;
	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin(&w);
	json_put_str(&w, "stream_id", str_of(p->stream_id));
	json_put_raw(&w, "events", STR("[]"));
	json_put_int(&w, "user_index", p->after);
	json_put_int(&w, "head", p->head);
	json_put_bool(&w, "more", p->head > p->after);
	json_put_int(&w, "total_unread",
	    client_subscriber(cl)->recipient->total_unread);
	if (p->users)
		json_put_raw(&w, "users", STR("{}"));
	json_put_raw(&w, "ephemeral", STR("[]"));
	json_end(&w);
	reply_json(cl, buf_view(&b), why);
	buf_release(&b);
}

void poll_session_ended(struct client *cl)
{
	struct error err;

	if (!conn_is_open(client_conn(cl)))
		return;
	err_set(&err, ERR_UNAUTHENTICATED, "the session has ended");
	http_reply_problem(client_http(cl), &err, NULL);
}

/* ---- the inbox's answer ---- */

/* Whether the page contains anything that the client waits for. */
static bool has_news(struct poll *p, struct str body, bool *valid_out)
{
	struct json_slice m[MEMBERS_MAX];
	int n = json_slice(body, m, MEMBERS_MAX);
	bool news = false;

	*valid_out = n > 0;
	for (int i = 0; i < n; i++) {
		if (str_is(m[i].name, "\"events\""))
			news |= !str_is(m[i].value, "[]");
		else if (str_is(m[i].name, "\"too_old\""))
			news |= str_is(m[i].value, "true");
		else if (str_is(m[i].name, "\"head\""))
			str_to_int(m[i].value, &p->head);
		else if (str_is(m[i].name, "\"total_unread\""))
			str_to_int(m[i].value, &client_subscriber(p->client)
						    ->recipient->total_unread);
	}
	return news;
}

/* Answers with the page and one more member. */
static void reply_page(struct client *cl, struct str page)
{
	struct poll *p = cl->poll;
	struct buf b;

	page = str_trim(page);
	page.len--; /* the last brace */
	buf_init(&b);
	buf_str(&b, page);
	buf_cstr(&b, ",\"ephemeral\":[");
	buf_str(&b, buf_view(&p->ephemeral));
	buf_cstr(&b, "]}");
	reply_json(cl, buf_view(&b), "answered");
	buf_release(&b);
}

static void ask(struct client *cl);

static void on_page(void *ctx, const struct cgi_answer *a)
{
	struct client *cl = client_found(ctx);
	struct poll *p = cl ? poll_of(cl) : NULL;
	bool valid, news;

	if (!p)
		return;
	p->asking = false;
	if (a->status != HTTP_OK) {
		http_reply_send(client_http(cl),
		    &(struct http_reply){ .status = a->status,
			.type = a->content_type,
			.body = a->body,
			.retry_after = a->retry_after },
		    "refused");
		return;
	}
	news = has_news(p, a->body, &valid);
	if (!valid) {
		struct error err;

		err_set(&err, ERR_INTERNAL, "inbox: not JSON");
		http_reply_problem(client_http(cl), &err, NULL);
	} else if (news || p->over || p->ephemeral.len) {
		reply_page(cl, a->body);
	} else if (p->again) {
		ask(cl);
	}
}

static void ask(struct client *cl)
{
	static struct buf uri;
	struct poll *p = cl->poll;

	if (p->asking) {
		p->again = true;
		return;
	}
	p->asking = true;
	p->again = false;
	buf_clear(&uri);
	buf_printf(&uri, "/v1/inbox?after=%" PRId64, p->after);
	if (p->limit)
		buf_printf(&uri, "&limit=%" PRId64, p->limit);
	if (p->asked_id[0])
		buf_printf(&uri, "&stream_id=%s", p->asked_id);
	if (p->users)
		buf_cstr(&uri, "&users=true");
	subscriber_call(client_subscriber(cl),
	    &(struct fcgi_call){ .service = SERVICE_INBOX,
		.method = "GET",
		.uri = buf_view(&uri),
		.done = on_page });
}

static void add_ephemeral(struct poll *p, struct str members)
{
	buf_cstr(&p->ephemeral, p->ephemeral.len ? ",{" : "{");
	buf_str(&p->ephemeral, members);
	buf_char(&p->ephemeral, '}');
}

static void on_event(struct subscriber *s, int64_t index, struct chunk *chunk)
{
	struct client *cl = client_of(&s->http.conn);
	struct str members = event_members(chunk);
	struct poll *p = cl->poll;

	if (!p || (index && index <= p->after))
		return;
	if (!index) {
		if (p->ephemeral.len + members.len > EPHEMERAL_MAX)
			return;
		add_ephemeral(p, members);
	}
	ask(cl);
}

const struct subscriber_ops poll_ops = {
	.http.conn.name = "poll",
	.event = on_event,
};

static void on_wait_over(struct deadline *d)
{
	struct poll *p = CONTAINER_OF(d, struct poll, wait);

	p->over = true;
	if (!p->asking)
		ask(p->client);
}

/* ---- beginning ---- */

/* One poll per session. */
static void end_others(struct client *cl)
{
	const struct subscriber *mine = client_subscriber(cl);

	for (struct subscriber *s = mine->recipient->first; s; s = s->next) {
		if (s != mine && poll_is(&s->http.conn) &&
		    s->session_id == mine->session_id)
			poll_end_empty(client_of(&s->http.conn),
			    "replaced_by_poll");
	}
}

void poll_begin(struct client *cl, const struct live_options *o,
    const struct attach_grant *who)
{
	struct poll *p = calloc(1, sizeof(*p));
	struct arena a;

	if (!p)
		die(EX_OSERR, "out of memory");
	arena_init(&a);
	p->client = cl;
	p->after = o->after >= 0 ? o->after : who->user_index;
	p->head = who->user_index;
	p->limit = o->limit;
	p->users = o->users;
	p->over = o->wait_s == 0;
	snprintf(p->stream_id, sizeof(p->stream_id), "%.*s",
	    STR_ARG(who->stream_id));
	if (o->stream_id.p)
		snprintf(p->asked_id, sizeof(p->asked_id), "%.*s",
		    STR_ARG(http_percent_encode(&a, o->stream_id)));
	arena_release(&a);
	buf_init(&p->ephemeral);
	cl->poll = p;
	count(1);
	end_others(cl);
	if (!p->over)
		deadline_set(&waits[o->wait_s], &p->wait);
	ask(cl);
}

void poll_start(uv_loop_t *loop)
{
	conn_on_close(poll_free);
	for (int s = 0; s <= OPTIONS_WAIT_MAX_S; s++)
		deadline_list_init(&waits[s], loop, s * INT64_C(1000),
		    on_wait_over);
}
