/*
 * ece: a message that only a browser can read: RFC 8291, which is the content
 * encoding aes128gcm of RFC 8188 with one record.
 *
 *   salt (16) | record size (4) | 65 (1) | our point (65) | record | tag (16)
 *
 * Each message has a key pair and a salt of its own.
 */
#ifndef PUSH_ECE_H
#define PUSH_ECE_H

#include "base/arena.h"
#include "base/crypto_ece.h"
#include "base/str.h"

#define PUSH_ECE_SALT_LEN   16
#define PUSH_ECE_AUTH_LEN   16
#define PUSH_ECE_HEADER_LEN 86
#define PUSH_ECE_RECORD     4096 /* its size, as the header says it */
/* A delimiter and the tag; RFC 8291 section 4 wants the record size to be
 * greater than all of them together. */
#define PUSH_ECE_OVERHEAD  (1 + CRYPTO_GCM_TAG)
#define PUSH_ECE_PLAIN_MAX (PUSH_ECE_RECORD - PUSH_ECE_OVERHEAD - 1)

/* What a browser gives out when it subscribes. */
struct push_ece_to {
	uint8_t point[CRYPTO_POINT_LEN];
	uint8_t auth[PUSH_ECE_AUTH_LEN];
};

/* What is new in each message. */
struct push_ece_own {
	uint8_t scalar[CRYPTO_SCALAR_LEN];
	uint8_t salt[PUSH_ECE_SALT_LEN];
};

/* base64url, with or without padding.  False: it is no subscription's. */
bool push_ece_read(struct arena *a, struct str p256dh, struct str auth,
    struct push_ece_to *out);

/*
 * plain and pad bytes of padding, together at most PUSH_ECE_PLAIN_MAX.
 * STR_NONE: the point is not on the curve.
 */
struct str push_ece_seal(struct arena *a, const struct push_ece_to *to,
    struct str plain, size_t pad);
/* The same with keys that are known, for examples. */
struct str push_ece_seal_with(struct arena *a, const struct push_ece_own *own,
    const struct push_ece_to *to, struct str plain, size_t pad);

#endif
