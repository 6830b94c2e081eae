#include "events/subscriber.h"

#include "events/audience.h"
#include "gateway/heads.h"
#include "proto/request_id.h"

struct subscriber *subscriber_find(uint64_t conn_id)
{
	struct conn *c = conn_find(conn_id);

	if (!c || !conn_is_open(c) || !subscriber_of(c)->recipient)
		return NULL;
	return subscriber_of(c);
}

void subscriber_call(const struct subscriber *s, const struct fcgi_call *call)
{
	const struct conn *c = &s->http.conn;
	struct fcgi_call full = *call;
	char ip[PEER_IP_LEN], id[REQUEST_ID_SIZE];

	full.session_id = s->session_id;
	full.user_id = s->recipient->user_id;
	/* What changes something is done, even if its author leaves. */
	if (!strcmp(call->method, "GET"))
		full.conn_id = c->id;
	full.remote_addr = str_of(peer_ip_text(ip, &c->ip));
	if (!full.request_id.p)
		full.request_id = str_of(request_id_text(id, &s->http));
	if (!full.ctx)
		full.ctx = (void *)(uintptr_t)c->id;
	fcgi_call(&full);
}

struct subscriber *subscriber_found(const void *ctx)
{
	return subscriber_find((uint64_t)(uintptr_t)ctx);
}

void subscriber_check(const struct subscriber *s)
{
	heads_ask(s->http.conn.id, s->recipient->user_id, s->session_id,
	    audience_sum(s->recipient));
}
