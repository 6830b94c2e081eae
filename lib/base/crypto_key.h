/*
 * crypto_key: public keys of others, and what they signed: RS256 (RSASSA-PKCS1
 * v1.5 with SHA-256) and ES256 (ECDSA on P-256 with SHA-256) of RFC 7518
 * sections 3.3 and 3.4.
 *
 * A key is kept as its SubjectPublicKeyInfo in DER (RFC 5280 section 4.1),
 * which crypto_key_read() makes and the others take.  Who verifies says which
 * algorithm the key is for; the signed text never does.
 */
#ifndef BASE_CRYPTO_KEY_H
#define BASE_CRYPTO_KEY_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

enum crypto_alg { CRYPTO_RS256 = 1, CRYPTO_ES256 };

#define CRYPTO_RSA_MIN     2048 /* bits: RFC 7518 section 3.3 */
#define CRYPTO_RSA_MAX     8192 /* what a verification may cost */
#define CRYPTO_KEY_DER_MAX 1100
#define CRYPTO_KEY_PEM_MAX 4096

/*
 * One SubjectPublicKeyInfo in PEM (RFC 7468 section 13), of the kind and size
 * that alg needs: NULL, with its DER; or what is wrong.
 */
const char *crypto_key_read(struct arena *a, enum crypto_alg alg,
    struct str pem, struct str *der_out);
struct str crypto_key_pem(struct arena *a, struct str der);

/* False also for a key of another kind than alg needs. */
bool crypto_key_verify(enum crypto_alg alg, struct str der, struct str text,
    struct str signature);

#endif
