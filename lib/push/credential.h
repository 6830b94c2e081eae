/*
 * credential: reads the JSON in which an app's operator has given a credential.
 */
#ifndef PUSH_CREDENTIAL_H
#define PUSH_CREDENTIAL_H

#include <jansson.h>

#include "base/arena.h"
#include "base/crypto_sign.h"
#include "base/str.h"

/*
 * An object, released with the arena; the secrets in it are wiped only by
 * push_credential_key().  NULL: the text is no object, and everything below
 * finds nothing in it.
 */
json_t *push_credential_json(struct arena *a, struct str text);

/* A copy of a member: printable ASCII without blanks, as what goes into a
 * header or a URL has to be.  STR_NONE: it is absent, empty or not so. */
struct str push_credential_text(struct arena *a, const json_t *v,
    const char *key, size_t len_max);

/* A member that is a private key in PEM, whose text is wiped.  False: it is
 * none. */
bool push_credential_key(struct arena *a, json_t *v, const char *key,
    enum crypto_alg alg, struct crypto_signer **out);

#endif
