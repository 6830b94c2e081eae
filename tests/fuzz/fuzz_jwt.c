/*
 * What jwt_parse() accepts has all parts of a token, and only the signing key
 * verifies it: no secret one for a public key, and no public one with a
 * signature that its owner has not made.
 */
#include <stdlib.h>

#include "base/crypto.h"
#include "io/jwt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The public key of RFC 7515, appendix A.3.1; no seed is signed by it. */
#define EC                                                             \
	STR("\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"     \
	    "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04" \
	    "\x7f\xcd\xce\x27\x70\xf6\xc4\x5d\x41\x83\xcb\xee\x6f\xdb" \
	    "\x4b\x7b\x58\x07\x33\x35\x7b\xe9\xef\x13\xba\xcf\x6e\x3c" \
	    "\x7b\xd1\x54\x45\xc7\xf1\x44\xcd\x1b\xbd\x9b\x7e\x87\x2c" \
	    "\xdf\xed\xb9\xee\xb9\xf4\xb3\x69\x5d\x6e\xa9\x0b\x24\xad" \
	    "\x8a\x46\x23\x28\x85\x88\xe5\xad")

static void check(bool ok)
{
	if (!ok)
		abort();
}

/* Signs the same header and claims with our key. */
static void sign_again(struct arena *a, const struct jwt *j)
{
	struct str key = STR("key"), token;
	uint8_t mac[CRYPTO_HASH_LEN];
	struct jwt again;

	crypto_hmac(mac, key, j->signed_part);
	token = arena_printf(a, "%.*s.%.*s", STR_ARG(j->signed_part),
	    STR_ARG(crypto_base64url(a, mac, sizeof(mac))));
	if (token.len > JWT_LEN_MAX)
		return;
	check(jwt_parse(a, token, &again));
	check(str_eq(again.signed_part, j->signed_part));
	check(json_equal(again.claims, j->claims));
	check(jwt_is_signed(&again, key));
	check(!jwt_is_signed(&again, STR("Key")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct arena a;
	struct jwt j;

	crypto_init();
	arena_init(&a);
	if (jwt_parse(&a, text, &j)) {
		check(size <= JWT_LEN_MAX && json_is_object(j.claims));
		check(j.signed_part.p == text.p && j.signed_part.len < size);
		jwt_is_current(&j, 0);
		jwt_is_current(&j, INT64_C(1700000000000));
		check(!jwt_is_signed(&j, STR("")));
		check(!jwt_is_signed_by(&j, CRYPTO_ES256, EC));
		check(j.is_hs256 || j.kid.len > 0);
		if (j.is_hs256)
			sign_again(&a, &j);
		else
			check(!jwt_is_signed(&j, STR("key")));
	}
	arena_release(&a);
	return 0;
}
