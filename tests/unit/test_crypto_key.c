/* Public keys and their signatures: the examples of RFC 7515, and what is no
 * key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/crypto_key.h"

static struct arena arena;

#define BEGIN "-----BEGIN PUBLIC KEY-----"
#define END   "-----END PUBLIC KEY-----"

/* The keys of RFC 7515, appendices A.2.1 and A.3.1, as SPKI. */
#define RSA_TEXT                                                           \
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj" \
	"NiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz" \
	"P1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo" \
	"9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB" \
	"EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX" \
	"FvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp" \
	"oQIDAQAB"
#define EC_TEXT                                                            \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7" \
	"6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ=="

#define RSA_SIGNED                                                         \
	"eyJhbGciOiJSUzI1NiJ9"                                             \
	".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGF" \
	"tcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
#define RSA_SIGNATURE                                                      \
	"cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7" \
	"AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4" \
	"BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K" \
	"0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv" \
	"hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB" \
	"p0igcN_IoypGlUPQGe77Rw"
#define EC_SIGNED                                                          \
	"eyJhbGciOiJFUzI1NiJ9"                                             \
	".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGF" \
	"tcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
#define EC_SIGNATURE                                                       \
	"DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA" \
	"pmWQxfKTUJqPP3-Kg6NU1Q"

static const char *read_key(enum crypto_alg alg, const char *pem,
    struct str *der_out)
{
	return crypto_key_read(&arena, alg, str_of(pem), der_out);
}

static struct str key_of(enum crypto_alg alg, const char *pem)
{
	struct str der = STR_NONE;
	const char *why = read_key(alg, pem, &der);

	if (why)
		fail_msg("%s", why);
	return der;
}

static struct str raw(const char *text)
{
	return crypto_base64url_decode(&arena, str_of(text));
}

static void examples_of_the_rfc(void **state)
{
	struct str rsa = key_of(CRYPTO_RS256, BEGIN RSA_TEXT END),
		   ec = key_of(CRYPTO_ES256, BEGIN EC_TEXT END);
	struct str by_rsa = raw(RSA_SIGNATURE), by_ec = raw(EC_SIGNATURE);

	(void)state;
	assert_true(
	    crypto_key_verify(CRYPTO_RS256, rsa, STR(RSA_SIGNED), by_rsa));
	assert_true(crypto_key_verify(CRYPTO_ES256, ec, STR(EC_SIGNED), by_ec));
	assert_false(
	    crypto_key_verify(CRYPTO_RS256, rsa, STR(EC_SIGNED), by_rsa));
	assert_false(
	    crypto_key_verify(CRYPTO_ES256, ec, STR(RSA_SIGNED), by_ec));
	/* The algorithm and the key have to agree. */
	assert_false(
	    crypto_key_verify(CRYPTO_ES256, rsa, STR(RSA_SIGNED), by_rsa));
	assert_false(
	    crypto_key_verify(CRYPTO_RS256, ec, STR(EC_SIGNED), by_ec));
	assert_false(
	    crypto_key_verify(CRYPTO_ES256, rsa, STR(EC_SIGNED), by_ec));
	assert_false(
	    crypto_key_verify(CRYPTO_RS256, STR_NONE, STR(RSA_SIGNED), by_rsa));
}

/* Any bit that is changed, any other length. */
static void signatures(void **state)
{
	struct str ec = key_of(CRYPTO_ES256, BEGIN EC_TEXT END),
		   good = raw(EC_SIGNATURE);
	static const char zero[64];
	char bad[65] = { 0 };

	(void)state;
	for (size_t i = 0; i < good.len * 8; i++) {
		memcpy(bad, good.p, good.len);
		bad[i / 8] = (char)(bad[i / 8] ^ 1 << i % 8);
		assert_false(crypto_key_verify(CRYPTO_ES256, ec, STR(EC_SIGNED),
		    (struct str){ bad, good.len }));
	}
	memcpy(bad, good.p, good.len);
	for (size_t len = 0; len <= sizeof(bad); len++)
		assert_int_equal(crypto_key_verify(CRYPTO_ES256, ec,
				     STR(EC_SIGNED), (struct str){ bad, len }),
		    len == good.len);
	assert_false(crypto_key_verify(CRYPTO_ES256, ec, STR(EC_SIGNED),
	    (struct str){ zero, 64 }));
	assert_false(
	    crypto_key_verify(CRYPTO_ES256, ec, STR(EC_SIGNED), STR_NONE));
}

static void forms(void **state)
{
	static const char *const good[] = { BEGIN EC_TEXT END,
		BEGIN "\n" EC_TEXT "\n" END "\n",
		"\r\n " BEGIN "\r\n" EC_TEXT "\r\n" END "\t" };
	static const char *const bad[] = { "", " ", "x", EC_TEXT, BEGIN,
		BEGIN END, BEGIN EC_TEXT, EC_TEXT END, BEGIN EC_TEXT END "x",
		"x" BEGIN EC_TEXT END, BEGIN "!" EC_TEXT END,
		BEGIN EC_TEXT "=" END, BEGIN "\xff" EC_TEXT END,
		BEGIN "AA==" EC_TEXT END, BEGIN EC_TEXT END BEGIN EC_TEXT END,
		"-----BEGIN PRIVATE KEY-----" EC_TEXT END,
		BEGIN EC_TEXT "-----END PRIVATE KEY-----",
		/* a byte more, and the point beside the curve */
		BEGIN "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tL"
		      "e1gHMzV76e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2K"
		      "RiMohYjlrQAA" END,
		BEGIN "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tL"
		      "e1gHMzV76e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2K"
		      "RiMohYjlrA==" END };
	struct str der, pem;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		der = key_of(CRYPTO_ES256, good[i]);
		assert_int_equal(der.len, 91);
		/* What is shown is the same key. */
		pem = crypto_key_pem(&arena, der);
		assert_true(str_eq(der, key_of(CRYPTO_ES256, pem.p)));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!read_key(CRYPTO_ES256, bad[i], &der))
			fail_msg("%s", bad[i]);
	assert_non_null(read_key(CRYPTO_RS256, BEGIN EC_TEXT END, &der));
	assert_non_null(read_key(CRYPTO_ES256, BEGIN RSA_TEXT END, &der));
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
		cmocka_unit_test(examples_of_the_rfc),
		cmocka_unit_test(signatures),
		cmocka_unit_test(forms),
	};

	return cmocka_run_group_tests_name("crypto_key", tests, set_up,
	    tear_down);
}
