#include "push/form.h"

static bool is_plain(char c)
{
	return str_is_alnum_or((struct str){ &c, 1 }, "-_.~");
}

void push_form_escape(struct buf *b, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (is_plain(s.p[i])) {
			buf_char(b, s.p[i]);
		} else {
			buf_char(b, '%');
			buf_char(b, digits[c >> 4]);
			buf_char(b, digits[c & 15]);
		}
	}
}

void push_form_put(struct buf *b, const char *name, struct str value)
{
	if (!value.p)
		return;
	if (b->len)
		buf_char(b, '&');
	buf_cstr(b, name);
	buf_char(b, '=');
	push_form_escape(b, value);
}
