/*
 * unicode: what texts look like, and which ones mean the same, with ICU.
 *
 * All functions take well-formed UTF-8.  The tables are those of the installed
 * ICU; characters that it does not know yet count as visible and are kept.
 */
#ifndef BASE_UNICODE_H
#define BASE_UNICODE_H

#include "base/arena.h"
#include "base/str.h"

/*
 * What is wrong with a text that stands for something in a list (the name of a
 * person, a group, a device): NULL, or a reason such as "must not hold line
 * breaks".  A label shows something, and neither breaks its line (UAX #14) nor
 * changes the direction of what comes after it (UAX #9: embeddings, overrides
 * and isolates; the marks LRM, RLM and ALM are fine).
 */
const char *unicode_label_fault(struct str s);

/*
 * A text as searches compare it: compatibility forms and widths, case and the
 * accents of Latin, Greek and Cyrillic letters are folded (UAX #15
 * NFKC_Casefold), blanks are single ones, and there are none at the ends.
 * Not longer than chars_max characters.
 */
struct str unicode_fold(struct arena *a, struct str s, size_t chars_max);

/* Where a search may find a part of a text. */
enum unicode_place {
	UNICODE_START,  /* at its beginning */
	UNICODE_WORD,   /* where a word begins; each ideograph is one */
	UNICODE_WITHIN, /* elsewhere */
	UNICODE_BLANK,  /* nothing begins at a blank */
};

/*
 * Walks through a folded text: the place of the character at *at, which moves
 * to the next one.
 */
enum unicode_place unicode_next(struct str folded, size_t *at);

/*
 * One emoji (UTS #51: a character, a keycap, a flag, or several that are
 * joined, with modifiers), in the form in which equal ones have equal bytes:
 * without U+FE0F, which only asks for a picture.  STR_NONE: it is none.
 */
struct str unicode_emoji(struct arena *a, struct str s);

/* The first chars_max characters of s. */
struct str unicode_head(struct str s, size_t chars_max);

#endif
