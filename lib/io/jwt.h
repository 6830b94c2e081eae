/*
 * jwt: verifies JSON Web Tokens: RFC 7519 in the compact form of RFC 7515,
 * signed with a shared secret, HS256, or by the owner of a public key, RS256 or
 * ES256 (RFC 7518 sections 3.2 to 3.4).
 *
 * Pure: text, key and time in, claims out.  Until a signature was verified,
 * header and claims are untrusted: they may be used to find the key and for
 * nothing else.  What a key is good for is known with the key: a JWT that names
 * another algorithm is not signed by it.  Everything lives in the arena that
 * was passed.
 */
#ifndef IO_JWT_H
#define IO_JWT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/crypto_key.h"
#include "base/str.h"
#include "io/json.h"

#define JWT_LEN_MAX  4096
#define JWT_KID_MAX  128
#define JWT_SKEW_MS  (INT64_C(60) * 1000)        /* clock skew */
#define JWT_AHEAD_MS (INT64_C(24) * 3600 * 1000) /* the latest exp accepted */

struct jwt {
	struct str signed_part;
	struct str signature;
	bool is_hs256; /* otherwise of a public key, for `alg` */
	enum crypto_alg alg;
	struct str kid;       /* 1 to JWT_KID_MAX bytes, or STR_NONE */
	const json_t *claims; /* an object */
	int64_t exp_ms;       /* -1: missing, or not a time */
};

/*
 * False if it is too long, malformed, of another algorithm ("none", too), or
 * requires extensions ("crit"), none of which is supported; and without a kid
 * where a public key is needed.
 */
bool jwt_parse(struct arena *a, struct str token, struct jwt *out);

/*
 * exp is present, not past and not too far ahead; nbf and iat, if present, are
 * past: each with JWT_SKEW_MS.  NULL, or what is wrong.
 */
const char *jwt_check_times(const struct jwt *j, int64_t now_ms);
bool jwt_is_current(const struct jwt *j, int64_t now_ms);

/* With HS256, and a secret that is not empty. */
bool jwt_is_signed(const struct jwt *j, struct str secret);
/* By the owner of the public key (crypto_key_read()), which is for alg. */
bool jwt_is_signed_by(const struct jwt *j, enum crypto_alg alg,
    struct str public_key);

#endif
