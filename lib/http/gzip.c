#include "http/gzip.h"

#include <zlib.h>

#include "base/err.h"

/*
 * A window of 8 KiB with a matching memory level: 64 KiB of state per answer
 * instead of 256, and nearly the same ratio for JSON lists.
 */
#define WINDOW_BITS 13
#define GZIP_HEAD   16 /* added to the window bits: zlib's flag for gzip */
#define MEM_LEVEL   6
#define LEVEL       4

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

		if (str_is_nocase(name, "q"))
			return is_zero(str_trim(value));
	}
	return false;
}

bool http_gzip_accepted(struct str accept_encoding)
{
	bool any = false;

	while (accept_encoding.p) {
		struct str params = str_cut(&accept_encoding, ',');
		struct str coding = str_trim(str_cut(&params, ';'));

		if (str_is_nocase(coding, "gzip") ||
		    str_is_nocase(coding, "x-gzip"))
			return !is_refused(params);
		if (str_is(coding, "*"))
			any = !is_refused(params);
	}
	return any;
}

static voidpf arena_zalloc(voidpf arena, uInt n, uInt size)
{
	return arena_array(arena, n, size);
}

static void arena_zfree(voidpf arena, voidpf p)
{
	(void)arena;
	(void)p;
}

bool http_gzip(struct arena *a, struct str body, struct str *out)
{
	z_stream z = { .zalloc = arena_zalloc,
		.zfree = arena_zfree,
		.opaque = a };
	size_t max;
	char *dst;
	int rc;

	if (body.len <= HTTP_GZIP_MIN)
		return false;
	if (deflateInit2(&z, LEVEL, Z_DEFLATED, WINDOW_BITS + GZIP_HEAD,
		MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
		BUG("deflateInit2: %s", z.msg ? z.msg : "?");
	/*
	 * Less room than the plain body: deflate() stops early if it gains
	 * nothing.
	 */
	max = body.len - 1;
	dst = arena_alloc(a, max);
	z.next_in = (Bytef *)(uintptr_t)body.p;
	z.avail_in = (uInt)body.len;
	z.next_out = (Bytef *)dst;
	z.avail_out = (uInt)max;
	rc = deflate(&z, Z_FINISH);
	if (rc == Z_STREAM_END)
		*out = (struct str){ dst, z.total_out };
	deflateEnd(&z);
	return rc == Z_STREAM_END;
}
