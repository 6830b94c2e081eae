#include "proto/json_slice.h"

static void skip_blanks(struct str *s)
{
	while (s->len && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' ||
			     *s->p == '\r')) {
		s->p++;
		s->len--;
	}
}

/* Skips blanks and the byte c; false if another byte follows. */
static bool take(struct str *s, char c)
{
	skip_blanks(s);
	if (!s->len || *s->p != c)
		return false;
	s->p++;
	s->len--;
	return true;
}

/* Length of the string at the start of s, with quotes; 0: none. */
static size_t string_len(struct str s)
{
	if (!s.len || s.p[0] != '"')
		return 0;
	for (size_t i = 1; i < s.len; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			return i + 1;
	}
	return 0;
}

/* Length of an object or list, by its brackets; 0: not closed. */
static size_t nested_len(struct str s)
{
	size_t depth = 0, n;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (c == '"') {
			n = string_len((struct str){ s.p + i, s.len - i });
			if (!n)
				return 0;
			i += n - 1;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if ((c == '}' || c == ']') && --depth == 0) {
			return i + 1;
		}
	}
	return 0;
}

static size_t value_len(struct str s)
{
	size_t n = 0;

	if (!s.len)
		return 0;
	if (s.p[0] == '"')
		return string_len(s);
	if (s.p[0] == '{' || s.p[0] == '[')
		return nested_len(s);
	while (n < s.len && !memchr(",]} \t\r\n", s.p[n], 7))
		n++;
	return n;
}

static bool take_piece(struct str *s, struct str *out, bool string)
{
	size_t n;

	skip_blanks(s);
	n = string ? string_len(*s) : value_len(*s);
	*out = (struct str){ s->p, n };
	s->p += n;
	s->len -= n;
	return n != 0;
}

int json_slice(struct str text, struct json_slice *out, int max)
{
	int n = 0;

	if (!take(&text, '{'))
		return -1;
	if (take(&text, '}')) {
		skip_blanks(&text);
		return text.len ? -1 : 0;
	}
	do {
		if (n == max || !take_piece(&text, &out[n].name, true) ||
		    !take(&text, ':') ||
		    !take_piece(&text, &out[n].value, false))
			return -1;
		n++;
	} while (take(&text, ','));
	if (!take(&text, '}'))
		return -1;
	skip_blanks(&text);
	return text.len ? -1 : n;
}
