#include "gateway/fcgi_request.h"

#include <inttypes.h>
#include <stdio.h>

static void add_param(struct buf *b, const char *name, struct str value)
{
	if (value.p)
		fcgi_param(b, name, value);
}

void fcgi_request_encode(struct buf *out, const struct fcgi_call *call)
{
	static struct buf params;
	struct str query = call->uri;
	char number[24];

	str_cut(&query, '?');
	buf_clear(&params);
	fcgi_param(&params, "REQUEST_METHOD", str_of(call->method));
	fcgi_param(&params, "REQUEST_URI", call->uri);
	fcgi_param(&params, "QUERY_STRING", query.p ? query : STR(""));
	fcgi_param(&params, "SCRIPT_NAME", STR(""));
	fcgi_param(&params, "SERVER_PROTOCOL", STR("HTTP/1.1"));
	fcgi_param(&params, "REMOTE_ADDR", call->remote_addr);
	fcgi_param(&params, "HTTP_X_REQUEST_ID", call->request_id);
	if (call->body.len) {
		snprintf(number, sizeof(number), "%zu", call->body.len);
		fcgi_param(&params, "CONTENT_LENGTH", str_of(number));
		fcgi_param(&params, "CONTENT_TYPE", STR("application/json"));
	}
	if (call->internal)
		fcgi_param(&params, "IM_INTERNAL", STR("1"));
	if (call->session_id) {
		snprintf(number, sizeof(number), "%" PRId64, call->session_id);
		fcgi_param(&params, "IM_SESSION", str_of(number));
	}
	add_param(&params, "HTTP_AUTHORIZATION", call->authorization);
	add_param(&params, "HTTP_ORIGIN", call->origin);
	add_param(&params, "HTTP_IM_ACT_AS", call->act_as);
	add_param(&params, "HTTP_IDEMPOTENCY_KEY", call->idempotency_key);
	add_param(&params, "HTTP_IF_MATCH", call->if_match);
	fcgi_encode(out, buf_view(&params), call->body);
}
