/*
 * Any text is cut into terms whose places ascend within it and that an index
 * can hold; a text finds itself.  The input is a query, a newline and a text.
 */
#include <stdlib.h>
#include <string.h>

#include "base/terms.h"
#include "base/terms_query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
	if (!ok)
		abort();
}

static void check_written(struct str s)
{
	check(str_is_utf8(s));
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		check(c >= 0x80 || c == ' ' || (c >= '0' && c <= '9') ||
		      (c >= 'a' && c <= 'z'));
	}
}

static void check_terms(const struct terms *t, size_t n_chars)
{
	uint32_t start = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct term *v = &t->v[i];

		check(v->text.len && str_is_utf8(v->text));
		check(v->start >= start && v->start < v->end &&
		      v->end <= n_chars);
		check(!v->joined || (i && v->kind == TERM_CHAR &&
					t->v[i - 1].kind == TERM_CHAR));
		start = v->start;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size }, line;
	struct terms t = { 0 };
	struct terms_query q;
	struct terms_span *spans;
	struct arena a;
	struct buf b;
	size_t n;

	if (!str_is_utf8(text))
		return 0;
	arena_init(&a);
	buf_init(&b);
	line = str_cut(&text, '\n');
	terms_add(&a, &t, text);
	check_terms(&t, str_utf8_count(text));
	terms_write(&b, &t);
	check_written(buf_view(&b));
	terms_query_read(&a, line, &q);
	for (size_t i = 0; i < q.n; i++) {
		buf_clear(&b);
		terms_query_write(&b, &q.phrases[i]);
		check(b.len);
		check_written(buf_view(&b));
	}
	if (terms_query_match(&a, &q, &t, &spans, &n))
		for (size_t i = 0; i < n; i++)
			check(spans[i].start < spans[i].end &&
			      (!i || spans[i - 1].end <= spans[i].start));
	/* A phrase of a whole text is in it. */
	if (t.n) {
		struct terms_phrase whole = { t, false };
		struct terms_query self = { &whole, 1 };

		check(terms_query_match(&a, &self, &t, &spans, &n) && n == 1);
	}
	buf_release(&b);
	arena_release(&a);
	return 0;
}
