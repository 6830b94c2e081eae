#include "io/db.h"

struct str db_like_prefix(struct arena *a, struct str text)
{
	char *p = arena_alloc(a, 2 * text.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c == '|' || c == '%' || c == '_')
			p[n++] = '|';
		p[n++] = c;
	}
	p[n++] = '%';
	return (struct str){ p, n };
}
