#include "im/conv/segment.h"

#define VERSION 1

enum { TEXT_CLIENT, TEXT_FINGERPRINT, TEXT_BODY, N_TEXTS };

static struct str *text_of(struct segment_entry *x, int text)
{
	switch (text) {
	case TEXT_CLIENT:
		return &x->e.client_msg_id;
	case TEXT_FINGERPRINT:
		return &x->fingerprint;
	default:
		return &x->e.body;
	}
}

/* ---- writing ---- */

static void put(struct buf *b, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		buf_u8(b, (uint8_t)(v | 0x80));
	buf_u8(b, (uint8_t)v);
}

/* Differences of any two values, modulo 2^64. */
static void put_difference(struct buf *b, int64_t from, int64_t to)
{
	uint64_t d = (uint64_t)to - (uint64_t)from;

	put(b, d << 1 ^ (d >> 63 ? UINT64_MAX : 0));
}

void segment_pack(struct buf *out, struct segment_entry *list, size_t n)
{
	buf_u8(out, VERSION);
	put(out, n);
	for (size_t column = 0; column < ENTRY_INTS; column++) {
		int64_t before = 0;

		for (size_t i = 0; i < n; i++) {
			int64_t v = *entry_int(&list[i].e, column);

			put_difference(out, before, v);
			before = v;
		}
	}
	for (int text = 0; text < N_TEXTS; text++) {
		for (size_t i = 0; i < n; i++) {
			const struct str *s = text_of(&list[i], text);

			put(out, s->p ? (uint64_t)s->len + 1 : 0);
		}
		for (size_t i = 0; i < n; i++)
			buf_str(out, *text_of(&list[i], text));
	}
}

/* ---- reading ---- */

/* What is left of the bytes. */
struct reading {
	const uint8_t *p;
	size_t len;
};

static bool get(struct reading *r, uint64_t *out)
{
	uint64_t v = 0;

	for (int shift = 0; shift < 64 && r->len; shift += 7) {
		uint8_t c = *r->p++;
		uint64_t bits = c & 0x7f;

		r->len--;
		if (shift == 63 && bits > 1)
			return false;
		v |= bits << shift;
		if (c & 0x80)
			continue;
		*out = v;
		/* One form for each number. */
		return c || shift == 0;
	}
	return false;
}

static bool get_column(struct reading *r, struct segment_entry *list, size_t n,
    size_t column)
{
	uint64_t z, v = 0;

	for (size_t i = 0; i < n; i++) {
		if (!get(r, &z))
			return false;
		v += z >> 1 ^ (z & 1 ? UINT64_MAX : 0);
		*entry_int(&list[i].e, column) = (int64_t)v;
	}
	return true;
}

static bool get_texts(struct reading *r, struct segment_entry *list, size_t n,
    int text)
{
	uint64_t len;

	for (size_t i = 0; i < n; i++) {
		if (!get(r, &len) || len > SIZE_MAX / 2)
			return false;
		/* p is set below. */
		*text_of(&list[i], text) = (struct str){ len ? "" : NULL,
			len ? (size_t)len - 1 : 0 };
	}
	for (size_t i = 0; i < n; i++) {
		struct str *s = text_of(&list[i], text);

		if (s->len > r->len)
			return false;
		if (s->p)
			s->p = (const char *)r->p;
		r->p += s->len;
		r->len -= s->len;
	}
	return true;
}

bool segment_unpack(struct arena *a, struct str raw, struct segment_entry **out,
    size_t *n_out)
{
	struct reading r = { (const uint8_t *)raw.p, raw.len };
	uint64_t n;

	if (r.len == 0 || *r.p != VERSION)
		return false;
	r.p++;
	r.len--;
	if (!get(&r, &n) || n > SEGMENT_ENTRIES_MAX)
		return false;
	*n_out = (size_t)n;
	*out = ARENA_ARRAY(a, n, struct segment_entry);
	for (size_t column = 0; column < ENTRY_INTS; column++)
		if (!get_column(&r, *out, *n_out, column))
			return false;
	for (int text = 0; text < N_TEXTS; text++)
		if (!get_texts(&r, *out, *n_out, text))
			return false;
	return r.len == 0;
}

bool segment_is_same(struct segment_entry *x, struct segment_entry *y)
{
	for (size_t column = 0; column < ENTRY_INTS; column++)
		if (*entry_int(&x->e, column) != *entry_int(&y->e, column))
			return false;
	for (int text = 0; text < N_TEXTS; text++)
		if (!str_eq(*text_of(x, text), *text_of(y, text)))
			return false;
	return true;
}
