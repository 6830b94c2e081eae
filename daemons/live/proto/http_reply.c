#include "proto/http_reply.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "http/cors.h"
#include "http/problem.h"
#include "http/status.h"
#include "net/out.h"
#include "proto/request_id.h"
#include "proto/ws.h"

/* Of an event stream that ends without a word, until it reconnects. */
#define RETRY_MIN_MS    1500
#define RETRY_SPREAD_MS 3000

static void put_status(struct buf *b, int status)
{
	buf_printf(b, "HTTP/1.1 %d %s\r\n", status, http_reason(status));
}

static void put_common(struct buf *b, const struct http_conn *h)
{
	char id[REQUEST_ID_SIZE];

	buf_printf(b, "X-Request-Id: %s\r\n", request_id_text(id, h));
	if (h->origin)
		buf_printf(b,
		    "Access-Control-Allow-Origin: %s\r\n"
		    "Access-Control-Expose-Headers: " HTTP_CORS_EXPOSED "\r\n"
		    "Vary: Origin\r\n",
		    h->origin);
}

static void send_text(struct http_conn *h, struct str head, struct str body)
{
	struct chunk *chunk = chunk_join(head, body);

	out_put(&h->conn, OUT_PLAIN, "", 0, chunk, chunk->len);
	chunk_unref(&chunk);
}

void http_reply_send(struct http_conn *h, const struct http_reply *r,
    const char *why)
{
	struct buf b;

	buf_init(&b);
	put_status(&b, r->status);
	if (r->status != HTTP_NO_CONTENT)
		buf_printf(&b,
		    "Content-Type: %.*s\r\n"
		    "Content-Length: %zu\r\n"
		    "X-Content-Type-Options: nosniff\r\n",
		    STR_ARG(r->type), r->body.len);
	buf_cstr(&b, "Cache-Control: no-store\r\nConnection: close\r\n");
	put_common(&b, h);
	if (r->retry_after.p)
		buf_printf(&b, "Retry-After: %.*s\r\n",
		    STR_ARG(r->retry_after));
	if (r->status == HTTP_UNAUTHORIZED)
		buf_cstr(&b, "WWW-Authenticate: Bearer\r\n");
	if (r->more)
		buf_cstr(&b, r->more);
	buf_cstr(&b, "\r\n");
	send_text(h, buf_view(&b), h->is_head ? STR_NONE : r->body);
	buf_release(&b);
	conn_finish(&h->conn, why);
}

void http_reply_head(struct http_conn *h, const char *type)
{
	struct buf b;

	buf_init(&b);
	put_status(&b, HTTP_OK);
	buf_printf(&b,
	    "Content-Type: %s\r\n"
	    "Cache-Control: no-store\r\n"
	    "Connection: close\r\n",
	    type);
	put_common(&b, h);
	buf_cstr(&b, "\r\n");
	send_text(h, buf_view(&b), STR_NONE);
	buf_release(&b);
	conn_finish(&h->conn, "head");
}

void http_reply_problem(struct http_conn *h, const struct error *err,
    const char *more)
{
	const struct err_info *info = err_info(err->code);
	char text[REQUEST_ID_SIZE], seconds[16];
	struct str id = str_of(request_id_text(text, h));
	int32_t retry_s = http_problem_retry_s(err, id);
	struct buf body;

	buf_init(&body);
	http_problem_write(&body, err, id);
	snprintf(seconds, sizeof(seconds), "%" PRId32, retry_s);
	http_reply_send(h,
	    &(struct http_reply){ .status = info->status,
		.type = STR(HTTP_PROBLEM_TYPE),
		.body = buf_view(&body),
		.retry_after = retry_s ? str_of(seconds) : STR_NONE,
		.more = more },
	    info->code);
	buf_release(&body);
}

void http_reply_preflight(struct http_conn *h)
{
	http_reply_send(h,
	    &(struct http_reply){ .status = HTTP_NO_CONTENT,
		.more = "Access-Control-Allow-Methods: GET, HEAD\r\n"
			"Access-Control-Allow-Headers: " HTTP_CORS_HEADERS
			", Last-Event-ID\r\n"
			"Access-Control-Max-Age: " HTTP_CORS_MAX_AGE "\r\n" },
	    "preflight");
}

void http_reply_upgrade(struct http_conn *h, struct str key, bool protocol)
{
	char accept[WS_ACCEPT_LEN + 1];
	struct buf b;

	buf_init(&b);
	ws_accept(accept, key);
	put_status(&b, HTTP_SWITCHING_PROTOCOLS);
	buf_printf(&b,
	    "Upgrade: websocket\r\n"
	    "Connection: Upgrade\r\n"
	    "Sec-WebSocket-Accept: %s\r\n",
	    accept);
	if (protocol)
		buf_cstr(&b, "Sec-WebSocket-Protocol: imcloud.v1\r\n");
	put_common(&b, h);
	buf_cstr(&b, "\r\n");
	send_text(h, buf_view(&b), STR_NONE);
	buf_release(&b);
}

void http_reply_stream(struct http_conn *h)
{
	struct buf b;

	buf_init(&b);
	put_status(&b, HTTP_OK);
	buf_cstr(&b, "Content-Type: text/event-stream\r\n"
		     "Cache-Control: no-store\r\n"
		     "X-Accel-Buffering: no\r\n"
		     "Connection: close\r\n");
	put_common(&b, h);
	buf_printf(&b, "\r\nretry: %" PRIu32 "\n\n",
	    RETRY_MIN_MS + crypto_uniform(RETRY_SPREAD_MS));
	send_text(h, buf_view(&b), STR_NONE);
	buf_release(&b);
}
