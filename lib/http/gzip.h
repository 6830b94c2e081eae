/*
 * gzip: compresses bodies with gzip (RFC 1952) for clients that accept it (RFC
 * 9110 section 12.5.3).
 */
#ifndef HTTP_GZIP_H
#define HTTP_GZIP_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* In bytes; a body up to this length is not compressed. */
#define HTTP_GZIP_MIN 1024

/* Whether Accept-Encoding allows gzip; STR_NONE: no such header. */
bool http_gzip_accepted(struct str accept_encoding);

/*
 * Compresses body; *out lives in the arena, as does the compressor's state.
 * False, with *out untouched, if the result would not be smaller.
 */
bool http_gzip(struct arena *a, struct str body, struct str *out);

#endif
