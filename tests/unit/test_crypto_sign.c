/* Private keys and signatures: a key of RFC 7515, and what is no key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/crypto_sign.h"
#include "io/jwt.h"
#include "io/jwt_sign.h"

static struct arena arena;

#define BEGIN "-----BEGIN PRIVATE KEY-----"
#define END   "-----END PRIVATE KEY-----"

/* The key of RFC 7515, appendix A.3.1; and with the point of another. */
#define EC_TEXT                                                            \
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff" \
	"H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp" \
	"7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt"
#define EC_MIXED_TEXT                                                      \
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff" \
	"H1136cspYG6+0iY7X1fCE9+E9LKhRANCAARrF9Hy4SxCR/i85uVjpEDydwN9gS3r" \
	"M6D0oTlF2JjClk/jQuL+Gn+bjufrSnwPnhYrzjNXazFezsu2QGg3v1H1"
#define EC_384_TEXT                                                        \
	"MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDAg7WV2d566rHbZ3S/q" \
	"CDdbs7odBosPftygzd1E3FnqdZz9witeHmBpVW3XkNwc5nWhZANiAATseZBO2vKg" \
	"bOflqIK5Z2Y+KdmHxW42sCkjyFuY3N1EMyoyLNSqVAJo28GdpxxTB/uNHi3Ez9h5" \
	"3bCaFPs0T8xOsGp9DclKpIxHwJq2cu6HxKiPVWR5RL3UH7NgIlYFkVo="
/* Made for this test: one of 2048 bits, and one that is too short. */
#define RSA_TEXT                                                           \
	"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCkftY5K8h/JC2K" \
	"apDtiinHBwmUNbKVLzBMnLu9z4/QWiAP/d8lfqnDdP1aroNTADVf8Fpq+A/da/l6" \
	"RJ8Vh9yWjqYlAmiG0xqU2B0DwFJXUdW2yXVkfwy4rGUdDJxpW2jUvABtyJMXLVn4" \
	"bZtsm6LHVaBfHEdzpgYzB2nBYtxNtsGg7QFp72JxuSZ7zU+vYOojd9cvYtEHy7uT" \
	"Je9sOfd4JmSyR263eVm8wziPD3/mWHvUEJ23o9vWI5BmwIPG+V0IVsYcPAoP1Wrq" \
	"qRm1QQ4lY7S57NdS1QPwIc0NFxcCY5s1fbssoLQuw5SI/BFgM/liyOUFZCk0//i6" \
	"glO00KFFAgMBAAECggEAUO5mj7JO7t7p2RQdQgGcFGQN/nF875FL/iWO6RBZ/XSa" \
	"GcQaKeRrudKxZBBAZHHR0OX8Vmy9wX8CO3nPm1RA34JHlCXfL5ZlmZ3KiLHy0Ste" \
	"LpRnwY4QwDtxdB1kRyHGLgRhYaIxXFHf1i53LbRVHiWuxZywOuIQYsLe8VqmcUUS" \
	"H7uHqXxQVvVJ8A4U4pUYG8x85lrId+ZjutX2Tazfxmnw5ZSJd8PvcCPoEXs8k5Pn" \
	"IsxTFazIZVijnfBfXGH+E6Lht/xP5wS5qenEc0RfPboLVKOFwMm+wZWv8Tvp9l6j" \
	"VX/Bl5Zg7xSBcKBg5HfJ+Ng8aiGs8lpbwN+2RYVG8QKBgQDm99IOg+rVDet8CGS/" \
	"ohe29BR0YGGzyvMnuveKbp+RTBHZLl2jZy75sXHM46sGhlahi9fGVS79aVukxeDd" \
	"bbLCMQ4Of1Ck3KOdAc+nUQV8WR4zz7xiJQfPjMMyvPKcNhk36yh4vlCCMEBpZMBR" \
	"CTrf7KvhRxlgMtc1zmX+uJsQ8wKBgQC2Ur4X+83Ji4T/K4pQVyOTyQ9JIC4Pl552" \
	"rle78k3JpLb1x+U6hvdl81iYoKnxpsKJqMUqEO9n62QpUD2URcQHYFfjANBGZnJc" \
	"1Kfq54Napk+H2TU78uUO83ONA9x9s5wmmZucP0/XgScZMHo9HA6MY1OxDxFHb6px" \
	"mLgEBk/S5wKBgCjU8vvB8ogL1++rhDQksdCUQfF5AIzKekYx1YVRnUAQlK8ydTdo" \
	"DHP0HMw+C4Qxx6rzkAfuE0qVj7AHk4NR22JdTcDeXSFoKDyfj1hjCHc9Qgui1Aj9" \
	"xu24UuHraXCYV8j898Cw1IbPhPOc7irlWNUxgAlpimDpXAaVII7xj+hlAoGBAJkL" \
	"qeBuEdd+E30zKl64VvgGTZt/tMqH5pAPVzxAcIW0i5STYNuZUfE1rYgpTZ648hIm" \
	"JqNiJeTg1mpLnfVp/tyGRiAanbqK4rMEG5R3FG8yrg4GCcax5Q+A0t1rgVnPPGO2" \
	"i8ZD6xymoJBnfiTv+VJlSmqVkFab6MKEhOtz9Ou/AoGAHpeOw2Xgc9VaLFY0D/8N" \
	"2ErNTscn1MJMXu6HHpMffBwxyRkDijkR/bf8Zs2Pi2cWzUiukOX/l5O0wVLewu2x" \
	"Y0jasT69BfRU7PVw+9keqQ4KWI/H9pMgUnMLV+GZCKexZxFmjeH1ao27nOMSeVy9" \
	"3AzFi5hmadrDtVStppymqkE="
