#include "base/crypto_sign.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>

#include "base/err.h"

#define BEGIN "-----BEGIN PRIVATE KEY-----"
#define END   "-----END PRIVATE KEY-----"
#define BLANK " \t\r\n"

#define P256_LEN     32 /* of r and of s */
#define P256_DER_MAX (2 + 2 * (2 + 1 + P256_LEN))

struct crypto_signer {
	EVP_PKEY *key;
	enum crypto_alg alg;
};

static const unsigned char *bytes_of(struct str s)
{
	return (const unsigned char *)(s.p ? s.p : "");
}

static void release(void *arg)
{
	struct crypto_signer *k = arg;

	/* libcrypto clears the numbers of a private key that it frees. */
	EVP_PKEY_free(k->key);
}

/* Takes over the key. */
static struct crypto_signer *keep(struct arena *a, EVP_PKEY *key,
    enum crypto_alg alg)
{
	struct crypto_signer *k = ARENA_NEW(a, struct crypto_signer);

	k->key = key;
	k->alg = alg;
	arena_defer(a, release, k);
	return k;
}

/* ---- reading ---- */

static bool take(struct str *s, const char *word)
{
	struct str w = str_of(word);

	if (!str_starts(*s, word))
		return false;
	s->p += w.len;
	s->len -= w.len;
	return true;
}

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] > 0x7f)
			return false;
	return true;
}

/* The DER of the one block of a PEM text: its length, or 0. */
static size_t unpack(struct str pem, unsigned char der[CRYPTO_SIGN_PEM_MAX])
{
	struct str rest = str_trim(pem);
	const char *at;
	size_t len;

	if (rest.len > CRYPTO_SIGN_PEM_MAX || !is_ascii(rest) ||
	    !take(&rest, BEGIN) ||
	    sodium_base642bin(der, CRYPTO_SIGN_PEM_MAX, rest.p, rest.len, BLANK,
		&len, &at, sodium_base64_VARIANT_ORIGINAL) != 0)
		return 0;
	rest.len -= (size_t)(at - rest.p);
	rest.p = at;
	return take(&rest, END) && !rest.len ? len : 0;
}

static EVP_PKEY *decode(const unsigned char *der, size_t len)
{
	const unsigned char *p = der;
	PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &p,
	    (long)len);
	EVP_PKEY *key = info && p == der + len ? EVP_PKCS82PKEY(info) : NULL;

	PKCS8_PRIV_KEY_INFO_free(info);
	return key;
}

static const char *fault_of(const EVP_PKEY *key, enum crypto_alg alg)
{
	char name[32];
	size_t len;

	if (alg == CRYPTO_ES256)
		return EVP_PKEY_is_a(key, "EC") &&
			       EVP_PKEY_get_group_name(key, name, sizeof(name),
				   &len) == 1 &&
			       str_is((struct str){ name, len },
				   SN_X9_62_prime256v1)
			   ? NULL
			   : "ES256 needs a key on P-256";
	if (!EVP_PKEY_is_a(key, "RSA"))
		return "RS256 and PS256 need an RSA key";
	if (EVP_PKEY_get_bits(key) < CRYPTO_RSA_MIN)
		return "an RSA key has at least 2048 bits";
	if (EVP_PKEY_get_bits(key) > CRYPTO_RSA_MAX)
		return "an RSA key has at most 8192 bits";
	return NULL;
}

/* Does the public half belong to the private one? */
static bool is_sound(EVP_PKEY *key)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	bool is = ctx && EVP_PKEY_check(ctx) == 1;

	EVP_PKEY_CTX_free(ctx);
	return is;
}

const char *crypto_signer_read(struct arena *a, enum crypto_alg alg,
    struct str pem, struct crypto_signer **out)
{
	unsigned char der[CRYPTO_SIGN_PEM_MAX];
	size_t len = unpack(pem, der);
	EVP_PKEY *key = len ? decode(der, len) : NULL;
	const char *why = key ? fault_of(key, alg)
			      : "is not one private key (PKCS#8) in PEM";

	sodium_memzero(der, sizeof(der));
	if (!why && !is_sound(key))
		why = "is not a valid key";
	if (!why)
		*out = keep(a, key, alg);
	else
		EVP_PKEY_free(key);
	ERR_clear_error();
	return why;
}

/* The point of a number, or false: it is not within 1 and the order - 1. */
static bool point_of(const BIGNUM *n, const EC_GROUP *group,
    uint8_t out[CRYPTO_POINT_LEN])
{
	EC_POINT *at = EC_POINT_new(group);
	bool is = at && !BN_is_zero(n) &&
		  BN_cmp(n, EC_GROUP_get0_order(group)) < 0 &&
		  EC_POINT_mul(group, at, n, NULL, NULL, NULL) == 1 &&
		  EC_POINT_point2oct(group, at, POINT_CONVERSION_UNCOMPRESSED,
		      out, CRYPTO_POINT_LEN, NULL) == CRYPTO_POINT_LEN;

	EC_POINT_free(at);
	return is;
}

