/*
 * terms: the words of a text as a search for messages compares them, with ICU.
 *
 * A text is cut into terms: a word (letters and digits), a character of a
 * script without blanks (Han, kana, Hangul, Thai and its like), or a symbol
 * such as an emoji.  Everything else separates them.  Each knows which
 * characters of the source it was made of.
 *
 * Folding (UAX #15): NFKC_Casefold, then NFD, without the combining marks
 * U+0300-036F, 1AB0-1AFF, 1DC0-1DFF and 20D0-20FF, then NFC, and letters with a
 * stroke or ligature by a table.  Other marks stay: without U+3099 a kana is
 * another one, and without its vowel signs a word in Hindi.  Tones of the skin
 * are dropped.  So NFC and NFD of a text, its capitals and its widths are one.
 *
 * In an index, characters without blanks are pairs: "ABC" is AB BC C, of which
 * the last is its end.  So any part of such a run is a phrase of pairs, and a
 * single character is the beginning of a pair.
 *
 * Changing what a text is cut into makes an index disagree with its texts:
 * raise TERMS_VERSION, and indexes are made again.
 *
 * All functions take well-formed UTF-8; results live in the arena.
 */
#ifndef BASE_TERMS_H
#define BASE_TERMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#define TERMS_VERSION  1
#define TERMS_WORD_MAX 64 /* characters of a word that count */

enum term_kind {
	TERM_WORD = 1,
	TERM_CHAR,
	TERM_SYMBOL,
	TERM_GAP, /* between two texts: equals nothing */
};

struct term {
	struct str text;     /* folded; without blanks, quotes and the like */
	uint32_t start, end; /* characters of the source, end not included */
	enum term_kind kind;
	bool joined; /* TERM_CHAR: the one before it is of the same run */
};

struct terms {
	struct term *v;
	size_t n, cap;
};

/* Appends the terms of a text; behind a gap, if there are others. */
void terms_add(struct arena *a, struct terms *t, struct str text);

/* Whether v[at] is a character that the next one is joined to. */
bool terms_goes_on(const struct terms *t, size_t at);

/* What an index stores: separated by blanks, letters and digits of ASCII and
 * characters above it. */
void terms_write(struct buf *out, const struct terms *t);

#endif
