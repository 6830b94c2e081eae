#include "io/json_check.h"

#include <string.h>

#define DEPTH_MAX 64

struct scan {
	const char *p, *end;
	int depth;
};

static bool has(const struct scan *s, char c)
{
	return s->p < s->end && *s->p == c;
}

static bool take(struct scan *s, char c)
{
	if (!has(s, c))
		return false;
	s->p++;
	return true;
}

static void blanks(struct scan *s)
{
	while (has(s, ' ') || has(s, '\t') || has(s, '\n') || has(s, '\r'))
		s->p++;
}

static bool token(struct scan *s, char c)
{
	blanks(s);
	return take(s, c);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool escape(struct scan *s)
{
	if (s->p == s->end)
		return false;
	if (*s->p != 'u')
		return *s->p && strchr("\"\\/bfnrt", *s->p++);
	s->p++;
	for (int i = 0; i < 4; i++)
		if (s->p == s->end || !is_hex(*s->p++))
			return false;
	return true;
}

static bool text(struct scan *s)
{
	if (!token(s, '"'))
		return false;
	while (s->p < s->end) {
		unsigned char c = (unsigned char)*s->p++;

		if (c == '"')
			return true;
		if (c < ' ' || (c == '\\' && !escape(s)))
			return false;
	}
	return false;
}

static bool digits(struct scan *s)
{
	const char *from = s->p;

	while (s->p < s->end && is_digit(*s->p))
		s->p++;
	return s->p > from;
}

static bool number(struct scan *s)
{
	(void)take(s, '-');
	if (!take(s, '0') && !digits(s))
		return false;
	if (take(s, '.') && !digits(s))
		return false;
	if (!take(s, 'e') && !take(s, 'E'))
		return true;
	if (!take(s, '+'))
		(void)take(s, '-');
	return digits(s);
}

static bool word(struct scan *s, const char *w)
{
	size_t len = strlen(w);

	if ((size_t)(s->end - s->p) < len || memcmp(s->p, w, len) != 0)
		return false;
	s->p += len;
	return true;
}

static bool value(struct scan *s);

static bool members(struct scan *s)
{
	do {
		if (!text(s) || !token(s, ':') || !value(s))
			return false;
	} while (token(s, ','));
	return true;
}

static bool values(struct scan *s)
{
	do {
		if (!value(s))
			return false;
	} while (token(s, ','));
	return true;
}

static bool nested(struct scan *s, bool (*inside)(struct scan *s), char end)
{
	bool is_whole;

	s->p++;
	if (token(s, end))
		return true;
	if (++s->depth > DEPTH_MAX)
		return false;
	is_whole = inside(s) && token(s, end);
	s->depth--;
	return is_whole;
}

static bool value(struct scan *s)
{
	blanks(s);
	if (s->p == s->end)
		return false;
	switch (*s->p) {
	case '"':
		return text(s);
	case '{':
		return nested(s, members, '}');
	case '[':
		return nested(s, values, ']');
	case 't':
		return word(s, "true");
	case 'f':
		return word(s, "false");
	case 'n':
		return word(s, "null");
	}
	return number(s);
}

bool json_is_members(struct str all)
{
	struct scan s = { all.p, all.p + all.len, 0 };

	if (!all.len)
		return true;
	if (!str_is_utf8(all) || !members(&s))
		return false;
	blanks(&s);
	return s.p == s.end;
}
