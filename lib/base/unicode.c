#include "base/unicode.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "base/err.h"

/* ---- labels ---- */

/* UAX #14, classes BK, CR, LF and NL. */
static bool breaks_line(UChar32 c)
{
	return (c >= 0x0a && c <= 0x0d) || c == 0x85 || c == 0x2028 ||
	       c == 0x2029;
}

/* UAX #9: LRE RLE PDF LRO RLO, LRI RLI FSI PDI. */
static bool turns_text(UChar32 c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static bool is_visible(UChar32 c)
{
	const uint32_t hidden = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CS_MASK |
				U_GC_Z_MASK | U_GC_M_MASK;

	/* The empty Braille pattern is a symbol without dots. */
	return !(U_GET_GC_MASK(c) & hidden) && c != 0x2800 &&
	       !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

const char *unicode_label_fault(struct str s)
{
	bool shows = false;
	size_t i = 0;
	UChar32 c;

	while (i < s.len) {
		U8_NEXT(s.p, i, s.len, c);
		if (breaks_line(c))
			return "must not hold line breaks";
		if (turns_text(c))
			return "must not hold bidi controls";
		shows = shows || is_visible(c);
	}
	return shows ? NULL : "must show something";
}

/* ---- folding ---- */

/* How much longer a character can become: NFKC of U+FDFA has 18. */
#define GROWTH_MAX 18

struct text {
	UChar *p;
	int32_t len, cap;
};

typedef const UNormalizer2 *form_fn(UErrorCode *status);

static void normalise(struct arena *a, struct text *t, form_fn *form)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar *to = ARENA_ARRAY(a, (size_t)t->cap, UChar);

	t->len = unorm2_normalize(form(&status), t->p, t->len, to, t->cap,
	    &status);
	BUG_ON(U_FAILURE(status));
	t->p = to;
}

/*
 * An accent, not a vowel sign or the sign of a voiced kana, without which a
 * word is another one.
 */
static bool is_accent(UChar32 c)
{
	UErrorCode status = U_ZERO_ERROR;

	return u_getCombiningClass(c) && c != 0x3099 && c != 0x309a &&
	       uscript_getScript(c, &status) == USCRIPT_INHERITED;
}

/* Letters whose stroke or ligature no normalisation takes apart. */
static UChar plain_letter(UChar32 c)
{
	switch (c) {
	case 0x00f8:
		return 'o';
	case 0x0111:
	case 0x00f0:
		return 'd';
	case 0x0127:
		return 'h';
	case 0x0131:
		return 'i';
	case 0x0142:
		return 'l';
	case 0x0167:
		return 't';
	}
	return 0;
}

/* Drops accents and controls, and what is not a single blank. */
static void strip(struct text *t)
{
	int32_t i = 0, n = 0, start;
	UChar32 c;

	while (i < t->len) {
		start = i;
		U16_NEXT(t->p, i, t->len, c);
		if (u_isUWhiteSpace(c)) {
			if (n && t->p[n - 1] != ' ')
				t->p[n++] = ' ';
			continue;
		}
		if (is_accent(c) || u_charType(c) == U_CONTROL_CHAR)
			continue;
		if (plain_letter(c)) {
			t->p[n++] = plain_letter(c);
			continue;
		}
		while (start < i)
			t->p[n++] = t->p[start++];
	}
	if (n && t->p[n - 1] == ' ')
		n--;
	t->len = n;
}

struct str unicode_head(struct str s, size_t chars_max)
{
	size_t at = 0;

	for (size_t n = 0; n < chars_max && at < s.len; n++)
		U8_FWD_1(s.p, at, s.len);
	return (struct str){ s.p, at };
}

struct str unicode_fold(struct arena *a, struct str s, size_t chars_max)
{
	struct text t = { .len = 0 };
	UErrorCode status = U_ZERO_ERROR;
	char *out;
	int32_t len;

	s = unicode_head(s, chars_max);
	t.cap = (int32_t)s.len * GROWTH_MAX + 1;
	t.p = ARENA_ARRAY(a, (size_t)t.cap, UChar);
	u_strFromUTF8(t.p, t.cap, &t.len, s.p ? s.p : "", (int32_t)s.len,
	    &status);
	BUG_ON(U_FAILURE(status));
	normalise(a, &t, unorm2_getNFKCCasefoldInstance);
	normalise(a, &t, unorm2_getNFDInstance);
	strip(&t);
	normalise(a, &t, unorm2_getNFCInstance);
	out = arena_alloc(a, 3 * (size_t)t.len + 1);
	u_strToUTF8(out, 3 * t.len + 1, &len, t.p, t.len, &status);
	BUG_ON(U_FAILURE(status));
	return unicode_head((struct str){ out, (size_t)len }, chars_max);
}

/* ---- words ---- */

enum unicode_place unicode_next(struct str s, size_t *at)
{
	int32_t before = (int32_t)*at;
	UChar32 c, last = 0;

	if (before)
		U8_PREV(s.p, 0, before, last);
	U8_NEXT(s.p, *at, s.len, c);
	if (c == ' ')
		return UNICODE_BLANK;
	if (!last)
		return UNICODE_START;
	if (!u_isalnum(last) || u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC))
		return UNICODE_WORD;
	return UNICODE_WITHIN;
}