#define RSA_1024_TEXT                                                      \
	"MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAKqsQHKuxvO/Ypq9" \
	"G7EWpchgF8ESvOtSXGSqoehka5/OQYQpzRWOtZkf+7fKhyP3/8iN7BTxCfZR5SPo" \
	"Jdi0T9Ss0iInhQH8B2aVLULaTb2zWmb5j2YhRxxDHSnP/5sFIFuNN3Llb/HA5vo6" \
	"tXwi4ZiraezIxbet63dfUGfdc4lVAgMBAAECgYEAnkuEutk/zXMEkWAz/ttyh5YY" \
	"cgpfDiMlbniUEmaRK3axbVMX05a493yiiqRdEw9BPVHkVMf65Wqvi84UzBjwsFya" \
	"30z+XL3I/rpS9zykz6Xg1MwGXJiDd17YfWtch5jUSm/QWvdsISGUrCRv1y57xLNy" \
	"968oBrCLa5c+yEqYi0ECQQDSFLzTxBzkw5qY+mxpsounvsjmltLa1+0cgp0fXxEN" \
	"WwFfxrWaYEObpHwGPsBttw4OZ5F4A/U2BgbvwNOBTB3vAkEAz/plxAdW/V1IkXOo" \
	"FHBJP6DC4VPqI//uHQkUHrG1vwyQz3VpOtvTA/JQJE7b7OHRgcC+OrkKzhMCLkmR" \
	"OIDQ+wJBAIsss9/zJ1UihNPd616mq0CI8x1YQ/45WFsv6Jm06F4ZsTJbOUo5hfCh" \
	"qoyUm/TTddtzH3sL3DJbEdNZwoUBAT8CQHGpzn5A6KjVl3huthhdeZq9mGQfQWJl" \
	"V9QkhwtzYfnEu0u2Rkl1pDCO+H+vXYBrtd1s4kojoSUYvGNhr20q8YsCQF8jilQe" \
	"pn+pXHvy5jBsUi+UFWodv693PJPnp27SWD6xeUhOQfAtNfvkGX0Yj53ypwR3SQFh" \
	"X/jyAa1n6u835hk="

static struct crypto_signer *key_of(enum crypto_alg alg, const char *pem)
{
	struct crypto_signer *k = NULL;
	const char *why = crypto_signer_read(&arena, alg, str_of(pem), &k);

	if (why)
		fail_msg("%s", why);
	return k;
}

static void it_is_verified(void **state)
{
	static const enum crypto_alg algs[] = { CRYPTO_ES256, CRYPTO_RS256 };
	static const char *const pems[] = { BEGIN EC_TEXT END,
		BEGIN RSA_TEXT END };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct crypto_signer *k = key_of(algs[i], pems[i]);
		struct str der = crypto_signer_public(&arena, k);

		/* r and s of ES256 lose leading zeros now and then. */
		for (int n = 0; n < 300; n++) {
			struct str text = arena_printf(&arena, "text %d", n);
			struct str s = crypto_signer_sign(&arena, k, text);

			assert_int_equal(s.len, i ? 256 : 64);
			assert_true(crypto_key_verify(algs[i], der, text, s));
			assert_false(
			    crypto_key_verify(algs[i], der, STR("another"), s));
			n += i ? 99 : 0; /* RSA is slow */
		}
		assert_int_equal(crypto_signer_alg(k), algs[i]);
	}
}

