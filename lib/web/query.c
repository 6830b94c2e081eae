#include "web/query.h"

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool web_unescape(struct arena *a, struct str s, bool plus_is_blank,
    struct str *out)
{
	char *dst = arena_alloc(a, s.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		int c = (unsigned char)s.p[i];

		if (c == '+' && plus_is_blank) {
			c = ' ';
		} else if (c == '%') {
			int hi, lo;

			if (s.len - i < 3)
				return false;
			hi = hex_value(s.p[i + 1]);
			lo = hex_value(s.p[i + 2]);
			if (hi < 0 || lo < 0)
				return false;
			c = hi * 16 + lo;
			i += 2;
		}
		if (!c)
			return false;
		dst[n++] = (char)c;
	}
	*out = (struct str){ dst, n };
	return str_is_utf8(*out);
}

int web_query_parse(struct arena *a, struct str query,
    struct web_pair **pairs_out, size_t *n_out, struct error *err)
{
	struct web_pair *pairs;
	size_t max = 1, n = 0;

	for (size_t i = 0; i < query.len; i++)
		max += query.p[i] == '&';
	pairs = ARENA_ARRAY(a, max, struct web_pair);
	while (query.len) {
		struct str value = str_cut(&query, '&');
		struct str name = str_cut(&value, '=');
		struct web_pair *p = &pairs[n];

		if (!name.len && !value.p)
			continue;
		if (!web_unescape(a, name, true, &p->name))
			return err_set(err, ERR_INVALID_ARGUMENT,
			    "malformed name of a query parameter");
		if (!web_unescape(a, value, true, &p->value))
			return err_field(err, ERR_INVALID_ARGUMENT,
			    arena_str(a, p->name).p,
			    "malformed percent-escape");
		n++;
	}
	*pairs_out = pairs;
	*n_out = n;
	return 0;
}
