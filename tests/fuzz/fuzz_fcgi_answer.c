/* Parsing the answer of a service does not depend on how it is split. */
#include <stdlib.h>

#include "gateway/fcgi_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
	if (!ok)
		abort();
}

static int feed(struct fcgi_reader *r, const uint8_t *p, size_t n, size_t step)
{
	int rc = 0;

	while (n && rc == 0) {
		size_t piece = n < step ? n : step;

		rc = fcgi_reader_feed(r, (const char *)p, piece);
		p += piece;
		n -= piece;
	}
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fcgi_reader whole, bytes;
	struct cgi_answer a;

	fcgi_reader_init(&whole);
	fcgi_reader_init(&bytes);
	check(feed(&whole, data, size, size ? size : 1) ==
	      feed(&bytes, data, size, 1));
	check(str_eq(buf_view(&whole.out), buf_view(&bytes.out)));
	if (cgi_answer_parse(buf_view(&whole.out), &a))
		check(a.status >= 200 && a.status <= 599 && a.body.p);
	fcgi_reader_release(&whole);
	fcgi_reader_release(&bytes);
	/* Also the input itself as a CGI answer. */
	if (cgi_answer_parse((struct str){ (const char *)data, size }, &a))
		check(a.body.p + a.body.len == (const char *)data + size ||
		      !a.body.len);
	return 0;
}