static void jwt(void **state)
{
	static const enum crypto_alg algs[] = { CRYPTO_ES256, CRYPTO_RS256 };
	static const char *const pems[] = { BEGIN EC_TEXT END,
		BEGIN RSA_TEXT END };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct crypto_signer *k = key_of(algs[i], pems[i]);
		struct jwt j;

		assert_true(jwt_parse(&arena,
		    jwt_sign(&arena, k, STR("the \"key\""), STR("{\"exp\":5}")),
		    &j));
		assert_true(jwt_is_signed_by(&j, algs[i],
		    crypto_signer_public(&arena, k)));
		assert_true(str_is(j.kid, "the \"key\""));
		assert_int_equal(j.exp_ms, 5000);
	}
}

/* Appendix A.3.1: d and x. */
static void scalars(void **state)
{
	struct str d = crypto_base64url_decode(&arena,
	    STR("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"));
	struct str x = crypto_base64url_decode(&arena,
	    STR("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"));
	uint8_t point[CRYPTO_POINT_LEN], made[CRYPTO_SCALAR_LEN],
	    bad[CRYPTO_SCALAR_LEN + 1] = { 0 };
	struct crypto_signer *k = NULL, *same;
	struct str der;

	(void)state;
	assert_null(crypto_signer_read_scalar(&arena, d, &k));
	crypto_signer_point(k, point);
	assert_int_equal(point[0], 4);
	assert_memory_equal(point + 1, x.p, 32);
	der = crypto_signer_public(&arena, k);
	assert_true(crypto_key_verify(CRYPTO_ES256, der, STR("t"),
	    crypto_signer_sign(&arena, k, STR("t"))));
	same = key_of(CRYPTO_ES256, BEGIN EC_TEXT END);
	assert_true(str_eq(der, crypto_signer_public(&arena, same)));

	crypto_signer_make_scalar(made);
	assert_null(crypto_signer_read_scalar(&arena,
	    (struct str){ (char *)made, sizeof(made) }, &k));
	/* 0, above the order, another length. */
	assert_non_null(crypto_signer_read_scalar(&arena,
	    (struct str){ (char *)bad, 32 }, &k));
	bad[31] = 1;
	assert_null(crypto_signer_read_scalar(&arena,
	    (struct str){ (char *)bad, 32 }, &k));
	assert_non_null(crypto_signer_read_scalar(&arena,
	    (struct str){ (char *)bad, 33 }, &k));
	assert_non_null(crypto_signer_read_scalar(&arena,
	    (struct str){ (char *)bad, 31 }, &k));
	memset(bad, 0xff, sizeof(bad));
	assert_non_null(crypto_signer_read_scalar(&arena,
	    (struct str){ (char *)bad, 32 }, &k));
	assert_non_null(crypto_signer_read_scalar(&arena, STR_NONE, &k));
}

static void no_keys(void **state)
{
	static const struct {
		const char *pem;
		enum crypto_alg alg;
		const char *why;
	} rows[] = {
		{ "", CRYPTO_ES256, "PKCS#8" },
		{ BEGIN END, CRYPTO_ES256, "PKCS#8" },
		{ BEGIN "AAAA" END, CRYPTO_RS256, "PKCS#8" },
		{ BEGIN EC_TEXT, CRYPTO_ES256, "PKCS#8" },
		{ BEGIN EC_TEXT END "x", CRYPTO_ES256, "PKCS#8" },
		{ BEGIN EC_TEXT END BEGIN EC_TEXT END, CRYPTO_ES256, "PKCS#8" },
		{ EC_TEXT, CRYPTO_ES256, "PKCS#8" },
		{ BEGIN "\xff" EC_TEXT END, CRYPTO_ES256, "PKCS#8" },
		{ BEGIN EC_TEXT END, CRYPTO_RS256, "an RSA key" },
		{ BEGIN RSA_TEXT END, CRYPTO_ES256, "P-256" },
		{ BEGIN RSA_1024_TEXT END, CRYPTO_RS256, "2048" },
		{ BEGIN EC_384_TEXT END, CRYPTO_ES256, "P-256" },
		{ BEGIN EC_MIXED_TEXT END, CRYPTO_ES256, "not a valid key" },
	};
	struct crypto_signer *k;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *why = crypto_signer_read(&arena, rows[i].alg,
		    str_of(rows[i].pem), &k);

		if (!why || !strstr(why, rows[i].why))
			fail_msg("row %zu: %s", i, why ? why : "accepted");
	}
	/* Blanks around it, and lines of any length. */
	assert_null(crypto_signer_read(&arena, CRYPTO_ES256,
	    STR("\r\n " BEGIN "\r\n" EC_TEXT "\r\n" END "\n\n"), &k));
}

static int release(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_verified),
		cmocka_unit_test(jwt),
		cmocka_unit_test(scalars),
		cmocka_unit_test(no_keys),
	};

	crypto_init();
	arena_init(&arena);
	return cmocka_run_group_tests(tests, NULL, release);
}
