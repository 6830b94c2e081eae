#include "base/crypto_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>

#include "base/buf.h"
#include "base/crypto.h"

#define BEGIN "-----BEGIN PUBLIC KEY-----"
#define END   "-----END PUBLIC KEY-----"
#define BLANK " \t\r\n"

#define RSA_E_BITS_MAX 64
#define P256_LEN       32 /* of r and of s */
/* Both INTEGERs with a leading zero, and the SEQUENCE around them. */
#define P256_DER_MAX (2 + 2 * (2 + 1 + P256_LEN))

static const unsigned char *bytes_of(struct str s)
{
	return (const unsigned char *)(s.p ? s.p : "");
}

/* ---- reading ---- */

static EVP_PKEY *decode(struct str der)
{
	const unsigned char *p = bytes_of(der), *end = p + der.len;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)der.len);

	if (key && p != end) {
		EVP_PKEY_free(key);
		return NULL;
	}
	return key;
}

static bool is_p256(const EVP_PKEY *key)
{
	char name[32];
	size_t len;

	return EVP_PKEY_is_a(key, "EC") &&
	       EVP_PKEY_get_group_name(key, name, sizeof(name), &len) == 1 &&
	       str_is((struct str){ name, len }, SN_X9_62_prime256v1);
}

/* A verification with a long exponent takes as long as a signature. */
static bool has_short_exponent(const EVP_PKEY *key)
{
	BIGNUM *e = NULL;
	bool is = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) == 1 &&
		  BN_num_bits(e) <= RSA_E_BITS_MAX && !BN_is_one(e);

	BN_free(e);
	return is;
}

static const char *fault_of(const EVP_PKEY *key, enum crypto_alg alg)
{
	if (alg == CRYPTO_ES256)
		return is_p256(key) ? NULL : "ES256 needs a key on P-256";
	if (!EVP_PKEY_is_a(key, "RSA"))
		return "RS256 needs an RSA key";
	if (EVP_PKEY_get_bits(key) < CRYPTO_RSA_MIN)
		return "an RSA key has at least 2048 bits";
	if (EVP_PKEY_get_bits(key) > CRYPTO_RSA_MAX)
		return "an RSA key has at most 8192 bits";
	if (!has_short_exponent(key))
		return "the exponent of an RSA key has 2 to 64 bits";
	return NULL;
}

/* Does the point lie on the curve, is the modulus plausible? */
static bool is_sound(EVP_PKEY *key)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	bool is = ctx && EVP_PKEY_public_check(ctx) == 1;

	EVP_PKEY_CTX_free(ctx);
	return is;
}

static bool take(struct str *s, const char *word)
{
	struct str w = str_of(word);

	if (!str_starts(*s, word))
		return false;
	s->p += w.len;
	s->len -= w.len;
	return true;
}

/* libsodium takes bytes above 0x7f for a digit. */
static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] > 0x7f)
			return false;
	return true;
}

/* The DER of the one block of a PEM text, or STR_NONE. */
static struct str unpack(struct arena *a, struct str pem)
{
	struct str rest = str_trim(pem);
	unsigned char *raw = arena_alloc(a, rest.len + 1);
	const char *at;
	size_t len;

	if (!is_ascii(rest) || !take(&rest, BEGIN) ||
	    sodium_base642bin(raw, rest.len, rest.p, rest.len, BLANK, &len, &at,
		sodium_base64_VARIANT_ORIGINAL) != 0)
		return STR_NONE;
	rest.len -= (size_t)(at - rest.p);
	rest.p = at;
	if (!take(&rest, END) || rest.len)
		return STR_NONE;
	return (struct str){ (const char *)raw, len };
}

/* As DER that does not depend on how the sender has encoded it. */
static struct str encode(struct arena *a, const EVP_PKEY *key)
{
	unsigned char *made = NULL;
	int len = i2d_PUBKEY(key, &made);
	struct str der = STR_NONE;

	if (len > 0)
		der = arena_str(a, (struct str){ (char *)made, (size_t)len });
	OPENSSL_free(made);
	return der;
}

const char *crypto_key_read(struct arena *a, enum crypto_alg alg,
    struct str pem, struct str *der_out)
{
	EVP_PKEY *key = decode(unpack(a, pem));
	const char *why = key ? fault_of(key, alg)
			      : "is not one public key (SPKI) in PEM";

	if (!why && !is_sound(key))
		why = "is not a valid key";
	if (!why) {
		*der_out = encode(a, key);
		if (!der_out->p || der_out->len > CRYPTO_KEY_DER_MAX)
			why = "is too long";
	}
	EVP_PKEY_free(key);
	ERR_clear_error();
	return why;
}

struct str crypto_key_pem(struct arena *a, struct str der)
{
	struct str text = crypto_base64(a, der.p, der.len), pem;
	struct buf b;

	buf_init(&b);
	buf_cstr(&b, BEGIN "\n");
	while (text.len) {
		struct str line = { text.p, text.len < 64 ? text.len : 64 };

		buf_str(&b, line);
		buf_char(&b, '\n');
		text.p += line.len;
		text.len -= line.len;
	}
	buf_cstr(&b, END "\n");
	pem = arena_str(a, buf_view(&b));
	buf_release(&b);
	return pem;
}

/* ---- verifying ---- */

/* r || s of RFC 7518 section 3.4 as the DER that libcrypto takes; its length,
 * or 0. */
static size_t signature_der(struct str s, unsigned char der[P256_DER_MAX])
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(bytes_of(s), P256_LEN, NULL);
	BIGNUM *v = BN_bin2bn(bytes_of(s) + P256_LEN, P256_LEN, NULL);
	int len = 0;

	if (sig && r && v && ECDSA_SIG_set0(sig, r, v) == 1) {
		r = v = NULL; /* they are its own now */
		len = i2d_ECDSA_SIG(sig, &der);
	}
	BN_free(r);
	BN_free(v);
	ECDSA_SIG_free(sig);
	return len > 0 ? (size_t)len : 0;
}

static bool verify(EVP_PKEY *key, struct str text, struct str signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool is = ctx &&
		  EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) ==
		      1 &&
		  EVP_DigestVerify(ctx, bytes_of(signature), signature.len,
		      bytes_of(text), text.len) == 1;

	EVP_MD_CTX_free(ctx);
	return is;
}

bool crypto_key_verify(enum crypto_alg alg, struct str der, struct str text,
    struct str signature)
{
	unsigned char sig[P256_DER_MAX];
	EVP_PKEY *key;
	bool is;

	if (alg == CRYPTO_ES256) {
		if (signature.len != 2 * P256_LEN)
			return false;
		signature.len = signature_der(signature, sig);
		signature.p = (const char *)sig;
	}
	key = decode(der);
	is = key && !fault_of(key, alg) && verify(key, text, signature);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return is;
}
