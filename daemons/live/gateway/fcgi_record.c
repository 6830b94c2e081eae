#include "gateway/fcgi_record.h"

#include "http/status.h"

#define REQUEST_ID 1

static void add_len(struct buf *b, size_t len)
{
	if (len < 128) {
		buf_u8(b, (uint8_t)len);
		return;
	}
	for (int i = 3; i >= 0; i--)
		buf_u8(b, (uint8_t)((len >> (8 * i)) | (i == 3 ? 0x80 : 0)));
}

void fcgi_param(struct buf *params, const char *name, struct str value)
{
	add_len(params, strlen(name));
	add_len(params, value.len);
	buf_cstr(params, name);
	buf_str(params, value);
}

static void add_head(struct buf *out, enum fcgi_type type, size_t len)
{
	uint8_t head[FCGI_HEAD_LEN];

	fcgi_head_put(head, type, REQUEST_ID, len);
	buf_add(out, head, sizeof(head));
}

/* A stream: records of its bytes, then the empty one that ends it. */
static void add_stream(struct buf *out, enum fcgi_type type, struct str s)
{
	while (s.len) {
		size_t n = s.len < FCGI_CONTENT_MAX ? s.len : FCGI_CONTENT_MAX;

		add_head(out, type, n);
		buf_add(out, s.p, n);
		s.p += n;
		s.len -= n;
	}
	add_head(out, type, 0);
}

void fcgi_encode(struct buf *out, struct str params, struct str body)
{
	static const uint8_t begin[FCGI_BEGIN_LEN] = { 0, FCGI_RESPONDER,
		FCGI_KEEP_CONN };

	buf_reserve(out, params.len + body.len + 64);
	add_head(out, FCGI_TYPE_BEGIN, sizeof(begin));
	buf_add(out, begin, sizeof(begin));
	add_stream(out, FCGI_TYPE_PARAMS, params);
	add_stream(out, FCGI_TYPE_STDIN, body);
}

void fcgi_reader_init(struct fcgi_reader *r)
{
	*r = (struct fcgi_reader){ .head_len = 0 };
	buf_init(&r->out);
}

void fcgi_reader_release(struct fcgi_reader *r)
{
	buf_release(&r->out);
}

/* A record head is complete: -1 if it is not part of an answer. */
static int on_head(struct fcgi_reader *r)
{
	const uint8_t *h = r->head;

	if (h[0] != FCGI_VERSION || fcgi_head_id(h) != REQUEST_ID)
		return -1;
	r->content_left = fcgi_head_len(h);
	r->padding_left = fcgi_head_padding(h);
	if (h[1] == FCGI_TYPE_STDOUT &&
	    r->out.len + r->content_left > FCGI_ANSWER_MAX)
		return -1;
	return 0;
}

static size_t take_head(struct fcgi_reader *r, const char *p, size_t n)
{
	size_t want = sizeof(r->head) - r->head_len;

	if (n > want)
		n = want;
	memcpy(r->head + r->head_len, p, n);
	r->head_len += n;
	return n;
}

static size_t take_content(struct fcgi_reader *r, const char *p, size_t n)
{
	size_t *left = r->content_left ? &r->content_left : &r->padding_left;

	if (n > *left)
		n = *left;
	if (r->content_left && r->head[1] == FCGI_TYPE_STDOUT)
		buf_add(&r->out, p, n);
	*left -= n;
	return n;
}

int fcgi_reader_feed(struct fcgi_reader *r, const char *p, size_t n)
{
	while (n && !r->ended) {
		size_t used;

		if (r->head_len < sizeof(r->head)) {
			used = take_head(r, p, n);
			if (r->head_len == sizeof(r->head) && on_head(r) < 0)
				return -1;
		} else {
			used = take_content(r, p, n);
		}
		p += used;
		n -= used;
		if (r->head_len < sizeof(r->head) || r->content_left ||
		    r->padding_left)
			continue;
		r->ended = r->head[1] == FCGI_TYPE_END;
		r->head_len = 0;
	}
	return r->ended;
}

static bool take_status(struct str v, int *out)
{
	int64_t n;

	if (!str_to_int(str_cut(&v, ' '), &n) || n < 200 || n > 599)
		return false;
	*out = (int)n;
	return true;
}

bool cgi_answer_parse(struct str text, struct cgi_answer *out)
{
	*out = (struct cgi_answer){ .status = HTTP_OK };
	while (text.p) {
		struct str line = str_cut(&text, '\n'), name;

		if (line.len && line.p[line.len - 1] == '\r')
			line.len--;
		if (!line.len) {
			out->body = text.p ? text : STR("");
			return text.p != NULL;
		}
		name = str_cut(&line, ':');
		if (!line.p)
			return false;
		line = str_trim(line);
		if (str_is_nocase(name, "Status") &&
		    !take_status(line, &out->status))
			return false;
		if (str_is_nocase(name, "Content-Type"))
			out->content_type = line;
		else if (str_is_nocase(name, "Retry-After"))
			out->retry_after = line;
		else if (str_is_nocase(name, "Access-Control-Allow-Origin"))
			out->allow_origin = line;
	}
	return false;
}
