/*
 * crypto_sign: private keys of ours, and signatures made with them: RS256
 * (RSASSA-PKCS1 v1.5 with SHA-256), ES256 (ECDSA on P-256 with SHA-256) and
 * PS256 (RSASSA-PSS with SHA-256) of RFC 7518 sections 3.3 to 3.5.
 *
 * A key belongs to the arena that it was read into.  What libcrypto holds of it
 * is wiped when that is rewound; the text that it was read from is the caller's
 * to wipe.  It is not to be shared by threads.
 */
#ifndef BASE_CRYPTO_SIGN_H
#define BASE_CRYPTO_SIGN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/crypto_key.h"
#include "base/str.h"

#define CRYPTO_SCALAR_LEN   32
#define CRYPTO_POINT_LEN    65 /* uncompressed: 4, x, y */
#define CRYPTO_SIGN_PEM_MAX 8192

struct crypto_signer;

/*
 * One PrivateKeyInfo in PEM (PKCS#8, RFC 5958; RFC 7468 section 10), not
 * encrypted, of the kind and size that alg needs: NULL, with the key; or what
 * is wrong.
 */
const char *crypto_signer_read(struct arena *a, enum crypto_alg alg,
    struct str pem, struct crypto_signer **out);

/* An ES256 key of its number alone, as Web Push writes it (RFC 8292). */
const char *crypto_signer_read_scalar(struct arena *a, struct str scalar,
    struct crypto_signer **out);
void crypto_signer_make_scalar(uint8_t out[CRYPTO_SCALAR_LEN]);
/* The public key of an ES256 key as a point of the curve (SEC 1, 2.3.3). */
void crypto_signer_point(const struct crypto_signer *k,
    uint8_t out[CRYPTO_POINT_LEN]);

/* The public key, in DER, as crypto_key_verify() takes it. */
struct str crypto_signer_public(struct arena *a, const struct crypto_signer *k);

enum crypto_alg crypto_signer_alg(const struct crypto_signer *k);

/* ES256: r || s, 64 bytes. */
struct str crypto_signer_sign(struct arena *a, const struct crypto_signer *k,
    struct str text);

#endif
