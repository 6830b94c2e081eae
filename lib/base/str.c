#include "base/str.h"

#include <string.h>
#include <strings.h>

struct str str_of(const char *cstr)
{
	return cstr ? (struct str){ cstr, strlen(cstr) } : STR_NONE;
}

bool str_eq(struct str a, struct str b)
{
	if (!a.p || !b.p)
		return !a.p && !b.p;
	return a.len == b.len && (!a.len || !memcmp(a.p, b.p, a.len));
}

bool str_is(struct str a, const char *cstr)
{
	return str_eq(a, str_of(cstr));
}

bool str_is_nocase(struct str s, const char *cstr)
{
	return s.p && s.len == strlen(cstr) && !strncasecmp(s.p, cstr, s.len);
}

bool str_starts(struct str s, const char *prefix)
{
	size_t len = strlen(prefix);

	return s.p && s.len >= len && !memcmp(s.p, prefix, len);
}

int str_cmp(struct str a, struct str b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int d = len ? memcmp(a.p, b.p, len) : 0;

	if (d)
		return d;
	return (a.len > b.len) - (a.len < b.len);
}

ptrdiff_t str_find(struct str s, char c)
{
	const char *at = s.len ? memchr(s.p, c, s.len) : NULL;

	return at ? at - s.p : -1;
}

struct str str_cut(struct str *s, char c)
{
	ptrdiff_t at = str_find(*s, c);
	struct str head = *s;

	if (at < 0) {
		*s = STR_NONE;
		return head;
	}
	head.len = (size_t)at;
	s->p += at + 1;
	s->len -= (size_t)at + 1;
	return head;
}

struct str str_word(const char *set, int64_t n)
{
	struct str rest = str_of(set), word = STR_NONE;

	for (; n > 0; n--) {
		if (!rest.p)
			return STR_NONE;
		word = str_cut(&rest, '|');
	}
	return word;
}

int64_t str_place(const char *set, struct str word)
{
	struct str rest = str_of(set);

	for (int64_t n = 1; word.p && rest.p; n++) {
		if (str_eq(str_cut(&rest, '|'), word))
			return n;
	}
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
	while (s.len && is_blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

/* 1-19 digits without a leading zero; 19 digits fit into 64 bits unsigned. */
static bool digits(struct str s, uint64_t *n_out)
{
	uint64_t n = 0;

	if (s.len < 1 || s.len > 19 || (s.len > 1 && s.p[0] == '0'))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(s.p[i] - '0');
	}
	*n_out = n;
	return true;
}

bool str_to_id(struct str s, int64_t *id_out)
{
	uint64_t n;

	if (!digits(s, &n) || n == 0 || n > INT64_MAX)
		return false;
	*id_out = (int64_t)n;
	return true;
}

bool str_to_int(struct str s, int64_t *n_out)
{
	bool minus = s.len && s.p[0] == '-';
	uint64_t n;

	if (minus) {
		s.p++;
		s.len--;
	}
	if (!digits(s, &n) || (minus && n == 0))
		return false;
	if (n > (uint64_t)INT64_MAX + minus)
		return false;
	/* Negates as unsigned: -2^63 has no positive counterpart. */
	*n_out = (int64_t)(minus ? 0 - n : n);
	return true;
}

/*
 * Length of the well-formed sequence at p, or 0 (RFC 3629 section 4: the range
 * of the second byte excludes overlong forms, surrogates and everything above
 * U+10FFFF).
 */
static size_t utf8_len(const unsigned char *p, size_t left)
{
	unsigned char lo = 0x80, hi = 0xbf;
	size_t len;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (len > left)
		return 0;
	if (p[0] == 0xe0)
		lo = 0xa0;
	else if (p[0] == 0xed)
		hi = 0x9f;
	else if (p[0] == 0xf0)
		lo = 0x90;
	else if (p[0] == 0xf4)
		hi = 0x8f;
	if (p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < len; i++) {
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	}
	return len;
}

size_t str_utf8_len(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0, n;

	for (; i < s.len; i += n) {
		n = utf8_len(p + i, s.len - i);
		if (!n)
			break;
	}
	return i;
}

bool str_is_utf8(struct str s)
{
	return str_utf8_len(s) == s.len;
}

size_t str_utf8_count(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

bool str_is_alnum_or(struct str s, const char *extra)
{
	size_t extra_len = strlen(extra);

	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    (c >= '0' && c <= '9'))
			continue;
		/* Not strchr(), which finds NUL in every set. */
		if (!memchr(extra, c, extra_len))
			return false;
	}
	return true;
}

/* What no part of a URL contains: RFC 3986, section 2. */
static bool is_url_text(struct str s)
{
	if (!str_is_printable(s, false))
		return false;
	for (const char *c = "\"<>\\^`{|}"; *c; c++)
		if (str_find(s, *c) >= 0)
			return false;
	return true;
}

bool str_is_https_url(struct str s)
{
	const size_t scheme_len = strlen("https://");
	struct str host = s;

	if (s.len <= scheme_len || !is_url_text(s) ||
	    !str_is_nocase((struct str){ s.p, scheme_len }, "https://"))
		return false;
	host.p += scheme_len;
	host.len -= scheme_len;
	for (size_t i = 0; i < host.len; i++)
		if (strchr("/?#", host.p[i]))
			host.len = i;
	return host.len && host.p[0] != ':' && str_find(host, '@') < 0;
}

bool str_is_printable(struct str s, bool blank_allowed)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == ' ' ? !blank_allowed
				  : s.p[i] < 0x21 || s.p[i] > 0x7e)
			return false;
	}
	return true;
}
