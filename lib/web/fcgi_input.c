#include "web/fcgi_input.h"

#include <string.h>

#define USUAL 4096 /* bytes of parameters, or of a body */

void fcgi_input_init(struct fcgi_input *in)
{
	*in = (struct fcgi_input){ .body_max = FCGI_EARLY_MAX };
	buf_init(&in->params);
	buf_init(&in->body);
}

void fcgi_input_release(struct fcgi_input *in)
{
	buf_release(&in->params);
	buf_release(&in->body);
}

void fcgi_input_next(struct fcgi_input *in)
{
	struct buf params = in->params, body = in->body;

	buf_clear(&params);
	buf_clear(&body);
	buf_shrink(&params, USUAL);
	buf_shrink(&body, USUAL);
	*in = (struct fcgi_input){ .body_max = FCGI_EARLY_MAX,
		.params = params,
		.body = body };
}

/* ---- records ---- */

static bool is_ours(const struct fcgi_input *in)
{
	return in->id && fcgi_head_id(in->head) == in->id;
}

static int open_record(struct fcgi_input *in)
{
	const uint8_t *h = in->head;

	in->content_left = fcgi_head_len(h);
	in->padding_left = fcgi_head_padding(h);
	if (h[0] != FCGI_VERSION)
		return -1;
	if (h[1] == FCGI_TYPE_BEGIN && !in->id) {
		in->id = fcgi_head_id(h);
		if (!in->id || in->content_left != FCGI_BEGIN_LEN)
			return -1;
	}
	return is_ours(in) && h[1] == FCGI_TYPE_ABORT ? -1 : 0;
}

/* An empty record ends a stream. */
static void close_record(struct fcgi_input *in)
{
	bool is_empty = fcgi_head_len(in->head) == 0;

	in->head_len = 0;
	if (!is_ours(in) || !is_empty)
		return;
	if (in->head[1] == FCGI_TYPE_PARAMS)
		in->has_params = true;
	else if (in->head[1] == FCGI_TYPE_STDIN && in->has_params)
		in->ended = true;
}

static int take_begin(struct fcgi_input *in, const char *p, size_t n)
{
	/* Two bytes of role, one of flags. */
	for (size_t i = 0; i < n; i++, in->begin_len++) {
		uint8_t byte = (uint8_t)p[i];

		if (in->begin_len == 2)
			in->keeps = byte & FCGI_KEEP_CONN;
		else if (in->begin_len < 2 &&
			 byte != (in->begin_len ? FCGI_RESPONDER : 0))
			return -1;
	}
	return 0;
}

static int take(struct fcgi_input *in, const char *p, size_t n)
{
	size_t room;

	if (!is_ours(in))
		return 0;
	switch (in->head[1]) {
	case FCGI_TYPE_BEGIN:
		return take_begin(in, p, n);
	case FCGI_TYPE_PARAMS:
		if (in->has_params || n > FCGI_PARAMS_MAX - in->params.len)
			return -1;
		buf_add(&in->params, p, n);
		return 0;
	case FCGI_TYPE_STDIN:
		if (!in->has_params)
			return -1;
		room = in->body_max > in->body.len ? in->body_max - in->body.len
						   : 0;
		buf_add(&in->body, p, n < room ? n : room);
		return 0;
	default:
		return 0;
	}
}

/* One step: part of a head, of a content or of padding; -1: invalid. */
static int64_t step(struct fcgi_input *in, const char *p, size_t n)
{
	size_t *left = in->content_left ? &in->content_left : &in->padding_left;

	if (in->head_len < FCGI_HEAD_LEN) {
		if (n > FCGI_HEAD_LEN - in->head_len)
			n = FCGI_HEAD_LEN - in->head_len;
		memcpy(in->head + in->head_len, p, n);
		in->head_len += n;
		if (in->head_len == FCGI_HEAD_LEN && open_record(in) < 0)
			return -1;
	} else {
		if (n > *left)
			n = *left;
		if (left == &in->content_left && take(in, p, n) < 0)
			return -1;
		*left -= n;
	}
	if (in->head_len == FCGI_HEAD_LEN && !in->content_left &&
	    !in->padding_left)
		close_record(in);
	return (int64_t)n;
}

int fcgi_input_feed(struct fcgi_input *in, const char *p, size_t n)
{
	while (n && !in->ended) {
		int64_t used = step(in, p, n);

		if (used < 0)
			return -1;
		p += used;
		n -= (size_t)used;
	}
	if (n)
		in->keeps = false;
	return 0;
}

/* ---- parameters ---- */

static bool take_len(struct str *s, size_t *out)
{
	const uint8_t *p = (const uint8_t *)s->p;
	size_t n = s->len && p[0] >> 7 ? 4 : 1;

	if (s->len < n)
		return false;
	*out = n == 1 ? p[0]
		      : (size_t)(p[0] & 0x7f) << 24 | (size_t)p[1] << 16 |
			    (size_t)p[2] << 8 | p[3];
	s->p += n;
	s->len -= n;
	return true;
}

static bool take_str(struct str *s, size_t len, struct str *out)
{
	if (s->len < len)
		return false;
	*out = (struct str){ s->p, len };
	s->p += len;
	s->len -= len;
	return true;
}

bool fcgi_input_params(const struct fcgi_input *in, struct arena *a,
    void (*param)(void *arg, struct str name, struct str value), void *arg)
{
	struct str rest = buf_view(&in->params), name, value;
	/* The two lengths of a pair leave room for a NUL. */
	char *copy = arena_alloc(a, rest.len + 1);
	size_t name_len, value_len;

	while (rest.len) {
		if (!take_len(&rest, &name_len) ||
		    !take_len(&rest, &value_len) ||
		    !take_str(&rest, name_len, &name) ||
		    !take_str(&rest, value_len, &value))
			return false;
		memcpy(copy, value.p, value.len);
		copy[value.len] = '\0';
		param(arg, name, (struct str){ copy, value.len });
		copy += value.len + 1;
	}
	return true;
}

/* ---- answer ---- */

static void add(struct fcgi_output *out, const void *p, size_t len)
{
	out->parts[out->n_parts++] = (struct iovec){ (void *)p, len };
	out->len += len;
}

void fcgi_output_frame(struct fcgi_output *out, struct arena *a, uint16_t id,
    struct str answer)
{
	size_t chunks = (answer.len + FCGI_CONTENT_MAX - 1) / FCGI_CONTENT_MAX;
	uint8_t *heads = arena_alloc(a, (chunks + 3) * FCGI_HEAD_LEN);

	*out = (struct fcgi_output){
		.parts = ARENA_ARRAY(a, 2 * chunks + 1, struct iovec),
	};
	while (answer.len) {
		size_t n = answer.len < FCGI_CONTENT_MAX ? answer.len
							 : FCGI_CONTENT_MAX;

		fcgi_head_put(heads, FCGI_TYPE_STDOUT, id, n);
		add(out, heads, FCGI_HEAD_LEN);
		add(out, answer.p, n);
		heads += FCGI_HEAD_LEN;
		answer.p += n;
		answer.len -= n;
	}
	/* The end of stdout, and END_REQUEST: complete, status 0. */
	fcgi_head_put(heads, FCGI_TYPE_STDOUT, id, 0);
	fcgi_head_put(heads + FCGI_HEAD_LEN, FCGI_TYPE_END, id, 8);
	add(out, heads, 3 * FCGI_HEAD_LEN);
}
