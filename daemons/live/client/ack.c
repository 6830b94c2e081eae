#include "client/ack.h"

#include <inttypes.h>

#include "base/buf.h"
#include "gateway/fcgi_client.h"
#include "http/status.h"

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
	if (cl->ack_next > cl->ack_sent)
		pass_on(cl);
}

static void pass_on(struct client *cl)
{
	static struct buf body;

	cl->ack_sent = cl->ack_next;
	cl->ack_busy = true;
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
	cl->ack_next = user_index;
	if (!cl->ack_busy)
		pass_on(cl);
}
