/*
 * webpush: the key pair with which an app says who it is to the services that
 * browsers have (VAPID, RFC 8292).  A browser ties its subscription to the
 * public key: a new pair ends every subscription.
 */
#ifndef PUSH_WEBPUSH_H
#define PUSH_WEBPUSH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

struct push_webpush_key {
	struct str private_key; /* base64url of the number, 32 bytes */
	struct str public_key;  /* base64url of the point, 65 bytes */
};

void push_webpush_key_new(struct arena *a, struct push_webpush_key *out);
/* False: private_key is not one. */
bool push_webpush_key_of(struct arena *a, struct str private_key,
    struct push_webpush_key *out);

#endif
