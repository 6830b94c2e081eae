/*
 * crypto: the only place that calls libsodium and libcrypto, beside crypto_key.
 *
 * Passwords: argon2id (RFC 9106).  Tokens: 32 random bytes in base64url (RFC
 * 4648 section 5, no padding) after a prefix that says what they are; only
 * their SHA-256 is stored.  Tickets: HMAC-SHA-256 (RFC 2104).  What processes
 * tell each other: keyed BLAKE2b (RFC 7693).  What is stored and has to stay
 * secret: XSalsa20 with Poly1305 (secretbox of NaCl).
 */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define CRYPTO_HASH_LEN     32  /* SHA-256, HMAC-SHA-256 */
#define CRYPTO_PASSWORD_LEN 128 /* an encoded argon2id hash, with NUL */
#define CRYPTO_KEY_LEN      32
#define CRYPTO_MAC_LEN      16

/* Once per process; exits if the library cannot start. */
void crypto_init(void);

void crypto_random(void *dst, size_t len);
/* 0 up to, not including, n, each as likely; 0 if n is. */
uint32_t crypto_uniform(uint32_t n);
void crypto_wipe(void *p, size_t len);
/* Takes time that depends on len only. */
bool crypto_equal(const void *a, const void *b, size_t len);

void crypto_sha256(uint8_t dst[CRYPTO_HASH_LEN], struct str s);
void crypto_hmac(uint8_t dst[CRYPTO_HASH_LEN], struct str key, struct str s);
/* Of n parts, each with its length: moving a byte from one to the next changes
 * the MAC. */
void crypto_mac(uint8_t dst[CRYPTO_MAC_LEN], const uint8_t key[CRYPTO_KEY_LEN],
    const struct str *parts, size_t n);

/* Encrypted and authenticated. */
struct str crypto_seal(struct arena *a, const uint8_t key[CRYPTO_KEY_LEN],
    struct str s);
/* STR_NONE when it was not sealed with the key. */
struct str crypto_unseal(struct arena *a, const uint8_t key[CRYPTO_KEY_LEN],
    struct str sealed);

/* prefix + base64url of 32 random bytes, e.g. "imu_..." (43 characters). */
struct str crypto_token(struct arena *a, const char *prefix);

/* argon2id, 19 MiB, t=2: about 40 ms.  -1 when out of memory. */
int crypto_password_hash(char dst[CRYPTO_PASSWORD_LEN], struct str password);
bool crypto_password_check(const char *hash, struct str password);
/* Takes as long as a check, for a user that does not exist. */
void crypto_password_burn(struct str password);

struct str crypto_base64url(struct arena *a, const void *p, size_t len);
/* STR_NONE when s is not base64url. */
struct str crypto_base64url_decode(struct arena *a, struct str s);
struct str crypto_base64(struct arena *a, const void *p, size_t len);
struct str crypto_hex(struct arena *a, const void *p, size_t len);

/* SHA-1, only for the WebSocket handshake (RFC 6455 section 4.2.2). */
void crypto_sha1(uint8_t dst[20], struct str s);

#endif
