/*
 * buf: a growable byte buffer.  It owns its memory (heap), keeps it across
 * buf_clear(), and is always NUL-terminated after len.  The process exits when
 * memory runs out.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf {
	char *p;
	size_t len;
	size_t cap;
};

void buf_init(struct buf *b);
void buf_release(struct buf *b);
void buf_clear(struct buf *b);
/* Frees memory above keep_max; for long-lived buffers. */
void buf_shrink(struct buf *b, size_t keep_max);

/* Reserves n bytes and returns where to write them; buf_added() commits. */
char *buf_reserve(struct buf *b, size_t n);
void buf_added(struct buf *b, size_t n);

/* Inline, like the reads below: what writes JSON does little else. */
static inline void buf_char(struct buf *b, char c)
{
	if (b->cap - b->len < 2)
		buf_reserve(b, 1);
	b->p[b->len++] = c;
	b->p[b->len] = '\0';
}

void buf_add(struct buf *b, const void *p, size_t len);
void buf_str(struct buf *b, struct str s);
void buf_cstr(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Little endian. */
void buf_u8(struct buf *b, uint8_t v);
void buf_u16(struct buf *b, uint16_t v);
void buf_u32(struct buf *b, uint32_t v);
void buf_u64(struct buf *b, uint64_t v);

/* Drops n bytes from the front. */
void buf_drop(struct buf *b, size_t n);

static inline struct str buf_view(const struct buf *b)
{
	return (struct str){ b->p ? b->p : "", b->len };
}

/* Little-endian reads from unaligned memory. */
static inline uint16_t get_u16(const void *p)
{
	const uint8_t *b = p;

	return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint32_t get_u32(const void *p)
{
	const uint8_t *b = p;

	return get_u16(b) | (uint32_t)get_u16(b + 2) << 16;
}

static inline uint64_t get_u64(const void *p)
{
	const uint8_t *b = p;

	return get_u32(b) | (uint64_t)get_u32(b + 4) << 32;
}

#endif
