#include "im/site/rate.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/stat.h"
#include "im/site/rate_local.h"

#define WHO_MAX         120
#define RETRY_SPREAD_MS 2000

struct rule {
	const char *letter;
	int64_t window_ms;
	const int64_t *limit; /* 0: none */
	bool is_sliced;
};

static const struct rule rules[RATE_MAX] = {
	[RATE_READ] = { "r", 10000, &conf.rate.read, true },
	[RATE_WRITE] = { "w", 10000, &conf.rate.write, true },
	[RATE_SEND] = { "s", 10000, &conf.rate.send, true },
	[RATE_LOGIN] = { "l", 60000, &conf.rate.login },
	[RATE_ACCOUNT] = { "a", 60000, &conf.rate.account },
	[RATE_ACCOUNT_ALL] = { "A", 3600000, &conf.rate.account_all },
	[RATE_SIGNUP] = { "u", 3600000, &conf.rate.signup },
	[RATE_REFUSED] = { "f", 60000, &conf.rate.refused },
};

struct window {
	struct str key;
	int64_t left_ms;
};

static struct str safe(struct arena *a, struct str who)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	if (who.len && who.len <= WHO_MAX && str_is_printable(who, false))
		return who;
	crypto_sha256(hash, who);
	return crypto_hex(a, hash, sizeof(hash));
}

static struct window window_of(struct arena *a, const struct rule *r,
    struct str who)
{
	int64_t now = clock_site_ms(), window = now / r->window_ms;

	return (struct window){
		.key = arena_printf(a, "r:%s:%.*s:%" PRId64, r->letter,
		    STR_ARG(safe(a, who)), window),
		.left_ms = (window + 1) * r->window_ms - now,
	};
}

static int64_t count_common(struct cache *c, const struct rule *r,
    const struct window *w, int64_t n)
{
	return cache_count(c, w->key, n, (int)(r->window_ms / 1000) + 1);
}

static int64_t count(struct cache *c, const struct rule *r,
    const struct window *w, int64_t n)
{
	int64_t v = count_common(c, r, w, n);

	return v < 0 ? rate_local_count(w->key, n, w->left_ms) : v;
}

static bool is_within_slice(struct cache *c, const struct rule *r,
    const struct window *w, int64_t *used_out)
{
	struct rate_local_share share;
	enum rate_local_answer answer = rate_local_take(w->key, *r->limit,
	    w->left_ms, &share);
	bool is_within = answer == RATE_LOCAL_YES;

	if (answer == RATE_LOCAL_ASK)
		is_within = rate_local_told(w->key, *r->limit, &share,
		    count_common(c, r, w, share.add));
	*used_out = share.used;
	return is_within;
}

static bool is_within_count(struct cache *c, const struct rule *r,
    const struct window *w, int64_t *used_out)
{
	*used_out = count(c, r, w, 1);
	return *used_out <= *r->limit;
}

static struct rate_left left_of(const struct rule *r, const struct window *w,
    int64_t used)
{
	return (struct rate_left){
		.limit = *r->limit,
		.window_ms = r->window_ms,
		.left = used < *r->limit ? *r->limit - used : 0,
		.ends_ms = w->left_ms,
	};
}

static int refuse(const struct rule *r, const struct window *w,
    struct error *err)
{
	stat_add(STAT_RATE_LIMITED, 1);
	err_set(err, ERR_RATE_LIMITED, "at most %" PRId64 " in %" PRId64 " s",
	    *r->limit, r->window_ms / 1000);
	/* The window of all ends at the same time. */
	err->retry_after_ms = (int32_t)(w->left_ms +
					crypto_uniform(RETRY_SPREAD_MS));
	return -1;
}

int rate_take(struct cache *c, struct arena *a, enum rate_class class,
    struct str who, struct rate_left *left_out, struct error *err)
{
	const struct rule *r = &rules[class];
	struct window w;
	bool is_within;
	int64_t used;

	if (left_out)
		left_out->limit = 0;
	if (!*r->limit)
		return 0;
	w = window_of(a, r, who);
	/* For rate_check(). */
	if (class == RATE_REFUSED && cache_is_up(c))
		rate_local_count(w.key, 1, w.left_ms);
	is_within = r->is_sliced ? is_within_slice(c, r, &w, &used)
				 : is_within_count(c, r, &w, &used);
	if (left_out)
		*left_out = left_of(r, &w, used);
	return is_within ? 0 : refuse(r, &w, err);
}

int rate_check(struct cache *c, struct arena *a, enum rate_class class,
    struct str who, struct error *err)
{
	const struct rule *r = &rules[class];
	struct window w;
	int64_t n;

	if (!*r->limit)
		return 0;
	w = window_of(a, r, who);
	n = rate_local_count(w.key, 0, 0);
	if (n && n < *r->limit)
		n = count(c, r, &w, 0);
	return n < *r->limit ? 0 : refuse(r, &w, err);
}
