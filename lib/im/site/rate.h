/*
 * rate: rate limits, counted in memcached in fixed windows.
 *
 * The rates of users (READ, WRITE, SEND) are counted there in slices: a process
 * adds several requests at once.  All processes together may let a twentieth of
 * the limit more pass for each of them, which is nothing for a limit below 20;
 * one process alone lets exactly the limit pass (im/site/rate_local.h).
 *
 * While memcached is unavailable each process counts for itself
 * (im/site/rate_local.h): a limit is then one per process.
 */
#ifndef IM_RATE_H
#define IM_RATE_H

#include "base/arena.h"
#include "base/err.h"
#include "io/cache.h"

/* "Source": see im/site/source.h. */
enum rate_class {
	RATE_READ,        /* per user, 10 s */
	RATE_WRITE,       /* per user, 10 s */
	RATE_SEND,        /* per user, 10 s */
	RATE_LOGIN,       /* per source, 1 min */
	RATE_ACCOUNT,     /* log-ins per account and source, 1 min */
	RATE_ACCOUNT_ALL, /* log-ins per account, 1 h */
	RATE_SIGNUP,      /* per source, 1 h */
	RATE_REFUSED,     /* refused credentials per source, 1 min */
	RATE_MAX,
};

/* What is left of a limit; limit 0: there is none. */
struct rate_left {
	int64_t limit, window_ms;
	int64_t left;    /* as far as this process knows */
	int64_t ends_ms; /* the window, from now */
};

/*
 * Counts one request of `who` in this window.  RATE_LIMITED, with
 * retry_after_ms, above the limit.  who: at most 120 bytes without blanks;
 * anything else is hashed.  left_out: filled in any case; may be NULL.
 */
int rate_take(struct cache *c, struct arena *a, enum rate_class class,
    struct str who, struct rate_left *left_out, struct error *err);

/*
 * For what costs only if it fails: rate_take() counts a failure, and this asks
 * before the next attempt whether the limit has been reached.  A process in
 * which `who` did not fail in this window does not ask memcached.
 */
int rate_check(struct cache *c, struct arena *a, enum rate_class class,
    struct str who, struct error *err);

#endif
