/*
 * What jwt_parse() accepts has all parts of a token, and only the signing key
 * verifies it.
 */
#include <stdlib.h>

#include "base/crypto.h"
#include "io/jwt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
		sign_again(&a, &j);
	}
	arena_release(&a);
	return 0;
}
