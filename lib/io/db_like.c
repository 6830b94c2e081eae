#include "io/db.h"

static struct str pattern(struct arena *a, struct str text, bool anywhere)
{
	char *p = arena_alloc(a, 2 * text.len + 2);
	size_t n = 0;

	if (anywhere)
		p[n++] = '%';
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c == '|' || c == '%' || c == '_')
			p[n++] = '|';
		p[n++] = c;
	}
	p[n++] = '%';
	return (struct str){ p, n };
}

struct str db_like_prefix(struct arena *a, struct str text)
{
	return pattern(a, text, false);
}

struct str db_like_within(struct arena *a, struct str text)
{
	return pattern(a, text, true);
}