static EVP_PKEY *key_of(const BIGNUM *n, const uint8_t point[CRYPTO_POINT_LEN])
{
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	if (b && ctx &&
	    OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME,
		SN_X9_62_prime256v1, 0) == 1 &&
	    OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_PRIV_KEY, n) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, point,
		CRYPTO_POINT_LEN) == 1)
		params = OSSL_PARAM_BLD_to_param(b);
	if (params && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(b);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

const char *crypto_signer_read_scalar(struct arena *a, struct str scalar,
    struct crypto_signer **out)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	BIGNUM *n = BN_secure_new();
	uint8_t point[CRYPTO_POINT_LEN];
	EVP_PKEY *key = NULL;

	if (scalar.len == CRYPTO_SCALAR_LEN && group && n &&
	    BN_bin2bn(bytes_of(scalar), CRYPTO_SCALAR_LEN, n) &&
	    point_of(n, group, point))
		key = key_of(n, point);
	if (key)
		*out = keep(a, key, CRYPTO_ES256);
	BN_clear_free(n);
	EC_GROUP_free(group);
	ERR_clear_error();
	return key ? NULL : "is not the number of a key on P-256";
}

void crypto_signer_make_scalar(uint8_t out[CRYPTO_SCALAR_LEN])
{
	EVP_PKEY *key = EVP_EC_gen(SN_X9_62_prime256v1);
	BIGNUM *n = NULL;

	if (!key ||
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &n) != 1 ||
	    BN_bn2binpad(n, out, CRYPTO_SCALAR_LEN) != CRYPTO_SCALAR_LEN)
		die(EX_UNAVAILABLE, "libcrypto makes no key on P-256");
	BN_clear_free(n);
	EVP_PKEY_free(key);
}

/* ---- the public half ---- */

void crypto_signer_point(const struct crypto_signer *k,
    uint8_t out[CRYPTO_POINT_LEN])
{
	BIGNUM *x = NULL, *y = NULL;

	/* The key may have been read with its point compressed. */
	if (k->alg != CRYPTO_ES256 ||
	    EVP_PKEY_get_bn_param(k->key, OSSL_PKEY_PARAM_EC_PUB_X, &x) != 1 ||
	    EVP_PKEY_get_bn_param(k->key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) != 1 ||
	    BN_bn2binpad(x, out + 1, P256_LEN) != P256_LEN ||
	    BN_bn2binpad(y, out + 1 + P256_LEN, P256_LEN) != P256_LEN)
		BUG("no point");
	out[0] = POINT_CONVERSION_UNCOMPRESSED;
	BN_free(x);
	BN_free(y);
}

struct str crypto_signer_public(struct arena *a, const struct crypto_signer *k)
{
	unsigned char *made = NULL;
	int len = i2d_PUBKEY(k->key, &made);
	struct str der;

	BUG_ON(len <= 0);
	der = arena_str(a, (struct str){ (char *)made, (size_t)len });
	OPENSSL_free(made);
	return der;
}

enum crypto_alg crypto_signer_alg(const struct crypto_signer *k)
{
	return k->alg;
}

/* ---- signing ---- */

/* The DER of libcrypto as r || s. */
static struct str signature_raw(struct arena *a, const unsigned char *der,
    size_t len)
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);
	unsigned char *raw = arena_alloc(a, 2 * P256_LEN);

	if (!sig ||
	    BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, P256_LEN) != P256_LEN ||
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + P256_LEN, P256_LEN) !=
		P256_LEN)
		die(EX_UNAVAILABLE, "libcrypto does not sign");
	ECDSA_SIG_free(sig);
	return (struct str){ (char *)raw, 2 * P256_LEN };
}

/* The padding of PS256; the others have theirs without being told. */
static bool set_padding(EVP_PKEY_CTX *ctx, enum crypto_alg alg)
{
	return alg != CRYPTO_PS256 ||
	       (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		   EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx,
		       RSA_PSS_SALTLEN_DIGEST) == 1);
}

struct str crypto_signer_sign(struct arena *a, const struct crypto_signer *k,
    struct str text)
{
	unsigned char made[CRYPTO_RSA_MAX / 8];
	size_t len = sizeof(made);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *own = NULL; /* of ctx */

	_Static_assert(sizeof(made) >= P256_DER_MAX, "room for both");
	if (!ctx ||
	    EVP_DigestSignInit(ctx, &own, EVP_sha256(), NULL, k->key) != 1 ||
	    !set_padding(own, k->alg) ||
	    EVP_DigestSign(ctx, made, &len, bytes_of(text), text.len) != 1)
		die(EX_UNAVAILABLE, "libcrypto does not sign");
	EVP_MD_CTX_free(ctx);
	if (k->alg == CRYPTO_ES256)
		return signature_raw(a, made, len);
	return arena_str(a, (struct str){ (char *)made, len });
}
