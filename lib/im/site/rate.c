#include "im/site/rate.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"

#define WHO_MAX 120

struct rule {
	const char *letter;
	int64_t window_ms;
	const int64_t *limit; /* 0: none */
};

static const struct rule rules[RATE_MAX] = {
	[RATE_READ] = { "r", 10000, &conf.rate.read },
	[RATE_WRITE] = { "w", 10000, &conf.rate.write },
	[RATE_SEND] = { "s", 10000, &conf.rate.send },
	[RATE_LOGIN] = { "l", 60000, &conf.rate.login },
	[RATE_ACCOUNT] = { "a", 60000, &conf.rate.account },
	[RATE_SIGNUP] = { "u", 3600000, &conf.rate.signup },
};

static struct str safe(struct arena *a, struct str who)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	if (who.len && who.len <= WHO_MAX && str_is_printable(who, false))
		return who;
	crypto_sha256(hash, who);
	return crypto_hex(a, hash, sizeof(hash));
}

int rate_take(struct cache *c, struct arena *a, enum rate_class class,
    struct str who, struct error *err)
{
	const struct rule *r = &rules[class];
	int64_t now = clock_now_ms(), window = now / r->window_ms, left;
	struct str key;

	if (!*r->limit)
		return 0;
	key = arena_printf(a, "r:%s:%.*s:%" PRId64, r->letter,
	    STR_ARG(safe(a, who)), window);
	if (cache_count(c, key, 1, (int)(r->window_ms / 1000) + 1) <= *r->limit)
		return 0;
	left = (window + 1) * r->window_ms - now;
	err_set(err, ERR_RATE_LIMITED, "at most %" PRId64 " in %" PRId64 " s",
	    *r->limit, r->window_ms / 1000);
	err->retry_after_ms = (int32_t)left;
	return -1;
}
