#include "push/fit.h"

#define ELLIPSIS     "\xe2\x80\xa6"
#define ELLIPSIS_LEN 3

/* As json_writer writes it. */
static size_t byte_cost(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
	case '\b':
	case '\f':
	case '\n':
	case '\r':
	case '\t':
		return 2;
	default:
		return c < 0x20 ? 6 : 1;
	}
}

size_t push_json_len(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += byte_cost((unsigned char)s.p[i]);
	return n;
}

static bool is_inside(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* To at most room bytes; empty if not one character fits. */
static struct str cut(struct arena *a, struct str s, size_t room)
{
	size_t n = 0, end = 0;

	if (push_json_len(s) <= room)
		return s;
	if (room <= ELLIPSIS_LEN)
		return STR("");
	room -= ELLIPSIS_LEN;
	for (size_t i = 0; i < s.len; i++) {
		if (!is_inside(s.p[i]))
			end = i;
		n += byte_cost((unsigned char)s.p[i]);
		if (n > room)
			break;
	}
	if (!end)
		return STR("");
	return arena_printf(a, "%.*s" ELLIPSIS, (int)end, s.p);
}

bool push_fit(struct arena *a, size_t room, struct str *title, struct str *body)
{
	bool has_title = title->len > 0;
	size_t used;

	*title = cut(a, *title, room);
	used = push_json_len(*title);
	*body = cut(a, *body, room - used);
	return !has_title || title->len > 0;
}
