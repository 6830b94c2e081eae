#include "im/site/rate.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/crypto.h"

#define WHO_MAX 120

struct rule {
	const char *letter;
	int64_t window_ms;
	int64_t limit; /* 0: none */
};

static struct rule rules[RATE_MAX] = {
	[RATE_READ] = { "r", 10000, 0 },
	[RATE_WRITE] = { "w", 10000, 0 },
	[RATE_SEND] = { "s", 10000, 0 },
	[RATE_LOGIN] = { "l", 60000, 0 },
	[RATE_ACCOUNT] = { "a", 60000, 0 },
	[RATE_SIGNUP] = { "u", 3600000, 0 },
};

#define KEY(name, class, def, sentence)                           \
	{                                                         \
		"rate", name, CONF_INT, def, "", 0, 1000000000,   \
		    sentence " 0: no limit.", &rules[class].limit \
	}

const struct conf_key rate_conf[] = {
	KEY("read", RATE_READ, "600", "Reading requests of a user in 10 s."),
	KEY("write", RATE_WRITE, "300", "Changing requests of a user in 10 s."),
	KEY("send", RATE_SEND, "200", "Messages of a user in 10 s."),
	KEY("login", RATE_LOGIN, "60", "Log-ins from one address in 1 min."),
	KEY("account", RATE_ACCOUNT, "20", "Log-ins to one account in 1 min."),
	KEY("signup", RATE_SIGNUP, "60",
	    "New accounts from one address in 1 h."),
	CONF_END,
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

	if (!r->limit)
		return 0;
	key = arena_printf(a, "r:%s:%.*s:%" PRId64, r->letter,
	    STR_ARG(safe(a, who)), window);
	if (cache_count(c, key, 1, (int)(r->window_ms / 1000) + 1) <= r->limit)
		return 0;
	left = (window + 1) * r->window_ms - now;
	err_set(err, ERR_RATE_LIMITED, "at most %" PRId64 " in %" PRId64 " s",
	    r->limit, r->window_ms / 1000);
	err->retry_after_ms = (int32_t)left;
	return -1;
}
