/*
 * percent: percent-encoding (RFC 3986 section 2.1).  Decoded text is UTF-8
 * without NUL.
 */
#ifndef HTTP_PERCENT_H
#define HTTP_PERCENT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* The byte of the escape ("%2F") at the start of s, or -1. */
int http_percent_byte(struct str s);

/*
 * False if an escape is malformed, or the result contains NUL or is not UTF-8.
 * plus_is_blank: as in forms and queries.
 */
bool http_percent_decode(struct arena *a, struct str s, bool plus_is_blank,
    struct str *out);

/* Escapes everything but unreserved characters. */
struct str http_percent_encode(struct arena *a, struct str s);

#endif
