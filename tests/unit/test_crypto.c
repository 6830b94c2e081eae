#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/crypto.h"

static struct arena arena;

static void assert_hex(const uint8_t *p, size_t len, const char *want)
{
	assert_string_equal(crypto_hex(&arena, p, len).p, want);
}

/* FIPS 180-2, appendices A and B. */
static void digests(void **state)
{
	uint8_t d[CRYPTO_HASH_LEN];

	(void)state;
	crypto_sha256(d, STR("abc"));
	assert_hex(d, 32,
	    "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	crypto_sha256(d, STR_NONE);
	assert_hex(d, 32,
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	crypto_sha1(d, STR("abc"));
	assert_hex(d, 20, "a9993e364706816aba3e25717850c26c9cd0d89d");
	crypto_sha1(d, STR_NONE);
	assert_hex(d, 20, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

/* RFC 6455 section 1.3. */
static void websocket_accept(void **state)
{
	uint8_t d[20];

	(void)state;
	crypto_sha1(d, STR("dGhlIHNhbXBsZSBub25jZQ=="
			   "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
	assert_string_equal(crypto_base64(&arena, d, sizeof(d)).p,
	    "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

/* RFC 4231, test cases 1, 2 and 6 (a key longer than a block). */
static void hmac(void **state)
{
	uint8_t d[CRYPTO_HASH_LEN], key[131];

	(void)state;
	memset(key, 0x0b, 20);
	crypto_hmac(d, (struct str){ (char *)key, 20 }, STR("Hi There"));
	assert_hex(d, 32,
	    "b0344c61d8db38535ca8afceaf0bf12b"
	    "881dc200c9833da726e9376c2e32cff7");
	crypto_hmac(d, STR("Jefe"), STR("what do ya want for nothing?"));
	assert_hex(d, 32,
	    "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	crypto_hmac(d, (struct str){ (char *)key, sizeof(key) },
	    STR("Test Using Larger Than Block-Size Key - Hash Key First"));
	assert_hex(d, 32,
	    "60e431591ee0b67f0d8a26aacbf5b77f"
	    "8e0bc6213728c5140546040f0ee37f54");
}

/* hashlib.blake2b() of Python, with each length as 8 bytes before its part. */
static void mac(void **state)
{
	const struct str parts[] = { STR("abc"), STR("") },
			 others[] = { STR("ab"), STR("c") };
	uint8_t key[CRYPTO_KEY_LEN], dst[CRYPTO_MAC_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)i;
	crypto_mac(dst, key, parts, 2);
	assert_hex(dst, sizeof(dst), "54c962b1576f62842a52d33763954ed0");
	crypto_mac(dst, key, others, 2);
	assert_hex(dst, sizeof(dst), "c006572bf2a0f76fe91755c911b607d2");
	crypto_mac(dst, key, NULL, 0);
	assert_hex(dst, sizeof(dst), "3daf97bce7888fd59773c66bf647459c");
}

/* What is sealed is another text each time, and opens with its key alone. */
static void seal(void **state)
{
	uint8_t key[CRYPTO_KEY_LEN] = { 1 }, other[CRYPTO_KEY_LEN] = { 2 };
	struct str texts[] = { STR(""), STR("a secret") }, one, two;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		one = crypto_seal(&arena, key, texts[i]);
		two = crypto_seal(&arena, key, texts[i]);
		assert_false(str_eq(one, two));
		assert_true(str_eq(crypto_unseal(&arena, key, one), texts[i]));
		assert_non_null(crypto_unseal(&arena, key, one).p);
		assert_null(crypto_unseal(&arena, other, one).p);
		one.len--;
		assert_null(crypto_unseal(&arena, key, one).p);
		((char *)two.p)[two.len - 1] ^= 1;
		assert_null(crypto_unseal(&arena, key, two).p);
	}
	assert_null(crypto_unseal(&arena, key, STR("")).p);
}

/* RFC 4648 section 10, and the two alphabets. */
static void base64(void **state)
{
	static const struct {
		struct str raw;
		const char *url, *plain;
	} cases[] = {
		{ STR(""), "", "" },
		{ STR("f"), "Zg", "Zg==" },
		{ STR("fo"), "Zm8", "Zm8=" },
		{ STR("foo"), "Zm9v", "Zm9v" },
		{ STR("foob"), "Zm9vYg", "Zm9vYg==" },
		{ STR("fooba"), "Zm9vYmE", "Zm9vYmE=" },
		{ STR("foobar"), "Zm9vYmFy", "Zm9vYmFy" },
		{ STR("\xfb\xff\xfe"), "-__-", "+//+" },
		{ STR("\0\0"), "AAA", "AAA=" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str s = cases[i].raw, back;

		assert_string_equal(crypto_base64url(&arena, s.p, s.len).p,
		    cases[i].url);
		assert_string_equal(crypto_base64(&arena, s.p, s.len).p,
		    cases[i].plain);
		back = crypto_base64url_decode(&arena, str_of(cases[i].url));
		assert_true(str_eq(back, s));
	}
}

/* One text per value: otherwise a token would have a second spelling. */
static void base64_refuses(void **state)
{
	static const struct str bad[] = {
		STR_NONE,
		STR("Z"), /* an impossible length */
		STR("Zm9vY"),
		STR("Zg=="), /* padding */
		STR("Zg="),
		STR("="),
		STR("+//+"), /* the other alphabet */
		STR("Zm 9v"),
		STR("Zm9v\n"),
		STR(" Zm9v"),
		STR("Zm9v\0"),
		STR("Zh"), /* non-zero trailing bits */
		STR("Zm9"),
		STR("Zm9v\xc3\xa4"),
		STR("Zm9\xff"),
		STR("\x80\x80\x80\x80"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (crypto_base64url_decode(&arena, bad[i]).p)
			fail_msg("case %zu is taken", i);
	}
}

static void hex(void **state)
{
	(void)state;
	assert_string_equal(crypto_hex(&arena, "\x00\xff\x1a", 3).p, "00ff1a");
	assert_int_equal(crypto_hex(&arena, "\x00\xff\x1a", 3).len, 6);
	assert_string_equal(crypto_hex(&arena, "", 0).p, "");
}

static void tokens(void **state)
{
	struct str a = crypto_token(&arena, "imu_");
	struct str b = crypto_token(&arena, "imu_"), raw;

	(void)state;
	assert_int_equal(a.len, 4 + 43);
	assert_int_equal(strlen(a.p), a.len);
	assert_true(str_starts(a, "imu_"));
	assert_false(str_eq(a, b));
	raw = crypto_base64url_decode(&arena,
	    (struct str){ a.p + 4, a.len - 4 });
	assert_int_equal(raw.len, 32);
}

static void bytes(void **state)
{
	unsigned char a[64] = { 0 }, b[64] = { 0 };

	(void)state;
	assert_true(crypto_equal(a, b, 64));
	crypto_random(a, 64);
	crypto_random(b, 64);
	assert_false(crypto_equal(a, b, 64));
	memcpy(b, a, 64);
	assert_true(crypto_equal(a, b, 64));
	b[63] ^= 1;
	assert_false(crypto_equal(a, b, 64));
	assert_true(crypto_equal(a, b, 63));
	assert_true(crypto_equal(a, b, 0));
	crypto_wipe(a, 64);
	for (int i = 0; i < 64; i++)
		assert_int_equal(a[i], 0);
}

static void passwords(void **state)
{
	char hash[CRYPTO_PASSWORD_LEN], again[CRYPTO_PASSWORD_LEN];
	struct str password = STR("correct horse\0battery");

	(void)state;
	assert_int_equal(crypto_password_hash(hash, password), 0);
	/* The parameters documented in the header. */
	assert_int_equal(strncmp(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31),
	    0);
	assert_true(crypto_password_check(hash, password));
	assert_false(crypto_password_check(hash, STR("correct horse")));
	assert_false(crypto_password_check(hash, STR("")));
	assert_false(crypto_password_check(hash, STR_NONE));
	/* Salted. */
	assert_int_equal(crypto_password_hash(again, password), 0);
	assert_string_not_equal(hash, again);
	assert_true(crypto_password_check(again, password));
	hash[strlen(hash) - 2] ^= 1;
	assert_false(crypto_password_check(hash, password));
	assert_false(crypto_password_check("", password));
	assert_false(crypto_password_check("plain", STR("plain")));
	assert_false(crypto_password_check("$argon2id$v=19$", password));
}

static int64_t cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* The time does not reveal whether a user exists. */
static void burn_costs_a_check(void **state)
{
	char hash[CRYPTO_PASSWORD_LEN];
	int64_t check_us = INT64_MAX, burn_us = INT64_MAX, start;

	(void)state;
	assert_int_equal(crypto_password_hash(hash, STR("x")), 0);
	/* The least of some: caches that others use make it dearer, never
	 * cheaper. */
	for (int i = 0; i < 50; i++) {
		start = cpu_us();
		crypto_password_check(hash, STR("y"));
		if (cpu_us() - start < check_us)
			check_us = cpu_us() - start;
		start = cpu_us();
		crypto_password_burn(STR("y"));
		if (cpu_us() - start < burn_us)
			burn_us = cpu_us() - start;
		if (burn_us > check_us / 2 && burn_us < check_us * 2)
			break;
	}
	assert_true(burn_us > check_us / 2);
	assert_true(burn_us < check_us * 2);
}

static int start(void **state)
{
	(void)state;
	crypto_init();
	crypto_init(); /* may be called again */
	arena_init(&arena);
	return 0;
}

static int rewind_arena(void **state)
{
	(void)state;
	arena_rewind(&arena);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

#define TEST(f) cmocka_unit_test_teardown(f, rewind_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(digests),
		TEST(websocket_accept),
		TEST(hmac),
		TEST(mac),
		TEST(seal),
		TEST(base64),
		TEST(base64_refuses),
		TEST(hex),
		TEST(tokens),
		TEST(bytes),
		TEST(passwords),
		TEST(burn_costs_a_check),
	};

	return cmocka_run_group_tests_name("crypto", tests, start, stop);
}
