#include "client/ack.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/stat.h"
#include "gateway/fcgi_client.h"
#include "http/status.h"

/* Every ack that moves a mark is an event for each sender. */
#define MERGE_MS 250

/* While acks are gathered, or a call is pending. */
struct ack {
	struct client *client;
	int64_t sent;
	bool busy;
	struct deadline merge;
};

static struct deadline_list merges;

/* Unless a call is pending, or was made a moment ago. */
static void pass_on(struct client *cl);

static void forget(struct client *cl)
{
	deadline_clear(&cl->ack->merge);
	free(cl->ack);
	cl->ack = NULL;
}

static void go_on(struct client *cl)
{
	const struct ack *a = cl->ack;

	if (a->sent < cl->acked)
		pass_on(cl);
	else if (!a->busy && !deadline_is_set(&a->merge))
		forget(cl);
}

static void on_answer(void *ctx, const struct cgi_answer *answer)
{
	struct client *cl = client_found(ctx);

	if (!cl)
		return;
	cl->ack->busy = false;
	if (answer->status == HTTP_UNAUTHORIZED)
		subscriber_check(client_subscriber(cl));
	/* Acks are cumulative, so the next one makes up for one that failed. */
	go_on(cl);
}

static void pass_on(struct client *cl)
{
	static struct buf body;
	struct ack *a = cl->ack;

	if (a->busy || deadline_is_set(&a->merge))
		return;
	deadline_set(&merges, &a->merge);
	a->sent = cl->acked;
	a->busy = true;
	stat_add(STAT_LIVE_ACK_CALLS, 1);
	buf_clear(&body);
	buf_printf(&body, "{\"user_index\":%" PRId64 "}", a->sent);
	subscriber_call(client_subscriber(cl),
	    &(struct fcgi_call){ .service = SERVICE_INBOX,
		.method = "POST",
		.uri = STR("/internal/live/ack"),
		.body = buf_view(&body),
		.internal = true,
		.done = on_answer });
}

void ack_take(struct client *cl, int64_t user_index)
{
	if (user_index <= cl->acked)
		return;
	stat_add(STAT_LIVE_ACKS, 1);
	if (!cl->ack) {
		cl->ack = calloc(1, sizeof(*cl->ack));
		if (!cl->ack)
			die(EX_OSERR, "out of memory");
		cl->ack->client = cl;
		cl->ack->sent = cl->acked;
	}
	cl->acked = user_index;
	pass_on(cl);
}

static void on_merged(struct deadline *d)
{
	go_on(CONTAINER_OF(d, struct ack, merge)->client);
}

/* What has been acked is passed on even if the connection ends. */
static void on_conn_end(struct conn *c, const char *why)
{
	struct client *cl = client_of(c);

	(void)why;
	if (!cl->ack)
		return;
	deadline_clear(&cl->ack->merge);
	if (client_subscriber(cl)->recipient && cl->ack->sent < cl->acked)
		pass_on(cl);
	forget(cl);
}

void ack_start(uv_loop_t *loop)
{
	deadline_list_init(&merges, loop, MERGE_MS, on_merged);
	conn_on_end(on_conn_end);
}
