/*
 * rate: rate limits, counted in memcached in fixed windows.
 *
 * While memcached is unavailable nothing is limited: limits only protect
 * against abuse.
 */
#ifndef IM_RATE_H
#define IM_RATE_H

#include "base/arena.h"
#include "base/err.h"
#include "io/cache.h"

enum rate_class {
	RATE_READ,    /* per user, 10 s */
	RATE_WRITE,   /* per user, 10 s */
	RATE_SEND,    /* per user, 10 s */
	RATE_LOGIN,   /* per address, 1 min */
	RATE_ACCOUNT, /* log-ins per account, 1 min */
	RATE_SIGNUP,  /* per address, 1 h */
	RATE_MAX,
};

/*
 * Counts one request of `who` in this window.  RATE_LIMITED, with
 * retry_after_ms, above the limit.  who: at most 120 bytes without blanks;
 * anything else is hashed.
 */
int rate_take(struct cache *c, struct arena *a, enum rate_class class,
    struct str who, struct error *err);

#endif
