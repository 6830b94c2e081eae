#include "client/ack.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/stat.h"
#include "gateway/fcgi_client.h"
#include "http/status.h"

/* Every ack that moves a mark is an event for each sender. */
#define MERGE_MS 250

static struct deadline_list merges;

/* Unless a call is pending, or was made a moment ago. */
static void pass_on(struct client *cl);

static void on_answer(void *ctx, const struct cgi_answer *answer)
{
	struct client *cl = client_found(ctx);

	if (!cl)
		return;
	cl->ack_busy = false;
	if (answer->status == HTTP_UNAUTHORIZED)
		subscriber_check(client_subscriber(cl));
	/* Acks are cumulative, so the next one makes up for one that failed. */
	pass_on(cl);
}

static void pass_on(struct client *cl)
{
	static struct buf body;

	if (cl->ack_next <= cl->ack_sent || cl->ack_busy ||
	    deadline_is_set(&cl->ack_merge))
		return;
	deadline_set(&merges, &cl->ack_merge);
	cl->ack_sent = cl->ack_next;
	cl->ack_busy = true;
	stat_add(STAT_LIVE_ACK_CALLS, 1);
	buf_clear(&body);
	buf_printf(&body, "{\"user_index\":%" PRId64 "}", cl->ack_sent);
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
	if (user_index <= cl->ack_next)
		return;
	stat_add(STAT_LIVE_ACKS, 1);
	cl->ack_next = user_index;
	pass_on(cl);
}

static void on_merged(struct deadline *d)
{
	pass_on(CONTAINER_OF(d, struct client, ack_merge));
}

/* What has been acked is passed on even if the connection ends. */
static void on_conn_end(struct conn *c, const char *why)
{
	struct client *cl = client_of(c);

	(void)why;
	deadline_clear(&cl->ack_merge);
	if (client_subscriber(cl)->recipient)
		pass_on(cl);
	deadline_clear(&cl->ack_merge);
}

void ack_start(uv_loop_t *loop)
{
	deadline_list_init(&merges, loop, MERGE_MS, on_merged);
	conn_on_end(on_conn_end);
}
