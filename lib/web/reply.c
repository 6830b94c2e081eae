#include "web/reply.h"

#include <inttypes.h>

#include "base/log.h"
#include "http/gzip.h"
#include "http/problem.h"
#include "http/request_id.h"
#include "http/status.h"
#include "io/json_writer.h"

#define DEFAULT_TYPE "application/json"

void web_reply_reset(struct web_request *rq)
{
	rq->status = HTTP_OK;
	rq->n_headers = 0;
	rq->out_type = NULL;
	buf_clear(rq->buf);
	json_writer_init(rq->out, rq->buf);
}

void web_created(struct web_request *rq)
{
	rq->status = HTTP_CREATED;
}

void web_accepted(struct web_request *rq)
{
	rq->status = HTTP_ACCEPTED;
}

void web_no_content(struct web_request *rq)
{
	rq->status = HTTP_NO_CONTENT;
	buf_clear(rq->buf);
	json_writer_init(rq->out, rq->buf);
}

void web_unavailable(struct web_request *rq)
{
	rq->status = HTTP_UNAVAILABLE;
}

/* A value must not end its header line. */
static bool is_field_value(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static struct web_header *find_header(struct web_request *rq, const char *name)
{
	for (size_t i = 0; i < rq->n_headers; i++) {
		if (!strcmp(rq->headers[i].name, name))
			return &rq->headers[i];
	}
	return NULL;
}

void web_header(struct web_request *rq, const char *name, struct str value)
{
	struct web_header *h = find_header(rq, name);

	if (!is_field_value(value)) {
		log_warn("header_dropped", "name=%s", name);
		return;
	}
	if (!h) {
		if (rq->n_headers == WEB_HEADERS_MAX)
			BUG("%s: too many headers", name);
		h = &rq->headers[rq->n_headers++];
	}
	h->name = name;
	h->value = arena_str(rq->arena, value);
}

void web_vary(struct web_request *rq, struct str header)
{
	struct web_header *h = find_header(rq, "Vary");

	web_header(rq, "Vary",
	    h ? arena_printf(rq->arena, "%.*s, %.*s", STR_ARG(h->value),
		    STR_ARG(header))
	      : header);
}

void web_etag(struct web_request *rq, int64_t version)
{
	web_header(rq, "ETag",
	    arena_printf(rq->arena, "\"%" PRId64 "\"", version));
}

int web_if_match(const struct web_request *rq, int64_t *version_out,
    struct error *err)
{
	struct str tag = str_trim(rq->if_match);

	*version_out = 0;
	if (!tag.p || str_is(tag, "*"))
		return 0;
	if (tag.len > 2 && tag.p[0] == '"' && tag.p[tag.len - 1] == '"' &&
	    str_to_int((struct str){ tag.p + 1, tag.len - 2 }, version_out) &&
	    *version_out > 0)
		return 0;
	*version_out = 0;
	return err_field(err, ERR_PRECONDITION_FAILED, "If-Match",
	    "not an ETag of this resource");
}

void web_content_type(struct web_request *rq, const char *type)
{
	rq->out_type = type;
}

void web_request_id(struct web_request *rq)
{
	rq->request_id = http_request_id(rq->arena, rq->request_id);
}

void web_problem(struct web_request *rq, const struct error *err)
{
	int32_t retry_s;

	web_request_id(rq);
	retry_s = http_problem_retry_s(err, rq->request_id);
	web_reply_reset(rq);
	rq->status = err_info(err->code)->status;
	rq->out_type = HTTP_PROBLEM_TYPE;
	http_problem_write(rq->buf, err, rq->request_id);
	if (retry_s)
		web_header(rq, "Retry-After",
		    arena_printf(rq->arena, "%" PRId32, retry_s));
}

void web_put_problem(struct web_request *rq, const struct error *err)
{
	struct buf body;

	web_request_id(rq);
	buf_init(&body);
	http_problem_write(&body, err, rq->request_id);
	json_put_int(rq->out, "status", err_info(err->code)->status);
	json_put_raw(rq->out, "body", buf_view(&body));
	buf_release(&body);
}

void web_put_success(struct web_request *rq, bool is_new)
{
	json_put_int(rq->out, "status", is_new ? HTTP_CREATED : HTTP_OK);
}

void web_put_accepted(struct web_request *rq)
{
	json_put_int(rq->out, "status", HTTP_ACCEPTED);
}

void web_reply_replay(struct web_request *rq, int status, struct str body)
{
	web_reply_reset(rq);
	rq->status = status;
	if (status >= HTTP_BAD_REQUEST)
		rq->out_type = HTTP_PROBLEM_TYPE;
	if (status != HTTP_NO_CONTENT)
		buf_str(rq->buf, body);
	web_header(rq, "Idempotent-Replayed", STR("true"));
}

static void compress(struct web_request *rq)
{
	struct str body;

	if (rq->buf->len <= HTTP_GZIP_MIN)
		return;
	web_vary(rq, STR("Accept-Encoding"));
	if (!http_gzip_accepted(rq->accept_encoding) ||
	    !http_gzip(rq->arena, buf_view(rq->buf), &body))
		return;
	buf_clear(rq->buf);
	buf_str(rq->buf, body);
	web_header(rq, "Content-Encoding", STR("gzip"));
}

static void put_count(struct web_request *rq, const char *name, int64_t n)
{
	web_header(rq, name, arena_printf(rq->arena, "%" PRId64, n));
}

static void put_rate(struct web_request *rq)
{
	const struct web_rate_left *r = &rq->rate;

	put_count(rq, "RateLimit-Limit", r->limit);
	put_count(rq, "RateLimit-Remaining", r->left);
	put_count(rq, "RateLimit-Reset", (r->ends_ms + 999) / 1000);
}

void web_reply_finish(struct web_request *rq)
{
	if (rq->rate.limit)
		put_rate(rq);
	if (rq->status == HTTP_NO_CONTENT)
		web_no_content(rq);
	if (rq->status == HTTP_UNAUTHORIZED)
		web_header(rq, "WWW-Authenticate", STR("Bearer"));
	if ((rq->status == HTTP_TOO_MANY_REQUESTS ||
		rq->status == HTTP_UNAVAILABLE) &&
	    !find_header(rq, "Retry-After"))
		web_header(rq, "Retry-After", STR("1"));
	compress(rq);
}

void web_reply_render(const struct web_request *rq, struct buf *out)
{
	buf_printf(out, "Status: %d %s\r\n", rq->status,
	    http_reason(rq->status));
	if (rq->status != HTTP_NO_CONTENT)
		buf_printf(out,
		    "Content-Type: %s\r\n"
		    "Content-Length: %zu\r\n"
		    "X-Content-Type-Options: nosniff\r\n",
		    rq->out_type ? rq->out_type : DEFAULT_TYPE, rq->buf->len);
	buf_printf(out,
	    "Cache-Control: no-store\r\n"
	    "X-Request-Id: %.*s\r\n",
	    STR_ARG(rq->request_id));
	for (size_t i = 0; i < rq->n_headers; i++)
		buf_printf(out, "%s: %.*s\r\n", rq->headers[i].name,
		    STR_ARG(rq->headers[i].value));
	buf_cstr(out, "\r\n");
	if (rq->status != HTTP_NO_CONTENT && !str_is(rq->method, "HEAD"))
		buf_str(out, buf_view(rq->buf));
}
