#include "base/terms.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "base/err.h"

/* How much longer a character can become: NFKC of U+FDFA has 18. */
#define GROWTH_MAX 18
#define PIECE_MAX  32 /* characters of a piece that needs no memory */

#define GAP "\xee\x80\x80" /* U+E000, of which no term is made */

struct reading {
	struct arena *a;
	struct terms *t;
	size_t first;   /* of this text in t */
	bool open;      /* the next character may continue the last term */
	size_t n_chars; /* of the last term, which is a word */
	bool flag_open; /* the last term is one half of a flag */
	struct buf text;
};

/* ---- folding a piece ---- */

struct piece {
	UChar *p;
	int32_t len, cap;
};

/*
 * Characters that are as they are, whatever stands beside them: digits and
 * small letters of ASCII before another such, Han, kana that no sign of voice
 * follows, syllables of Hangul.
 */
static bool is_plain(UChar32 c)
{
	return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3041 && c <= 0x3096) ||
	       (c >= 0x30a1 && c <= 0x30fa) || (c >= 0xac00 && c <= 0xd7a3);
}

static bool is_dropped(UChar32 c)
{
	return (c >= 0x0300 && c <= 0x036f) || (c >= 0x1ab0 && c <= 0x1aff) ||
	       (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff) ||
	       (c >= 0x1f3fb && c <= 0x1f3ff);
}

/* Letters that no normalisation takes apart; NULL: it is none. */
static const char *plain_letters(UChar32 c)
{
	switch (c) {
	case 0x00e6:
		return "ae";
	case 0x00f0:
	case 0x0111:
		return "d";
	case 0x00f8:
		return "o";
	case 0x00fe:
		return "th";
	case 0x0127:
		return "h";
	case 0x0131:
		return "i";
	case 0x0142:
		return "l";
	case 0x0153:
		return "oe";
	case 0x0167:
		return "t";
	}
	return NULL;
}

typedef const UNormalizer2 *form_fn(UErrorCode *status);

static void normalise(struct piece *from, struct piece *to, form_fn *form)
{
	UErrorCode status = U_ZERO_ERROR;

	to->len = unorm2_normalize(form(&status), from->p, from->len, to->p,
	    to->cap, &status);
	BUG_ON(U_FAILURE(status));
}

static void strip(struct piece *t)
{
	int32_t i = 0, n = 0, start;
	UChar32 c;

	while (i < t->len) {
		const char *plain;

		start = i;
		U16_NEXT(t->p, i, t->len, c);
		if (is_dropped(c))
			continue;
		plain = plain_letters(c);
		/* Two letters take the place of one: what is read is kept. */
		if (plain) {
			t->p[n++] = (UChar)plain[0];
			if (plain[1] && n == i) {
				memmove(t->p + n + 1, t->p + i,
				    (size_t)(t->len - i) * sizeof(*t->p));
				t->len++;
				i++;
			}
			if (plain[1])
				t->p[n++] = (UChar)plain[1];
			continue;
		}
		while (start < i)
			t->p[n++] = t->p[start++];
	}
	t->len = n;
}

/* ---- terms ---- */

static struct term *last_term(const struct reading *r)
{
	return r->t->n > r->first ? &r->t->v[r->t->n - 1] : NULL;
}

static struct term *push(struct arena *a, struct terms *t)
{
	if (t->n == t->cap) {
		struct term *old = t->v;

		t->cap = t->cap ? 2 * t->cap : 32;
		t->v = ARENA_ARRAY(a, t->cap, struct term);
		if (t->n)
			memcpy(t->v, old, t->n * sizeof(*old));
	}
	return &t->v[t->n++];
}

static void put_char(struct reading *r, UChar32 c)
{
	char utf8[U8_MAX_LENGTH];
	int32_t len = 0;

	U8_APPEND_UNSAFE(utf8, len, c);
	buf_add(&r->text, utf8, (size_t)len);
	last_term(r)->text.len += (size_t)len;
}

