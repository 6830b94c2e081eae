#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "io/jwt.h"

#define NOW_S  INT64_C(1700000000)
#define NOW_MS (NOW_S * 1000)
#define KEY    STR("a secret of sixteen bytes and more")

static struct arena arena;

static struct str encode(struct str s)
{
	return crypto_base64url(&arena, s.p, s.len);
}

static struct str sign(const char *header, const char *claims, struct str key)
{
	uint8_t mac[CRYPTO_HASH_LEN];
	struct str text = arena_printf(&arena, "%.*s.%.*s",
	    STR_ARG(encode(str_of(header))), STR_ARG(encode(str_of(claims))));

	crypto_hmac(mac, key, text);
	return arena_printf(&arena, "%.*s.%.*s", STR_ARG(text),
	    STR_ARG(crypto_base64url(&arena, mac, sizeof(mac))));
}

static bool parses(const char *header, const char *claims)
{
	struct jwt j;

	return jwt_parse(&arena, sign(header, claims, KEY), &j);
}

/* RFC 7515, appendix A.1. */
static void example_of_the_rfc(void **state)
{
	struct str key = crypto_base64url_decode(&arena,
	    STR("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75"
		"aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"));
	struct jwt j;

	(void)state;
	assert_true(jwt_parse(&arena,
	    STR("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
		".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6"
		"Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
		".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
	    &j));
	assert_true(jwt_is_signed(&j, key));
	assert_true(str_is(json_get_str(j.claims, "iss"), "joe"));
	assert_true(jwt_is_current(&j, INT64_C(1300819380) * 1000 - 1));
	assert_false(jwt_is_current(&j, NOW_MS));
}

static void signatures(void **state)
{
	struct str token = sign("{\"alg\":\"HS256\"}", "{\"sub\":\"a\"}", KEY);
	char *copy = arena_memdup(&arena, token.p, token.len);
	struct jwt j;

	(void)state;
	assert_true(jwt_parse(&arena, token, &j));
	assert_true(jwt_is_signed(&j, KEY));
	assert_false(jwt_is_signed(&j, STR("another key")));
	assert_false(jwt_is_signed(&j, STR("")));
	assert_false(jwt_is_signed(&j, STR_NONE));
	/* Any change of the signed part is detected. */
	copy[0] ^= 1;
	if (jwt_parse(&arena, (struct str){ copy, token.len }, &j))
		assert_false(jwt_is_signed(&j, KEY));
	/* A signature by the empty key is invalid. */
	token = sign("{\"alg\":\"HS256\"}", "{}", STR(""));
	assert_true(jwt_parse(&arena, token, &j));
	assert_false(jwt_is_signed(&j, STR("")));
	/* A truncated signature is invalid. */
	token = sign("{\"alg\":\"HS256\"}", "{}", KEY);
	token.len -= 3;
	assert_true(jwt_parse(&arena, token, &j));
	assert_false(jwt_is_signed(&j, KEY));
}

/* RFC 7515, appendix A.3, with a kid in the header of another signer. */
static void public_keys(void **state)
{
	struct str key = STR_NONE, token;
	struct jwt j;

	(void)state;
	assert_null(crypto_key_read(&arena, CRYPTO_ES256,
	    STR("-----BEGIN PUBLIC KEY-----"
		"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gH"
		"MzV76e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjl"
		"rQ==-----END PUBLIC KEY-----"),
	    &key));
	/* Without a kid it is not known whose it is. */
	assert_false(jwt_parse(&arena,
	    STR("eyJhbGciOiJFUzI1NiJ9"
		".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6"
		"Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
		".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djx"
		"La8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"),
	    &j));
	/* The public key is no secret, whatever the header says. */
	token = sign("{\"alg\":\"ES256\",\"kid\":\"k\"}", "{}", key);
	assert_true(jwt_parse(&arena, token, &j));
	assert_true(str_is(j.kid, "k"));
	assert_false(jwt_is_signed(&j, key));
	assert_false(jwt_is_signed_by(&j, CRYPTO_ES256, key));
	token = sign("{\"alg\":\"HS256\",\"kid\":\"k\"}", "{}", key);
	assert_true(jwt_parse(&arena, token, &j));
	assert_false(jwt_is_signed_by(&j, CRYPTO_ES256, key));
	assert_false(jwt_is_signed_by(&j, CRYPTO_RS256, key));
}

static void forms(void **state)
{
	static const char *const bad[] = { "", ".", "..", "...", "a.b.c",
		"e30.e30.", "e30.e30", "eyJhbGciOiJIUzI1NiJ9.e30.AA.AA",
		"eyJhbGciOiJIUzI1NiJ9.e30.A+", "eyJhbGciOiJIUzI1NiJ9..AA",
		"eyJhbGciOiJIUzI1NiJ9.W10.AA" /* [] */ };
	struct str key = KEY;
	char claims[JWT_LEN_MAX];
	struct jwt j;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(jwt_parse(&arena, str_of(bad[i]), &j));
	assert_true(parses("{\"alg\":\"HS256\"}", "{}"));
	assert_false(parses("{\"alg\":\"none\"}", "{}"));
	assert_false(parses("{\"alg\":\"RS256\"}", "{}"));
	assert_false(parses("{\"alg\":\"RS256\",\"kid\":\"\"}", "{}"));
	assert_false(parses("{\"alg\":\"RS256\",\"kid\":1}", "{}"));
	assert_true(parses("{\"alg\":\"RS256\",\"kid\":\"a\"}", "{}"));
	assert_true(parses("{\"alg\":\"ES256\",\"kid\":\"a\"}", "{}"));
	assert_false(parses("{\"alg\":\"PS256\",\"kid\":\"a\"}", "{}"));
	assert_false(parses("{\"alg\":\"none\",\"kid\":\"a\"}", "{}"));
	assert_false(parses("{\"alg\":\"hs256\"}", "{}"));
	assert_false(parses("{\"alg\":[\"HS256\"]}", "{}"));
	assert_false(parses("{}", "{}"));
	assert_false(parses("{\"alg\":\"HS256\",\"crit\":[\"b64\"]}", "{}"));
	assert_false(parses("{\"alg\":\"HS256\",\"alg\":\"HS256\"}", "{}"));
	assert_false(parses("{\"alg\":\"HS256\"}", "{\"a\":"));
	memset(claims, ' ', sizeof(claims));
	claims[0] = '{';
	claims[sizeof(claims) - 2] = '}';
	claims[sizeof(claims) - 1] = '\0';
	assert_false(
	    jwt_parse(&arena, sign("{\"alg\":\"HS256\"}", claims, key), &j));
}

static bool is_current(const char *claims)
{
	struct jwt j;

	assert_true(
	    jwt_parse(&arena, sign("{\"alg\":\"HS256\"}", claims, KEY), &j));
	return jwt_is_current(&j, NOW_MS);
}

static bool expires_in(int64_t s)
{
	return is_current(
	    arena_printf(&arena, "{\"exp\":%" PRId64 "}", NOW_S + s).p);
}

static bool begins_in(int64_t s)
{
	return is_current(arena_printf(&arena,
	    "{\"exp\":%" PRId64 ",\"nbf\":%" PRId64 "}", NOW_S + 10, NOW_S + s)
			      .p);
}

static bool issued_in(int64_t s)
{
	return is_current(arena_printf(&arena,
	    "{\"exp\":%" PRId64 ",\"iat\":%" PRId64 "}", NOW_S + 10, NOW_S + s)
			      .p);
}

static void times(void **state)
{
	(void)state;
	assert_true(issued_in(-3600));
	assert_true(issued_in(60));
	assert_false(issued_in(61));
	assert_false(is_current("{\"exp\":1700000001,\"iat\":\"0\"}"));
	assert_true(expires_in(1));
	assert_true(expires_in(-59));
	assert_false(expires_in(-60));
	assert_true(expires_in(24 * 3600 + 60));
	assert_false(expires_in(24 * 3600 + 61));
	assert_true(begins_in(0));
	assert_true(begins_in(60));
	assert_false(begins_in(61));
	assert_true(is_current("{\"exp\":1700000000.5}"));
	assert_false(is_current("{}"));
	assert_false(is_current("{\"exp\":null}"));
	assert_false(is_current("{\"exp\":\"1700000001\"}"));
	assert_false(is_current("{\"exp\":-1}"));
	assert_false(is_current("{\"exp\":1e300}"));
	assert_false(is_current("{\"exp\":1700000001,\"nbf\":null}"));
	assert_false(is_current("{\"exp\":1700000001,\"nbf\":\"0\"}"));
}

static int set_up(void **state)
{
	(void)state;
	crypto_init();
	arena_init(&arena);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(example_of_the_rfc),
		cmocka_unit_test(signatures),
		cmocka_unit_test(public_keys),
		cmocka_unit_test(forms),
		cmocka_unit_test(times),
	};

	return cmocka_run_group_tests_name("jwt", tests, set_up, tear_down);
}
