/* Parsing a FastCGI request depends neither on how it is split, nor on what the
 * connection has carried before. */
#include <stdlib.h>

#include "web/fcgi_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
	if (!ok)
		abort();
}

static int feed(struct fcgi_input *in, const uint8_t *p, size_t n, size_t step)
{
	int rc = 0;

	while (n && rc == 0) {
		size_t piece = n < step ? n : step;

		rc = fcgi_input_feed(in, (const char *)p, piece);
		p += piece;
		n -= piece;
	}
	return rc;
}

static void count(void *arg, struct str name, struct str value)
{
	size_t *sum = arg;

	check(value.p[value.len] == '\0');
	*sum += name.len + value.len;
}

static void same(const struct fcgi_input *x, const struct fcgi_input *y)
{
	check(str_eq(buf_view(&x->params), buf_view(&y->params)));
	check(str_eq(buf_view(&x->body), buf_view(&y->body)));
	check(x->ended == y->ended && x->keeps == y->keeps);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fcgi_input whole, bytes;
	struct arena a;
	size_t sum = 0;

	if (size > FCGI_EARLY_MAX)
		return 0;
	arena_init(&a);
	fcgi_input_init(&whole);
	fcgi_input_init(&bytes);
	check(feed(&whole, data, size, size ? size : 1) ==
	      feed(&bytes, data, size, 1));
	same(&whole, &bytes);
	fcgi_input_next(&whole);
	feed(&whole, data, size, size ? size : 1);
	same(&whole, &bytes);
	if (fcgi_input_params(&whole, &a, count, &sum))
		check(sum <= whole.params.len);
	fcgi_input_release(&whole);
	fcgi_input_release(&bytes);
	arena_release(&a);
	return 0;
}
