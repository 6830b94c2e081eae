/*
 * gzip: bodies in the coding gzip (RFC 1952), for clients that accept it
 * (RFC 9110 section 12.5.3).
 */
#ifndef HTTP_GZIP_H
#define HTTP_GZIP_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* Bytes; a body up to here is sent as it is. */
#define HTTP_GZIP_MIN 1024

/* What a value of Accept-Encoding says; STR_NONE: the header is absent. */
bool http_gzip_accepted(struct str accept_encoding);

/*
 * Compresses body; *out lives in the arena, as does the compressor's state.
 * False, with *out untouched, when the result would not be smaller.
 */
bool http_gzip(struct arena *a, struct str body, struct str *out);

#endif
