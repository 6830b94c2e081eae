#include "proto/head_form.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The byte after a CR is an LF, and an LF has a CR before it. */
static const char *check_line_end(struct head_form *f, char c)
{
	bool after_cr = f->after_cr;

	f->after_cr = c == '\r';
	if (after_cr == (c == '\n'))
		return NULL;
	return "a line does not end in CR LF";
}

static const char *check_blank(struct head_form *f, char c)
{
	switch (f->part) {
	case HEAD_REQUEST:
		f->n_blanks++;
		return c == '\t' || f->n_blanks > 2
			   ? "the request line has further blanks"
			   : NULL;
	case HEAD_VALUE:
		return NULL;
	case HEAD_NAME:
		return "a header's name is followed by a blank";
	default:
		return "a line begins with a blank";
	}
}

static enum head_part next_part(enum head_part part, char c)
{
	if (c == '\r')
		return part;
	if (c == '\n')
		return part == HEAD_BEFORE ? HEAD_BEFORE : HEAD_START;
	if (part == HEAD_BEFORE)
		return HEAD_REQUEST;
	if (part == HEAD_START)
		return HEAD_NAME;
	return part == HEAD_NAME && c == ':' ? HEAD_VALUE : part;
}

const char *head_form_check(struct head_form *f, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *why = check_line_end(f, p[i]);

		if (!why && is_blank(p[i]))
			why = check_blank(f, p[i]);
		if (why)
			return why;
		f->part = next_part(f->part, p[i]);
	}
	return NULL;
}

bool head_form_is_host(struct str s)
{
	/* RFC 3986: unreserved, sub-delims, escapes, and of an address. */
	return s.len && str_is_alnum_or(s, "-._~!$&'()*+,;=%:[]");
}
