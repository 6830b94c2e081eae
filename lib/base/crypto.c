#include "base/crypto.h"

#include <openssl/evp.h>
#include <sodium.h>

#include "base/err.h"

/*
 * The second of OWASP's parameter sets for argon2id: 19 MiB suits small
 * servers.
 */
#define PASSWORD_OPS    2
#define PASSWORD_MEMORY (19 * 1024 * 1024)

#define TOKEN_LEN 32

_Static_assert(CRYPTO_PASSWORD_LEN >= crypto_pwhash_STRBYTES,
    "an encoded hash must fit");
_Static_assert(CRYPTO_HASH_LEN == crypto_hash_sha256_BYTES, "SHA-256");
_Static_assert(CRYPTO_HASH_LEN == crypto_auth_hmacsha256_BYTES, "HMAC");
_Static_assert(CRYPTO_KEY_LEN == crypto_generichash_KEYBYTES, "BLAKE2b");
_Static_assert(CRYPTO_KEY_LEN == crypto_secretbox_KEYBYTES, "secretbox");
_Static_assert(CRYPTO_MAC_LEN >= crypto_generichash_BYTES_MIN, "BLAKE2b");

static const unsigned char *bytes_of(struct str s)
{
	return (const unsigned char *)(s.p ? s.p : "");
}

void crypto_init(void)
{
	if (sodium_init() < 0)
		die(EX_OSERR, "libsodium cannot start");
}

void crypto_random(void *dst, size_t len)
{
	randombytes_buf(dst, len);
}

uint32_t crypto_uniform(uint32_t n)
{
	return randombytes_uniform(n);
}

void crypto_wipe(void *p, size_t len)
{
	sodium_memzero(p, len);
}

bool crypto_equal(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

void crypto_sha256(uint8_t dst[CRYPTO_HASH_LEN], struct str s)
{
	crypto_hash_sha256(dst, bytes_of(s), s.len);
}

void crypto_hmac(uint8_t dst[CRYPTO_HASH_LEN], struct str key, struct str s)
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, bytes_of(key), key.len);
	crypto_auth_hmacsha256_update(&state, bytes_of(s), s.len);
	crypto_auth_hmacsha256_final(&state, dst);
	sodium_memzero(&state, sizeof(state));
}

void crypto_mac(uint8_t dst[CRYPTO_MAC_LEN], const uint8_t key[CRYPTO_KEY_LEN],
    const struct str *parts, size_t n)
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, key, CRYPTO_KEY_LEN, CRYPTO_MAC_LEN);
	for (size_t i = 0; i < n; i++) {
		uint64_t len = parts[i].len;

		crypto_generichash_update(&state, (const unsigned char *)&len,
		    sizeof(len));
		crypto_generichash_update(&state, bytes_of(parts[i]),
		    parts[i].len);
	}
	crypto_generichash_final(&state, dst, CRYPTO_MAC_LEN);
	sodium_memzero(&state, sizeof(state));
}

/* The nonce, then the box. */
#define SEAL_LEN (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)

struct str crypto_seal(struct arena *a, const uint8_t key[CRYPTO_KEY_LEN],
    struct str s)
{
	unsigned char *p = arena_alloc(a, SEAL_LEN + s.len);

	randombytes_buf(p, crypto_secretbox_NONCEBYTES);
	crypto_secretbox_easy(p + crypto_secretbox_NONCEBYTES, bytes_of(s),
	    s.len, p, key);
	return (struct str){ (char *)p, SEAL_LEN + s.len };
}

struct str crypto_unseal(struct arena *a, const uint8_t key[CRYPTO_KEY_LEN],
    struct str sealed)
{
	const unsigned char *p = bytes_of(sealed);
	unsigned char *s;

	if (sealed.len < SEAL_LEN)
		return STR_NONE;
	s = arena_alloc(a, sealed.len - SEAL_LEN + 1);
	if (crypto_secretbox_open_easy(s, p + crypto_secretbox_NONCEBYTES,
		sealed.len - crypto_secretbox_NONCEBYTES, p, key) != 0)
		return STR_NONE;
	return (struct str){ (char *)s, sealed.len - SEAL_LEN };
}

struct str crypto_token(struct arena *a, const char *prefix)
{
	unsigned char raw[TOKEN_LEN];
	struct str token;
	char text[sodium_base64_ENCODED_LEN(TOKEN_LEN,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

	randombytes_buf(raw, sizeof(raw));
	sodium_bin2base64(text, sizeof(text), raw, sizeof(raw),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	token = arena_printf(a, "%s%s", prefix, text);
	sodium_memzero(raw, sizeof(raw));
	sodium_memzero(text, sizeof(text));
	return token;
}

int crypto_password_hash(char dst[CRYPTO_PASSWORD_LEN], struct str password)
{
	return crypto_pwhash_str_alg(dst, (const char *)bytes_of(password),
		   password.len, PASSWORD_OPS, PASSWORD_MEMORY,
		   crypto_pwhash_ALG_ARGON2ID13)
		   ? -1
		   : 0;
}

bool crypto_password_check(const char *hash, struct str password)
{
	return crypto_pwhash_str_verify(hash, (const char *)bytes_of(password),
		   password.len) == 0;
}

void crypto_password_burn(struct str password)
{
	static const unsigned char salt[crypto_pwhash_SALTBYTES];
	unsigned char out[32];

	if (crypto_pwhash(out, sizeof(out), (const char *)bytes_of(password),
		password.len, salt, PASSWORD_OPS, PASSWORD_MEMORY,
		crypto_pwhash_ALG_ARGON2ID13) != 0)
		return; /* out of memory: a check would fail as fast */
	sodium_memzero(out, sizeof(out));
}

static struct str base64(struct arena *a, const void *p, size_t len,
    int variant)
{
	size_t text_len = sodium_base64_encoded_len(len, variant);
	char *text = arena_alloc(a, text_len);

	sodium_bin2base64(text, text_len, p, len, variant);
	return str_of(text);
}

struct str crypto_base64url(struct arena *a, const void *p, size_t len)
{
	return base64(a, p, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

struct str crypto_base64(struct arena *a, const void *p, size_t len)
{
	return base64(a, p, len, sodium_base64_VARIANT_ORIGINAL);
}

struct str crypto_base64url_decode(struct arena *a, struct str s)
{
	size_t max = s.len / 4 * 3 + 3, len;
	unsigned char *raw;

	/* libsodium takes bytes above 0x7f for a digit. */
	if (!s.p || !str_is_printable(s, false))
		return STR_NONE;
	raw = arena_alloc(a, max + 1);
	/* Without an end pointer, trailing bytes are an error. */
	if (sodium_base642bin(raw, max, s.p, s.len, NULL, &len, NULL,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
		return STR_NONE;
	return (struct str){ (char *)raw, len };
}

struct str crypto_hex(struct arena *a, const void *p, size_t len)
{
	char *text = arena_array(a, len + 1, 2);

	sodium_bin2hex(text, len * 2 + 1, p, len);
	return (struct str){ text, len * 2 };
}

void crypto_sha1(uint8_t dst[20], struct str s)
{
	/* Fails where only FIPS algorithms are allowed. */
	if (EVP_Digest(bytes_of(s), s.len, dst, NULL, EVP_sha1(), NULL) != 1)
		die(EX_UNAVAILABLE, "libcrypto has no SHA-1");
}
