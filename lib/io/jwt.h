/*
 * jwt: JSON Web Tokens that others signed with a shared secret: RFC 7519 in
 * the compact form of RFC 7515, HS256 (RFC 7518 section 3.2) alone.
 *
 * Pure: text, key and time in, claims out.  Until jwt_is_signed() has said
 * yes, the claims are what anybody may have written: good for finding the
 * key, nothing else.  Everything lives in the arena that was passed.
 */
#ifndef IO_JWT_H
#define IO_JWT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "io/json.h"

#define JWT_LEN_MAX  4096
#define JWT_SKEW_MS  (INT64_C(60) * 1000)        /* of two clocks */
#define JWT_AHEAD_MS (INT64_C(24) * 3600 * 1000) /* the longest life left */

struct jwt {
	struct str signed_part;
	struct str signature;
	const json_t *claims; /* an object */
};

/*
 * False when it is too long, malformed, not for HS256, or demands extensions
 * ("crit"), of which none is known.
 */
bool jwt_parse(struct arena *a, struct str token, struct jwt *out);

/* exp is there, not past and not too far ahead; nbf, if there, is past. */
bool jwt_is_current(const struct jwt *j, int64_t now_ms);

/* Never by an empty key. */
bool jwt_is_signed(const struct jwt *j, struct str key);

#endif
