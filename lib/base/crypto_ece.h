/*
 * crypto_ece: what the encryption of Web Push is made of: ECDH on P-256 (SEC 1,
 * 3.3.1), HKDF with SHA-256 (RFC 5869) and AES-128-GCM (RFC 5116 section 5.1).
 * push/ece.h puts it together.
 */
#ifndef BASE_CRYPTO_ECE_H
#define BASE_CRYPTO_ECE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/crypto_sign.h"
#include "base/str.h"

#define CRYPTO_SHARED_LEN 32
#define CRYPTO_HKDF_MAX   32 /* bytes that crypto_hkdf() makes */
#define CRYPTO_GCM_KEY    16
#define CRYPTO_GCM_NONCE  12
#define CRYPTO_GCM_TAG    16

/*
 * The secret that the owner of `scalar` shares with the owner of `theirs`, and
 * the point of the scalar.  False: theirs is not an uncompressed point of the
 * curve, or the scalar is not within 1 and the order - 1.
 */
bool crypto_agree(const uint8_t scalar[CRYPTO_SCALAR_LEN],
    const uint8_t theirs[CRYPTO_POINT_LEN],
    uint8_t shared_out[CRYPTO_SHARED_LEN], uint8_t own_out[CRYPTO_POINT_LEN]);

/* Extracts and expands in one step, to len bytes. */
void crypto_hkdf(uint8_t *dst, size_t len, struct str salt, struct str secret,
    struct str info);

/* plain.len + CRYPTO_GCM_TAG bytes, at dst; no additional data. */
void crypto_gcm_seal(uint8_t *dst, const uint8_t key[CRYPTO_GCM_KEY],
    const uint8_t nonce[CRYPTO_GCM_NONCE], struct str plain);

#endif
