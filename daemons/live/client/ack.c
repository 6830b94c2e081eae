#include "client/ack.h"

#include <inttypes.h>

#include "base/buf.h"
#include "gateway/fcgi_client.h"
#include "client/heartbeat.h"

static void pass_on(struct conn *c);

static void on_answer(void *ctx, const struct cgi_answer *answer)
{
	struct conn *c = conn_find((uint64_t)(uintptr_t)ctx);

	if (!c)
		return;
	c->ack_busy = false;
	if (!conn_is_open(c))
		return;
	if (answer->status == 401)
		heartbeat_check(c);
	/* One that failed is made good by the next: acks are cumulative. */
	if (c->ack_next > c->ack_sent)
		pass_on(c);
}

static void pass_on(struct conn *c)
{
	static struct buf body;

	c->ack_sent = c->ack_next;
	c->ack_busy = true;
	buf_clear(&body);
	buf_printf(&body, "{\"user_index\":%" PRId64 "}", c->ack_sent);
	fcgi_call(&(struct fcgi_call){ .service = SERVICE_INBOX,
	    .method = "POST",
	    .uri = STR("/internal/live/ack"),
	    .body = buf_view(&body),
	    .internal = true,
	    .session_id = c->session_id,
	    .request_id = str_of(c->request_id),
	    .remote_addr = str_of(c->ip),
	    .done = on_answer,
	    .ctx = (void *)(uintptr_t)c->id });
}

void ack_take(struct conn *c, int64_t user_index)
{
	if (user_index <= c->ack_next)
		return;
	c->ack_next = user_index;
	if (!c->ack_busy)
		pass_on(c);
}
