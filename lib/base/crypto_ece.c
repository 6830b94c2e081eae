#include "base/crypto_ece.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/crypto.h"
#include "base/err.h"

#define UNCOMPRESSED 4
#define X_LEN        32

/* ---- agreement ---- */

struct curve {
	EC_GROUP *group;
	EC_POINT *own, *theirs, *shared;
	BIGNUM *scalar, *x;
};

static bool curve_init(struct curve *c)
{
	c->group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	c->scalar = BN_secure_new();
	c->x = BN_secure_new();
	if (!c->group)
		return false;
	c->own = EC_POINT_new(c->group);
	c->theirs = EC_POINT_new(c->group);
	c->shared = EC_POINT_new(c->group);
	return c->own && c->theirs && c->shared && c->scalar && c->x;
}

static void curve_release(struct curve *c)
{
	EC_POINT_free(c->own);
	EC_POINT_free(c->theirs);
	EC_POINT_clear_free(c->shared);
	EC_GROUP_free(c->group);
	BN_clear_free(c->scalar);
	BN_clear_free(c->x);
}

static bool read_scalar(struct curve *c, const uint8_t *scalar)
{
	return BN_bin2bn(scalar, CRYPTO_SCALAR_LEN, c->scalar) &&
	       !BN_is_zero(c->scalar) &&
	       BN_cmp(c->scalar, EC_GROUP_get0_order(c->group)) < 0;
}

/* EC_POINT_oct2point() refuses a point that is not on the curve, whose cofactor
 * is 1. */
static bool read_point(struct curve *c, const uint8_t *theirs)
{
	return theirs[0] == UNCOMPRESSED &&
	       EC_POINT_oct2point(c->group, c->theirs, theirs, CRYPTO_POINT_LEN,
		   NULL) == 1;
}

bool crypto_agree(const uint8_t scalar[CRYPTO_SCALAR_LEN],
    const uint8_t theirs[CRYPTO_POINT_LEN],
    uint8_t shared_out[CRYPTO_SHARED_LEN], uint8_t own_out[CRYPTO_POINT_LEN])
{
	struct curve c = { 0 };
	bool is;

	_Static_assert(CRYPTO_SHARED_LEN == X_LEN, "the x coordinate");
	if (!curve_init(&c))
		die(EX_UNAVAILABLE, "libcrypto has no P-256");
	is = read_scalar(&c, scalar) && read_point(&c, theirs) &&
	     EC_POINT_mul(c.group, c.own, c.scalar, NULL, NULL, NULL) == 1 &&
	     EC_POINT_mul(c.group, c.shared, NULL, c.theirs, c.scalar, NULL) ==
		 1 &&
	     EC_POINT_get_affine_coordinates(c.group, c.shared, c.x, NULL,
		 NULL) == 1 &&
	     BN_bn2binpad(c.x, shared_out, X_LEN) == X_LEN &&
	     EC_POINT_point2oct(c.group, c.own, POINT_CONVERSION_UNCOMPRESSED,
		 own_out, CRYPTO_POINT_LEN, NULL) == CRYPTO_POINT_LEN;
	curve_release(&c);
	ERR_clear_error();
	return is;
}

/* ---- key derivation ---- */

void crypto_hkdf(uint8_t *dst, size_t len, struct str salt, struct str secret,
    struct str info)
{
	uint8_t prk[CRYPTO_HASH_LEN], block[CRYPTO_HASH_LEN], text[256];

	/* One block is enough: T(1) = HMAC(PRK, info | 0x01). */
	BUG_ON(len > CRYPTO_HKDF_MAX || info.len >= sizeof(text));
	crypto_hmac(prk, salt, secret);
	memcpy(text, info.p, info.len);
	text[info.len] = 1;
	crypto_hmac(block, (struct str){ (char *)prk, sizeof(prk) },
	    (struct str){ (char *)text, info.len + 1 });
	memcpy(dst, block, len);
	crypto_wipe(prk, sizeof(prk));
	crypto_wipe(block, sizeof(block));
}

/* ---- encryption ---- */

void crypto_gcm_seal(uint8_t *dst, const uint8_t key[CRYPTO_GCM_KEY],
    const uint8_t nonce[CRYPTO_GCM_NONCE], struct str plain)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int len = 0, rest = 0;

	BUG_ON(plain.len > INT32_MAX);
	/* 12 bytes are the length of a nonce of GCM, unless told otherwise. */
	if (!ctx ||
	    EVP_EncryptInit_ex(ctx, EVP_aes_128_gcm(), NULL, key, nonce) != 1 ||
	    EVP_EncryptUpdate(ctx, dst, &len, (const unsigned char *)plain.p,
		(int)plain.len) != 1 ||
	    EVP_EncryptFinal_ex(ctx, dst + len, &rest) != 1 ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, CRYPTO_GCM_TAG,
		dst + plain.len) != 1)
		die(EX_UNAVAILABLE, "libcrypto does not encrypt");
	EVP_CIPHER_CTX_free(ctx);
}
