#include "base/terms_query.h"

#include <stdlib.h>

#include "base/order.h"

/* ---- reading ---- */

/* The length of a quotation mark at the beginning of s, or 0. */
static size_t quote_len(struct str s)
{
	if (s.len && s.p[0] == '"')
		return 1;
	if (s.len >= 3 && !memcmp(s.p, "\xe2\x80", 2) &&
	    (unsigned char)s.p[2] >= 0x9c && (unsigned char)s.p[2] <= 0x9f)
		return 3;
	return 0;
}

/* The length of a blank (ASCII, U+00A0, U+2000-200A, U+3000), or 0. */
static size_t blank_len(struct str s)
{
	if (s.len && (s.p[0] == ' ' || (s.p[0] >= '\t' && s.p[0] <= '\r')))
		return 1;
	if (s.len >= 2 && !memcmp(s.p, "\xc2\xa0", 2))
		return 2;
	if (s.len >= 3 && !memcmp(s.p, "\xe3\x80\x80", 3))
		return 3;
	if (s.len >= 3 && !memcmp(s.p, "\xe2\x80", 2) &&
	    (unsigned char)s.p[2] >= 0x80 && (unsigned char)s.p[2] <= 0x8a)
		return 3;
	return 0;
}

static struct str skip(struct str s, size_t n)
{
	return (struct str){ s.p + n, s.len - n };
}

/* Up to a quotation mark or, outside of quotes, a blank. */
static struct str cut_phrase(struct str *s, bool quoted)
{
	struct str phrase = { s->p, 0 };

	while (s->len && !quote_len(*s) && (quoted || !blank_len(*s))) {
		*s = skip(*s, 1);
		phrase.len++;
	}
	return phrase;
}

static void add_phrase(struct arena *a, struct terms_query *q, struct str text)
{
	struct terms_phrase p = { .is_open = false };

	terms_add(a, &p.terms, text);
	if (p.terms.n)
		q->phrases[q->n++] = p;
}

void terms_query_read(struct arena *a, struct str text, struct terms_query *out)
{
	bool quoted = false, open = false;
	size_t len, before;

	*out = (struct terms_query){
		.phrases = ARENA_ARRAY(a, text.len + 1, struct terms_phrase)
	};
	while (text.len) {
		len = quote_len(text);
		if (len) {
			if (quoted)
				open = false;
			quoted = !quoted;
			text = skip(text, len);
			continue;
		}
		len = quoted ? 0 : blank_len(text);
		if (len) {
			text = skip(text, len);
			continue;
		}
		before = out->n;
		add_phrase(a, out, cut_phrase(&text, quoted));
		if (out->n > before)
			open = true;
	}
	if (out->n && open)
		out->phrases[out->n - 1].is_open = true;
}

/* ---- for an index ---- */

/* The last one alone stands for pairs that begin with it. */
static bool is_head(const struct term *last)
{
	return last->kind == TERM_CHAR && !last->joined;
}

static bool begins_word(const struct terms_phrase *p)
{
	return p->is_open && p->terms.v[p->terms.n - 1].kind == TERM_WORD;
}

bool terms_query_write(struct buf *out, const struct terms_phrase *p)
{
	const struct terms *t = &p->terms;
	const struct term *last = &t->v[t->n - 1];

	for (size_t i = 0; i < t->n; i++) {
		/* Its pair with the one before has been written. */
		if (i == t->n - 1 && last->joined)
			break;
		if (i)
			buf_char(out, ' ');
		buf_str(out, t->v[i].text);
		if (terms_goes_on(t, i))
			buf_str(out, t->v[i + 1].text);
	}
	return is_head(last) || begins_word(p);
}

/* ---- matching ---- */

static bool starts_with(struct str s, struct str head)
{
	return s.len >= head.len && !memcmp(s.p, head.p, head.len);
}

static bool is_at(const struct terms_phrase *p, const struct terms *text,
    size_t at)
{
	const struct terms *t = &p->terms;

	if (at + t->n > text->n)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		const struct term *want = &t->v[i], *has = &text->v[at + i];
		bool head = i == t->n - 1 && (is_head(want) || begins_word(p));

		if (want->kind != has->kind ||
		    (i && want->joined != has->joined))
			return false;
		if (head ? !starts_with(has->text, want->text)
			 : !str_eq(has->text, want->text))
			return false;
	}
	return true;
}

static int by_start(const void *x, const void *y)
{
	const struct terms_span *a = x, *b = y;

	return order_pair(a->start, b->start, a->end, b->end);
}

static size_t merge(struct terms_span *s, size_t n)
{
	size_t kept = 0;

	if (n)
		qsort(s, n, sizeof(*s), by_start);
	for (size_t i = 0; i < n; i++) {
		if (!kept || s[i].start >= s[kept - 1].end)
			s[kept++] = s[i];
		else if (s[i].end > s[kept - 1].end)
			s[kept - 1].end = s[i].end;
	}
	return kept;
}

static size_t first_gap(const struct terms *text)
{
	size_t at = 0;

	while (at < text->n && text->v[at].kind != TERM_GAP)
		at++;
	return at;
}

struct found {
	struct terms_span *v;
	size_t n, cap;
};

static void note(struct arena *a, struct found *f, struct terms_span span)
{
	if (f->n == f->cap) {
		struct terms_span *old = f->v;

		f->cap = f->cap ? 2 * f->cap : 16;
		f->v = ARENA_ARRAY(a, f->cap, struct terms_span);
		if (f->n)
			memcpy(f->v, old, f->n * sizeof(*old));
	}
	f->v[f->n++] = span;
}

bool terms_query_match(struct arena *a, const struct terms_query *q,
    const struct terms *text, struct terms_span **spans_out, size_t *n_out)
{
	size_t shown = first_gap(text);
	struct found f = { 0 };

	for (size_t i = 0; i < q->n; i++) {
		const struct terms_phrase *p = &q->phrases[i];
		bool any = false;

		for (size_t at = 0; at < text->n; at++) {
			if (!is_at(p, text, at))
				continue;
			any = true;
			if (at < shown)
				note(a, &f,
				    (struct terms_span){ text->v[at].start,
					text->v[at + p->terms.n - 1].end });
		}
		if (!any)
			return false;
	}
	*spans_out = f.v;
	*n_out = merge(f.v, f.n);
	return true;
}
