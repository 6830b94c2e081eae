#include "web/reply.h"

#include <inttypes.h>

#include "base/crypto.h"
#include "base/log.h"

#define DEFAULT_TYPE "application/json"
#define PROBLEM_TYPE "application/problem+json"
#define RETRY_MS     1000

static const char *reason(int status)
{
	static const struct {
		int status;
		const char *text;
	} reasons[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 409, "Conflict" },
		{ 410, "Gone" },
		{ 412, "Precondition Failed" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].status == status)
			return reasons[i].text;
	}
	return "Unknown";
}

void web_reply_reset(struct web_request *rq)
{
	rq->status = 200;
	rq->n_headers = 0;
	rq->out_type = NULL;
	buf_clear(rq->buf);
	json_writer_init(rq->out, rq->buf);
}

void web_created(struct web_request *rq)
{
	rq->status = 201;
}

void web_no_content(struct web_request *rq)
{
	rq->status = 204;
	buf_clear(rq->buf);
	json_writer_init(rq->out, rq->buf);
}

void web_unavailable(struct web_request *rq)
{
	rq->status = 503;
}

/* Nobody but this module ends a header line. */
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
	    "not a tag of this resource");
}

void web_content_type(struct web_request *rq, const char *type)
{
	rq->out_type = type;
}

static bool is_request_id(struct str s)
{
	return s.len >= 1 && s.len <= 64 && str_is_alnum_or(s, "._-");
}

void web_request_id(struct web_request *rq)
{
	unsigned char random[12];

	if (is_request_id(rq->request_id))
		return;
	crypto_random(random, sizeof(random));
	rq->request_id = crypto_hex(rq->arena, random, sizeof(random));
}

void web_problem(struct web_request *rq, const struct error *err)
{
	const struct err_info *info = err_info(err->code);
	struct str detail = str_of(err->detail);
	int64_t retry_ms = 0;

	web_request_id(rq);
	web_reply_reset(rq);
	rq->status = info->status;
	rq->out_type = PROBLEM_TYPE;
	if (rq->status == 429 || rq->status == 503)
		retry_ms = err->retry_after_ms > 0 ? err->retry_after_ms
						   : RETRY_MS;
	/* What broke inside is for the log. */
	if (err->code == ERR_INTERNAL || !detail.len)
		detail = str_of(info->text);
	json_begin(rq->out);
	json_put_str(rq->out, "type",
	    arena_printf(rq->arena, "urn:imcloud:problem:%s", info->code));
	json_put_cstr(rq->out, "title", info->text);
	json_put_int(rq->out, "status", info->status);
	json_put_cstr(rq->out, "code", info->code);
	json_put_str(rq->out, "detail", detail);
	if (err->field[0])
		json_put_cstr(rq->out, "field", err->field);
	if (retry_ms)
		json_put_int(rq->out, "retry_after_ms", retry_ms);
	json_put_str(rq->out, "request_id", rq->request_id);
	json_end(rq->out);
	if (retry_ms)
		web_header(rq, "Retry-After",
		    arena_printf(rq->arena, "%" PRId64,
			(int64_t)((retry_ms + 999) / 1000)));
}

void web_reply_replay(struct web_request *rq, int status, struct str body)
{
	web_reply_reset(rq);
	rq->status = status;
	if (status >= 400)
		rq->out_type = PROBLEM_TYPE;
	if (status != 204)
		buf_str(rq->buf, body);
	web_header(rq, "Idempotent-Replayed", STR("true"));
}

void web_reply_finish(struct web_request *rq)
{
	if (rq->status == 204)
		web_no_content(rq);
	if (rq->status == 401)
		web_header(rq, "WWW-Authenticate", STR("Bearer"));
	if ((rq->status == 429 || rq->status == 503) &&
	    !find_header(rq, "Retry-After"))
		web_header(rq, "Retry-After", STR("1"));
}

void web_reply_render(const struct web_request *rq, struct buf *out)
{
	buf_printf(out, "Status: %d %s\r\n", rq->status, reason(rq->status));
	if (rq->status != 204)
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
	if (rq->status != 204 && !str_is(rq->method, "HEAD"))
		buf_str(out, buf_view(rq->buf));
}