/* ---- emoji ---- */

#define PICTURE   0xfe0f  /* VARIATION SELECTOR-16 */
#define KEYCAP    0x20e3  /* COMBINING ENCLOSING KEYCAP */
#define JOINER    0x200d  /* ZERO WIDTH JOINER */
#define TAG_FIRST 0xe0020 /* spell the name of a region behind a flag */
#define TAG_LAST  0xe007e
#define TAG_END   0xe007f

static bool is_keycap_base(UChar32 c)
{
	return (c >= '0' && c <= '9') || c == '#' || c == '*';
}

/* The characters of a text without PICTURE. */
struct emoji {
	struct str s;
	size_t at;
};

/* 0 at the end. */
static UChar32 peek(const struct emoji *e)
{
	size_t at = e->at;
	UChar32 c;

	if (at >= e->s.len)
		return 0;
	U8_NEXT(e->s.p, at, e->s.len, c);
	return c;
}

static UChar32 next(struct emoji *e)
{
	UChar32 c = peek(e);

	if (c)
		U8_FWD_1(e->s.p, e->at, e->s.len);
	return c;
}

static bool take_if(struct emoji *e, UChar32 c)
{
	return peek(e) == c && next(e);
}

/* emoji_flag_sequence */
static bool take_flag(struct emoji *e)
{
	return u_hasBinaryProperty(peek(e), UCHAR_REGIONAL_INDICATOR) &&
	       next(e);
}

/* emoji_tag_sequence; none is fine. */
static bool take_tags(struct emoji *e)
{
	bool any = false;

	while (peek(e) >= TAG_FIRST && peek(e) <= TAG_LAST) {
		next(e);
		any = true;
	}
	return !any || take_if(e, TAG_END);
}

/* emoji_zwj_element */
static bool take_element(struct emoji *e)
{
	UChar32 c = peek(e);

	if (is_keycap_base(c)) {
		next(e);
		return take_if(e, KEYCAP);
	}
	if (take_flag(e))
		return take_flag(e);
	if (!c || !u_hasBinaryProperty(c, UCHAR_EMOJI))
		return false;
	next(e);
	if (u_hasBinaryProperty(peek(e), UCHAR_EMOJI_MODIFIER))
		next(e);
	return take_tags(e);
}

struct str unicode_emoji(struct arena *a, struct str s)
{
	char *bytes = arena_alloc(a, s.len + 1);
	struct emoji e = { { bytes, 0 }, 0 };

	for (size_t i = 0, start = 0; i < s.len; start = i) {
		UChar32 c;

		U8_NEXT(s.p, i, s.len, c);
		if (c == PICTURE)
			continue;
		memcpy(bytes + e.s.len, s.p + start, i - start);
		e.s.len += i - start;
	}
	do {
		if (!take_element(&e))
			return STR_NONE;
	} while (take_if(&e, JOINER));
	return e.at == e.s.len ? e.s : STR_NONE;
}
