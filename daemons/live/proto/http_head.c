#include "proto/http_head.h"

#include <strings.h>

void http_head_init(struct http_head *h)
{
	*h = (struct http_head){ .fed = 0 };
	buf_init(&h->text);
	http_parser_init(&h->parser, HTTP_REQUEST);
	h->parser.data = h;
}

void http_head_release(struct http_head *h)
{
	/* It may contain a token or a ticket. */
	if (h->text.p)
		explicit_bzero(h->text.p, h->text.cap);
	buf_release(&h->text);
}

static void add(struct http_head *h, struct http_span *s, const char *p,
    size_t n)
{
	if (!s->len)
		s->at = (uint32_t)h->text.len;
	buf_add(&h->text, p, n);
	s->len += (uint32_t)n;
}

static int on_url(http_parser *p, const char *at, size_t n)
{
	struct http_head *h = p->data;

	add(h, &h->target, at, n);
	return 0;
}

static int on_field(http_parser *p, const char *at, size_t n)
{
	struct http_head *h = p->data;

	if (h->in_value || !h->n_headers) {
		if (h->n_headers == HTTP_HEADERS_MAX) {
			h->overflow = true;
			return -1;
		}
		h->n_headers++;
		h->in_value = false;
	}
	add(h, &h->names[h->n_headers - 1], at, n);
	return 0;
}

static int on_value(http_parser *p, const char *at, size_t n)
{
	struct http_head *h = p->data;

	/* Called with n 0 for an empty value. */
	h->in_value = true;
	if (h->n_headers)
		add(h, &h->values[h->n_headers - 1], at, n);
	return 0;
}

/* 2: the parser must not interpret the rest, whatever the headers say. */
static int on_complete(http_parser *p)
{
	struct http_head *h = p->data;

	h->complete = true;
	return 2;
}

static const http_parser_settings settings = {
	.on_url = on_url,
	.on_header_field = on_field,
	.on_header_value = on_value,
	.on_headers_complete = on_complete,
};

static int too_large(struct error *err)
{
	return err_set(err, ERR_HEADERS_TOO_LARGE,
	    "the request head has more than %d bytes or %d headers",
	    HTTP_HEAD_MAX, HTTP_HEADERS_MAX);
}

static int check_form(struct http_head *h, const char *p, size_t n,
    struct error *err)
{
	const char *why = head_form_check(&h->form, p, n);

	if (!why)
		return 0;
	return err_set(err, ERR_INVALID_ARGUMENT,
	    "the request is not valid HTTP: %s", why);
}

/* Of two, each reader may take another one. */
static int check_singles(const struct http_head *h, struct error *err)
{
	static const char *const names[] = { "Authorization", "Last-Event-ID" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (http_head_count(h, names[i]) > 1)
			return err_field(err, ERR_INVALID_ARGUMENT, names[i],
			    "given twice");
	}
	return 0;
}

static int check_complete(const struct http_head *h, struct error *err)
{
	size_t n_hosts = http_head_count(h, "Host");

	if (h->parser.http_major != 1)
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "the request is not HTTP/1");
	if (check_singles(h, err) < 0)
		return -1;
	if (!n_hosts && h->parser.http_minor == 0)
		return 1;
	if (n_hosts != 1 || !head_form_is_host(http_head_get(h, "Host")))
		return err_field(err, ERR_INVALID_ARGUMENT, "Host",
		    "must be there once, and name a host");
	return 1;
}

int http_head_feed(struct http_head *h, const char *p, size_t n,
    size_t *used_out, struct error *err)
{
	size_t room = HTTP_HEAD_MAX - h->fed, len = n < room ? n : room;

	*used_out = http_parser_execute(&h->parser, &settings, p, len);
	h->fed += *used_out;
	if (check_form(h, p, *used_out, err) < 0)
		return -1;
	if (h->overflow)
		return too_large(err);
	if (h->complete)
		return check_complete(h, err);
	if (HTTP_PARSER_ERRNO(&h->parser) != HPE_OK)
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "the request is not valid HTTP: %s",
		    http_errno_description(HTTP_PARSER_ERRNO(&h->parser)));
	if (h->fed == HTTP_HEAD_MAX)
		return too_large(err);
	return 0;
}

const char *http_head_method(const struct http_head *h)
{
	return http_method_str((enum http_method)h->parser.method);
}

static struct str view(const struct http_head *h, struct http_span s)
{
	if (!s.len)
		return STR("");
	return (struct str){ h->text.p + s.at, s.len };
}

struct str http_head_target(const struct http_head *h)
{
	return view(h, h->target);
}

struct str http_head_get(const struct http_head *h, const char *name)
{
	for (size_t i = 0; i < h->n_headers; i++) {
		if (str_is_nocase(view(h, h->names[i]), name))
			return str_trim(view(h, h->values[i]));
	}
	return STR_NONE;
}

size_t http_head_count(const struct http_head *h, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n_headers; i++)
		n += str_is_nocase(view(h, h->names[i]), name);
	return n;
}

bool http_head_has(const struct http_head *h, const char *name,
    const char *token)
{
	for (size_t i = 0; i < h->n_headers; i++) {
		struct str list = view(h, h->values[i]);

		if (!str_is_nocase(view(h, h->names[i]), name))
			continue;
		while (list.p) {
			if (str_is_nocase(str_trim(str_cut(&list, ',')), token))
				return true;
		}
	}
	return false;
}
