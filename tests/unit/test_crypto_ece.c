/* Agreement, key derivation and encryption, by published examples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/crypto_ece.h"

static struct arena arena;

/* RFC 8291, appendix A. */
#define AS_PRIVATE "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
#define AS_PUBLIC                                                    \
	"BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocIn" \
	"mYWAmS6TlzAC8wEqKK6PBru3jl7A8"
#define UA_PRIVATE "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
#define UA_PUBLIC                                                    \
	"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBH" \
	"m4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
#define SHARED "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs"

static const uint8_t *raw(const char *text)
{
	struct str s = crypto_base64url_decode(&arena, str_of(text));

	assert_non_null(s.p);
	return (const uint8_t *)s.p;
}

static struct str hex(const char *text)
{
	size_t len = strlen(text) / 2;
	char *out = arena_alloc(&arena, len + 1);

	for (size_t i = 0; i < len; i++) {
		char pair[3] = { text[2 * i], text[2 * i + 1], '\0' };

		out[i] = (char)strtol(pair, NULL, 16);
	}
	return (struct str){ out, len };
}

static void both_sides_agree(void **state)
{
	uint8_t shared[CRYPTO_SHARED_LEN], own[CRYPTO_POINT_LEN];

	(void)state;
	assert_true(crypto_agree(raw(AS_PRIVATE), raw(UA_PUBLIC), shared, own));
	assert_memory_equal(shared, raw(SHARED), sizeof(shared));
	assert_memory_equal(own, raw(AS_PUBLIC), sizeof(own));
	assert_true(crypto_agree(raw(UA_PRIVATE), raw(AS_PUBLIC), shared, own));
	assert_memory_equal(shared, raw(SHARED), sizeof(shared));
	assert_memory_equal(own, raw(UA_PUBLIC), sizeof(own));
}

/* A point off the curve would give away the scalar, by and by. */
static void bad_points(void **state)
{
	uint8_t shared[CRYPTO_SHARED_LEN], own[CRYPTO_POINT_LEN];
	uint8_t point[CRYPTO_POINT_LEN], zero[CRYPTO_POINT_LEN] = { 0 };

	(void)state;
	for (size_t bit = 0; bit < sizeof(point) * 8; bit++) {
		memcpy(point, raw(UA_PUBLIC), sizeof(point));
		point[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(crypto_agree(raw(AS_PRIVATE), point, shared, own));
	}
	assert_false(crypto_agree(raw(AS_PRIVATE), zero, shared, own));
	zero[0] = 4;
	assert_false(crypto_agree(raw(AS_PRIVATE), zero, shared, own));
	/* The hybrid form, which libcrypto would take. */
	memcpy(point, raw(UA_PUBLIC), sizeof(point));
	point[0] = (uint8_t)(6 + point[64] % 2);
	assert_false(crypto_agree(raw(AS_PRIVATE), point, shared, own));
}

static void bad_scalars(void **state)
{
	uint8_t shared[CRYPTO_SHARED_LEN], own[CRYPTO_POINT_LEN];
	/* The order of the curve. */
	struct str n = hex("ffffffff00000000ffffffffffffffff"
			   "bce6faada7179e84f3b9cac2fc632551");
	uint8_t scalar[CRYPTO_SCALAR_LEN] = { 0 };

	(void)state;
	assert_false(crypto_agree(scalar, raw(UA_PUBLIC), shared, own));
	memcpy(scalar, n.p, sizeof(scalar));
	assert_false(crypto_agree(scalar, raw(UA_PUBLIC), shared, own));
	memset(scalar, 0xff, sizeof(scalar));
	assert_false(crypto_agree(scalar, raw(UA_PUBLIC), shared, own));
	memcpy(scalar, n.p, sizeof(scalar));
	scalar[31]--;
	assert_true(crypto_agree(scalar, raw(UA_PUBLIC), shared, own));
	/* n - 1 times a point is its opposite, with the same x. */
	assert_memory_equal(shared, raw(UA_PUBLIC) + 1, sizeof(shared));
}

/* RFC 5869, appendix A.1 and A.3, whose first block is enough. */
static void derivation(void **state)
{
	struct str secret = hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
	uint8_t out[CRYPTO_HKDF_MAX];

	(void)state;
	crypto_hkdf(out, sizeof(out), hex("000102030405060708090a0b0c"), secret,
	    hex("f0f1f2f3f4f5f6f7f8f9"));
	assert_memory_equal(out,
	    hex("3cb25f25faacd57a90434f64d0362f2a"
		"2d2d0a90cf1a5a4c5db02d56ecc4c5bf")
		.p,
	    sizeof(out));
	crypto_hkdf(out, 16, STR(""), secret, STR(""));
	assert_memory_equal(out, hex("8da4e775a563c18f715f802a063c5a31").p, 16);
}

/* The Galois/Counter Mode of Operation (McGrew, Viega), cases 1 and 3. */
static void encryption(void **state)
{
	uint8_t out[64 + CRYPTO_GCM_TAG], zero[16] = { 0 };

	(void)state;
	crypto_gcm_seal(out, zero, zero, STR(""));
	assert_memory_equal(out, hex("58e2fccefa7e3061367f1d57a4e7455a").p, 16);
	crypto_gcm_seal(out,
	    (const uint8_t *)hex("feffe9928665731c6d6a8f9467308308").p,
	    (const uint8_t *)hex("cafebabefacedbaddecaf888").p,
	    hex("d9313225f88406e5a55909c5aff5269a"
		"86a7a9531534f7da2e4c303d8a318a72"
		"1c3c0c95956809532fcf0e2449a6b525"
		"b16aedf5aa0de657ba637b391aafd255"));
	assert_memory_equal(out,
	    hex("42831ec2217774244b7221b784d0d49c"
		"e3aa212f2c02a4e035c17e2329aca12e"
		"21d514b25466931c7d8f6a5aac84aa05"
		"1ba30b396a0aac973d58e091473f5985"
		"4d5c2af327cd64a62cf35abd2ba6fab4")
		.p,
	    sizeof(out));
}

static int begin(void **state)
{
	(void)state;
	crypto_init();
	arena_init(&arena);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(both_sides_agree, begin, end),
		cmocka_unit_test_setup_teardown(bad_points, begin, end),
		cmocka_unit_test_setup_teardown(bad_scalars, begin, end),
		cmocka_unit_test_setup_teardown(derivation, begin, end),
		cmocka_unit_test_setup_teardown(encryption, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