static void begin(struct reading *r, enum term_kind kind, UChar32 c,
    uint32_t start, uint32_t end)
{
	const struct term *before = last_term(r);
	bool joined = kind == TERM_CHAR && r->open && before &&
		      before->kind == TERM_CHAR;

	*push(r->a, r->t) = (struct term){ .start = start,
		.end = end,
		.kind = kind,
		.joined = joined };
	r->n_chars = 1;
	r->open = true;
	r->flag_open = false;
	put_char(r, c);
}

static bool continues(const struct reading *r, enum term_kind kind)
{
	const struct term *t = last_term(r);

	return r->open && t && t->kind == kind;
}

/* A script whose words no blanks separate. */
static bool is_unspaced(UChar32 c)
{
	UErrorCode status = U_ZERO_ERROR;

	if (c < 0xe00)
		return false;
	if (is_plain(c) || c == 0x30fc)
		return true;
	switch (uscript_getScript(c, &status)) {
	case USCRIPT_HAN:
	case USCRIPT_HIRAGANA:
	case USCRIPT_KATAKANA:
	case USCRIPT_HANGUL:
	case USCRIPT_BOPOMOFO:
	case USCRIPT_YI:
	case USCRIPT_THAI:
	case USCRIPT_LAO:
	case USCRIPT_KHMER:
	case USCRIPT_MYANMAR:
		return true;
	default:
		return false;
	}
}

static bool is_flag_half(UChar32 c)
{
	return c >= 0x1f1e6 && c <= 0x1f1ff;
}

static bool is_symbol(UChar32 c)
{
	return c >= 0x80 &&
	       (u_charType(c) == U_OTHER_SYMBOL ||
		   u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC));
}

static void take_word_char(struct reading *r, UChar32 c, uint32_t start,
    uint32_t end)
{
	if (!continues(r, TERM_WORD)) {
		begin(r, TERM_WORD, c, start, end);
		return;
	}
	last_term(r)->end = end;
	if (r->n_chars < TERMS_WORD_MAX) {
		r->n_chars++;
		put_char(r, c);
	}
}

/* A mark belongs to what it stands on; without that it is nothing. */
static void take_mark(struct reading *r, UChar32 c, uint32_t end)
{
	struct term *t = r->open ? last_term(r) : NULL;

	if (!t || t->kind == TERM_SYMBOL)
		return;
	t->end = end;
	if (r->n_chars < TERMS_WORD_MAX) {
		r->n_chars++;
		put_char(r, c);
	}
}

static void take_symbol(struct reading *r, UChar32 c, uint32_t start,
    uint32_t end)
{
	if (is_flag_half(c) && r->open && r->flag_open) {
		last_term(r)->end = end;
		put_char(r, c);
		r->flag_open = false;
		return;
	}
	begin(r, TERM_SYMBOL, c, start, end);
	r->flag_open = is_flag_half(c);
}

/* A folded character, of the source's [start, end). */
static void take(struct reading *r, UChar32 c, uint32_t start, uint32_t end)
{
	uint32_t type = U_GET_GC_MASK(c);

	if (type & U_GC_M_MASK)
		take_mark(r, c, end);
	else if (type & (U_GC_L_MASK | U_GC_N_MASK)) {
		if (is_unspaced(c))
			begin(r, TERM_CHAR, c, start, end);
		else
			take_word_char(r, c, start, end);
	} else if (is_symbol(c))
		take_symbol(r, c, start, end);
	else
		r->open = false;
}

/* ---- pieces of the source ---- */

