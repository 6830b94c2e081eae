#include "client/ack.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/stat.h"
#include "client/active.h"
#include "gateway/fcgi_client.h"
#include "http/status.h"
#include "io/json.h"
#include "io/json_writer.h"

/*
 * Every ack that moves a mark is an event for each sender, and later acks of a
 * connection join those that wait.  So all wait for the same time, unless
 * TAKEN_MAX acks arrive sooner, which bounds the rows of one request.
 */
#define GATHER_MS 300
#define TAKEN_MAX 4000
#define BATCH_MAX 500
#define TRIES_MAX 10 /* with others, before it is sent alone */

/* Of one connection: gathered, then sent and not yet answered. */
struct ack {
	struct client *client; /* NULL: it has gone */
	int64_t user_id;
	int64_t upto; /* the client has stored */
	int64_t sent;
	int tries; /* how often it was left */
};

/* One request to the inbox service. */
struct batch {
	struct batch *earlier; /* gathered before it, and full */
	size_t n;
	struct ack *acks[BATCH_MAX];
};

static struct batch *gathered; /* the newest */
static size_t taken;           /* acks that are in these */
static uv_timer_t gather;

static void send_batch(struct batch *b);

static struct batch *new_batch(void)
{
	struct batch *b = calloc(1, sizeof(*b));

	if (!b)
		die(EX_OSERR, "out of memory");
	return b;
}

static void send_gathered(void)
{
	struct batch *b = gathered, *earlier;

	gathered = NULL;
	taken = 0;
	for (; b; b = earlier) {
		earlier = b->earlier;
		send_batch(b);
	}
}

static void on_gathered(uv_timer_t *t)
{
	(void)t;
	send_gathered();
}

static struct ack *new_ack(struct client *cl)
{
	struct ack *a = calloc(1, sizeof(*a));

	if (!a)
		die(EX_OSERR, "out of memory");
	a->client = cl;
	a->user_id = client_subscriber(cl)->recipient->user_id;
	return a;
}

static void add(struct ack *a)
{
	if (!gathered)
		uv_timer_start(&gather, on_gathered, GATHER_MS, 0);
	if (!gathered || gathered->n == BATCH_MAX) {
		struct batch *b = new_batch();

		b->earlier = gathered;
		gathered = b;
	}
	gathered->acks[gathered->n++] = a;
}

/* Acks are cumulative, so the next one makes up for one that failed. */
static void finish(struct ack *a)
{
	a->tries = 0;
	if (a->upto > a->sent) {
		add(a);
		return;
	}
	if (a->client)
		a->client->active->ack = NULL;
	free(a);
}

/* There is much to do, or another request has the user's row all the time. */
static void send_alone(struct ack *a)
{
	struct batch *b = new_batch();

	a->tries = 0;
	b->acks[b->n++] = a;
	send_batch(b);
}

/* The next element of a list of positions is i; advances *k then. */
static bool is_next(const json_t *list, size_t *k, size_t i)
{
	const json_t *next = json_array_get(list, *k);

	if (!next || json_integer_value(next) != (json_int_t)i)
		return false;
	++*k;
	return true;
}

static void on_answer(void *ctx, const struct cgi_answer *answer)
{
	static struct arena arena;
	struct batch *b = ctx;
	json_t *v, *left = NULL, *alone = NULL;
	struct error err;
	size_t k_left = 0, k_alone = 0;

	if (b->n > 1 && answer->status == HTTP_OK &&
	    json_parse(&arena, answer->body, false, &v, &err) == 0) {
		left = json_object_get(v, "left");
		alone = json_object_get(v, "alone");
	}
	for (size_t i = 0; i < b->n; i++) {
		struct ack *a = b->acks[i];

		if (is_next(alone, &k_alone, i))
			send_alone(a);
		else if (!is_next(left, &k_left, i))
			finish(a);
		else if (++a->tries < TRIES_MAX)
			add(a);
		else
			send_alone(a);
	}
	free(b);
	arena_rewind(&arena);
}

static void send_batch(struct batch *b)
{
	static struct buf body;
	struct json_writer w;

	stat_add(STAT_LIVE_ACK_CALLS, 1);
	buf_clear(&body);
	json_writer_init(&w, &body);
	json_begin(&w);
	json_key(&w, "items");
	json_begin_list(&w);
	for (size_t i = 0; i < b->n; i++) {
		b->acks[i]->sent = b->acks[i]->upto;
		json_begin(&w);
		json_put_id(&w, "user_id", b->acks[i]->user_id);
		json_put_int(&w, "user_index", b->acks[i]->sent);
		json_end(&w);
	}
	json_end_list(&w);
	json_end(&w);
	fcgi_call(&(struct fcgi_call){ .service = SERVICE_INBOX,
	    .method = "POST",
	    .uri = STR("/internal/live/acks"),
	    .body = buf_view(&body),
	    .internal = true,
	    .request_id = STR("acks"),
	    .remote_addr = STR("127.0.0.1"),
	    .done = on_answer,
	    .ctx = b });
}

void ack_take(struct client *cl, int64_t user_index)
{
	struct active *active = active_get(cl);
	bool pending = active->ack;

	if (user_index <= active->acked)
		return;
	stat_add(STAT_LIVE_ACKS, 1);
	active->acked = user_index;
	if (!pending)
		active->ack = new_ack(cl);
	active->ack->upto = user_index;
	if (!pending)
		add(active->ack);
	if (++taken >= TAKEN_MAX)
		send_gathered();
}

bool ack_pending(void)
{
	return gathered != NULL;
}

/* What has been acked is passed on even if the connection ends. */
static void on_conn_end(struct conn *c, const char *why)
{
	struct active *active = active_of(client_of(c));

	(void)why;
	if (!active || !active->ack)
		return;
	active->ack->client = NULL;
	active->ack = NULL;
}

void ack_start(uv_loop_t *loop)
{
	uv_timer_init(loop, &gather);
	conn_on_end(on_conn_end);
}
