/*
 * jwt: verifies JSON Web Tokens signed with a shared secret: RFC 7519 in the
 * compact form of RFC 7515, only HS256 (RFC 7518 section 3.2).
 *
 * Pure: text, key and time in, claims out.  Until jwt_is_signed() returns true
 * the claims are untrusted: they may be used to find the key and for nothing
 * else.  Everything lives in the arena that was passed.
 */
#ifndef IO_JWT_H
#define IO_JWT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "io/json.h"

#define JWT_LEN_MAX  4096
#define JWT_SKEW_MS  (INT64_C(60) * 1000)        /* clock skew */
#define JWT_AHEAD_MS (INT64_C(24) * 3600 * 1000) /* the latest exp accepted */

struct jwt {
	struct str signed_part;
	struct str signature;
	const json_t *claims; /* an object */
	int64_t exp_ms;       /* -1: missing, or not a time */
};

/*
 * False if it is too long, malformed, not HS256, or requires extensions
 * ("crit"), none of which is supported.
 */
bool jwt_parse(struct arena *a, struct str token, struct jwt *out);

/*
 * exp is present, not past and not too far ahead; nbf and iat, if present, are
 * past: each with JWT_SKEW_MS.  NULL, or what is wrong.
 */
const char *jwt_check_times(const struct jwt *j, int64_t now_ms);
bool jwt_is_current(const struct jwt *j, int64_t now_ms);

/* False for an empty key. */
bool jwt_is_signed(const struct jwt *j, struct str key);

#endif