static void take_piece(struct reading *r, const UChar32 *source, size_t n,
    uint32_t at)
{
	size_t cap = n * 2 * GROWTH_MAX * 2;
	UChar room[2][PIECE_MAX * 2 * GROWTH_MAX * 2];
	struct piece x = { .p = room[0], .cap = (int32_t)cap },
		     y = { .p = room[1], .cap = (int32_t)cap };
	int32_t i = 0;
	UChar32 c;

	if (n > PIECE_MAX) {
		x.p = ARENA_ARRAY(r->a, cap, UChar);
		y.p = ARENA_ARRAY(r->a, cap, UChar);
	}
	for (size_t k = 0; k < n; k++)
		U16_APPEND_UNSAFE(x.p, x.len, source[k]);
	normalise(&x, &y, unorm2_getNFKCCasefoldInstance);
	normalise(&y, &x, unorm2_getNFDInstance);
	strip(&x);
	normalise(&x, &y, unorm2_getNFCInstance);
	/* What leaves nothing, such as a joiner, belongs to what it follows. */
	if (y.len == 0 && r->open && last_term(r))
		last_term(r)->end = at + (uint32_t)n;
	while (i < y.len) {
		U16_NEXT(y.p, i, y.len, c);
		take(r, c, at, at + (uint32_t)n);
	}
}

static bool is_ascii_word(UChar32 c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (c >= 'A' && c <= 'Z');
}

/* Where the piece that begins at `at` ends: what comes behind it does not
 * change what it is folded to. */
static size_t end_of_piece(const UNormalizer2 *form, const UChar32 *s, size_t n,
    size_t at)
{
	size_t end = at + 1;

	while (end < n && s[end] >= 0x300 && !is_plain(s[end]) &&
	       !unorm2_hasBoundaryBefore(form, s[end]))
		end++;
	return end;
}

static void read_all(struct reading *r, const UChar32 *s, size_t n)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&status);
	size_t at = 0, end;

	BUG_ON(U_FAILURE(status));
	for (; at < n; at = end) {
		UChar32 c = s[at];

		end = end_of_piece(form, s, n, at);
		if (end > at + 1 || (c >= 0x80 && !is_plain(c)))
			take_piece(r, s + at, end - at, (uint32_t)at);
		else if (is_ascii_word(c))
			take_word_char(r, c >= 'A' && c <= 'Z' ? c + 32 : c,
			    (uint32_t)at, (uint32_t)end);
		else if (c < 0x80)
			r->open = false;
		else
			begin(r, TERM_CHAR, c, (uint32_t)at, (uint32_t)end);
	}
}

static UChar32 *decode(struct arena *a, struct str text, size_t *n_out)
{
	UChar32 *s = ARENA_ARRAY(a, text.len, UChar32);
	size_t at = 0, n = 0;

	while (at < text.len) {
		U8_NEXT(text.p, at, text.len, s[n]);
		n++;
	}
	*n_out = n;
	return s;
}

static void add_gap(struct arena *a, struct terms *t)
{
	*push(a, t) = (struct term){ .text = STR(GAP), .kind = TERM_GAP };
}

void terms_add(struct arena *a, struct terms *t, struct str text)
{
	struct reading r = { .a = a, .t = t };
	const char *p;
	size_t n;
	UChar32 *s;

	if (!text.len)
		return;
	if (t->n)
		add_gap(a, t);
	r.first = t->n;
	s = decode(a, text, &n);
	buf_init(&r.text);
	read_all(&r, s, n);
	/* The texts of the terms stand one behind the other. */
	p = arena_memdup(a, r.text.p ? r.text.p : "", r.text.len);
	buf_release(&r.text);
	for (size_t i = r.first; i < t->n; i++) {
		t->v[i].text.p = p;
		p += t->v[i].text.len;
	}
}

bool terms_goes_on(const struct terms *t, size_t at)
{
	return at + 1 < t->n && t->v[at + 1].joined;
}

void terms_write(struct buf *out, const struct terms *t)
{
	for (size_t i = 0; i < t->n; i++) {
		if (i)
			buf_char(out, ' ');
		buf_str(out, t->v[i].text);
		if (terms_goes_on(t, i))
			buf_str(out, t->v[i + 1].text);
	}
}
