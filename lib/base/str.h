/*
 * str: a counted, borrowed string, and checks for text from clients.
 *
 * A struct str owns nothing.  p NULL means "no value", which differs from the
 * empty string.  p[len] and later must not be read.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t len;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NONE     ((struct str){ NULL, 0 })
/* For printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).len, (s).p ? (s).p : ""

/* Of a C string; NULL gives STR_NONE. */
struct str str_of(const char *cstr);

bool str_eq(struct str a, struct str b); /* both STR_NONE, or same bytes */
bool str_is(struct str a, const char *cstr);
bool str_is_nocase(struct str s, const char *cstr); /* ASCII letters */
bool str_starts(struct str s, const char *prefix);
int str_cmp(struct str a, struct str b); /* like memcmp, shorter first */

/* Index of c, or -1. */
ptrdiff_t str_find(struct str s, char c);
/* Cuts s at the first c: returns what is before it and leaves in *s what is
 * after it (STR_NONE if there is no c). */
struct str str_cut(struct str *s, char c);
/* The n-th word, from 1, of a set such as "a|b|c", or STR_NONE. */
struct str str_word(const char *set, int64_t n);
/* The position of a word in such a set, from 1; 0: not in it. */
int64_t str_place(const char *set, struct str word);
/* Removes ASCII blanks at both ends. */
struct str str_trim(struct str s);

/*
 * An id as the API writes it: 1-19 decimal digits, no leading zero, at most
 * 2^63-1, and not 0.  False when s is anything else.
 */
bool str_to_id(struct str s, int64_t *id_out);
/* A decimal integer with optional '-', no leading zero, no '+'. */
bool str_to_int(struct str s, int64_t *n_out);

/* RFC 3629: well formed, no surrogates, nothing above U+10FFFF. */
bool str_is_utf8(struct str s);
/* How many bytes of it are, from its start. */
size_t str_utf8_len(struct str s);
/* Unicode scalar values in a well-formed string. */
size_t str_utf8_count(struct str s);
/* All bytes are in the set of A-Z a-z 0-9 and `extra`. */
bool str_is_alnum_or(struct str s, const char *extra);
/*
 * An absolute https URL (RFC 3986) with a host and no user name: what may be
 * shown as a picture.
 */
bool str_is_https_url(struct str s);
/* All bytes are printable ASCII, 0x21-0x7e, or a blank if allowed. */
bool str_is_printable(struct str s, bool blank_allowed);

#endif
