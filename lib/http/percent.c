#include "http/percent.h"

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int http_percent_byte(struct str s)
{
	int hi, lo;

	if (s.len < 3 || s.p[0] != '%')
		return -1;
	hi = hex_value(s.p[1]);
	lo = hex_value(s.p[2]);
	return hi < 0 || lo < 0 ? -1 : hi * 16 + lo;
}

bool http_percent_decode(struct arena *a, struct str s, bool plus_is_blank,
    struct str *out)
{
	char *dst = arena_alloc(a, s.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		int c = (unsigned char)s.p[i];

		if (c == '+' && plus_is_blank) {
			c = ' ';
		} else if (c == '%') {
			c = http_percent_byte(
			    (struct str){ s.p + i, s.len - i });
			i += 2;
		}
		if (c <= 0)
			return false;
		dst[n++] = (char)c;
	}
	*out = (struct str){ dst, n };
	return str_is_utf8(*out);
}

struct str http_percent_encode(struct arena *a, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";
	char *dst = arena_alloc(a, s.len * 3 + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (str_is_alnum_or((struct str){ s.p + i, 1 }, "-._~")) {
			dst[n++] = (char)c;
			continue;
		}
		dst[n++] = '%';
		dst[n++] = digits[c >> 4];
		dst[n++] = digits[c & 15];
	}
	return (struct str){ dst, n };
}
