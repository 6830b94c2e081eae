#include "web/gzip.h"

#include <strings.h>
#include <zlib.h>

#include "web/reply.h"

#define LEAST_LEN 1024

/*
 * A window of 8 KiB and the memory level that goes with it: 64 KiB of state
 * an answer instead of 256, and nearly the same size for JSON lists.
 */
#define WINDOW_BITS 13
#define GZIP_HEAD   16 /* zlib's way to ask for gzip, added to the window */
#define MEM_LEVEL   6
#define LEVEL       4

static bool is_word(struct str s, const char *word)
{
	return s.len == strlen(word) && !strncasecmp(s.p, word, s.len);
}

/* "0", "0.", "0.000" */
static bool is_zero(struct str q)
{
	for (size_t i = 0; i < q.len; i++) {
		if (q.p[i] != (i == 1 ? '.' : '0'))
			return false;
	}
	return q.len > 0;
}

static bool is_refused(struct str params)
{
	while (params.p) {
		struct str value = str_cut(&params, ';');
		struct str name = str_trim(str_cut(&value, '='));

		if (is_word(name, "q"))
			return is_zero(str_trim(value));
	}
	return false;
}

bool web_gzip_accepted(struct str accept_encoding)
{
	bool any = false;

	while (accept_encoding.p) {
		struct str params = str_cut(&accept_encoding, ',');
		struct str coding = str_trim(str_cut(&params, ';'));

		if (is_word(coding, "gzip") || is_word(coding, "x-gzip"))
			return !is_refused(params);
		if (is_word(coding, "*"))
			any = !is_refused(params);
	}
	return any;
}

/* The compressor's memory lives and ends with the request. */
static voidpf arena_zalloc(voidpf arena, uInt n, uInt size)
{
	return arena_array(arena, n, size);
}

static void arena_zfree(voidpf arena, voidpf p)
{
	(void)arena;
	(void)p;
}

void web_gzip(struct web_request *rq)
{
	z_stream z = { .zalloc = arena_zalloc,
		.zfree = arena_zfree,
		.opaque = rq->arena };
	size_t max;
	char *dst;
	int rc;

	if (rq->buf->len <= LEAST_LEN)
		return;
	web_vary(rq, STR("Accept-Encoding"));
	if (!web_gzip_accepted(rq->accept_encoding))
		return;
	if (deflateInit2(&z, LEVEL, Z_DEFLATED, WINDOW_BITS + GZIP_HEAD,
		MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
		BUG("deflateInit2: %s", z.msg ? z.msg : "?");
	/* No more than the plain body: if it does not fit, it does not pay. */
	max = rq->buf->len - 1;
	dst = arena_alloc(rq->arena, max);
	z.next_in = (Bytef *)rq->buf->p;
	z.avail_in = (uInt)rq->buf->len;
	z.next_out = (Bytef *)dst;
	z.avail_out = (uInt)max;
	rc = deflate(&z, Z_FINISH);
	if (rc == Z_STREAM_END) {
		buf_clear(rq->buf);
		buf_add(rq->buf, dst, z.total_out);
		web_header(rq, "Content-Encoding", STR("gzip"));
	}
	deflateEnd(&z);
}
