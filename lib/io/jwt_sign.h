/*
 * jwt_sign: JSON Web Tokens of our own: RFC 7519 in the compact form of RFC
 * 7515, signed with a private key (base/crypto_sign.h).  io/jwt.h verifies
 * those of others.
 */
#ifndef IO_JWT_SIGN_H
#define IO_JWT_SIGN_H

#include "base/arena.h"
#include "base/crypto_sign.h"
#include "base/str.h"

/* claims: a JSON object.  kid: STR_NONE: none in the header. */
struct str jwt_sign(struct arena *a, const struct crypto_signer *key,
    struct str kid, struct str claims);

#endif
