#include "base/buf.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

#define CAP_LEAST 128

void buf_init(struct buf *b)
{
	*b = (struct buf){ .p = NULL };
}

void buf_release(struct buf *b)
{
	free(b->p);
	buf_init(b);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->p)
		b->p[0] = '\0';
}

static void set_cap(struct buf *b, size_t cap)
{
	char *p = realloc(b->p, cap);

	if (!p)
		die(EX_OSERR, "out of memory: %zu bytes", cap);
	b->p = p;
	b->cap = cap;
}

void buf_shrink(struct buf *b, size_t keep_max)
{
	size_t cap = b->len + 1 > keep_max ? b->len + 1 : keep_max;

	if (b->cap <= keep_max)
		return;
	if (!b->len && !keep_max)
		buf_release(b);
	else if (cap < b->cap)
		set_cap(b, cap);
}

char *buf_reserve(struct buf *b, size_t n)
{
	size_t need, cap = b->cap * 2;

	/* A quarter of the address space, so that doubling cannot overflow. */
	if (n > SIZE_MAX / 4 || b->len > SIZE_MAX / 4)
		die(EX_OSERR, "out of memory: %zu bytes more", n);
	need = b->len + n + 1;
	if (need > b->cap) {
		if (cap < CAP_LEAST)
			cap = CAP_LEAST;
		set_cap(b, cap > need ? cap : need);
		b->p[b->len] = '\0';
	}
	return b->p + b->len;
}

void buf_added(struct buf *b, size_t n)
{
	if (!n)
		return;
	BUG_ON(b->cap - b->len <= n);
	b->len += n;
	b->p[b->len] = '\0';
}

void buf_add(struct buf *b, const void *p, size_t len)
{
	if (!len)
		return;
	if (b->cap - b->len <= len)
		buf_reserve(b, len);
	memcpy(b->p + b->len, p, len);
	b->len += len;
	b->p[b->len] = '\0';
}

void buf_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.len);
}

void buf_cstr(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

static void __attribute__((format(printf, 2, 0)))
add_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	size_t room;
	int n;

	va_copy(again, ap);
	buf_reserve(b, 64);
	room = b->cap - b->len;
	n = vsnprintf(b->p + b->len, room, fmt, ap);
	if (n < 0)
		BUG("bad format: %s", fmt);
	if ((size_t)n >= room)
		vsnprintf(buf_reserve(b, (size_t)n), (size_t)n + 1, fmt, again);
	va_end(again);
	buf_added(b, (size_t)n);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_vprintf(b, fmt, ap);
	va_end(ap);
}

static void add_le(struct buf *b, uint64_t v, size_t len)
{
	unsigned char bytes[8];

	for (size_t i = 0; i < len; i++)
		bytes[i] = (unsigned char)(v >> (8 * i));
	buf_add(b, bytes, len);
}

void buf_u8(struct buf *b, uint8_t v)
{
	add_le(b, v, 1);
}

void buf_u16(struct buf *b, uint16_t v)
{
	add_le(b, v, 2);
}

void buf_u32(struct buf *b, uint32_t v)
{
	add_le(b, v, 4);
}

void buf_u64(struct buf *b, uint64_t v)
{
	add_le(b, v, 8);
}

void buf_drop(struct buf *b, size_t n)
{
	BUG_ON(n > b->len);
	if (!n)
		return;
	b->len -= n;
	memmove(b->p, b->p + n, b->len + 1);
}
