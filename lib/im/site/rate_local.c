#include "im/site/rate_local.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"

#define SETS 2048
#define WAYS 4

struct slot {
	uint64_t key;     /* 0: free */
	int64_t until_ms; /* monotonic */
	int64_t n;
	/* Of slices: */
	int64_t total; /* the common count, as far as it is known */
	int64_t owed;  /* passed, but not in it yet */
};

static struct slot counts[SETS][WAYS], slices[SETS][WAYS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* A hash for which nobody can find names that collide with another's. */
static uint64_t hash_of(struct str key)
{
	uint8_t hash[CRYPTO_HASH_LEN];
	uint64_t v;

	crypto_sha256(hash, key);
	memcpy(&v, hash, sizeof(v));
	return v ? v : 1;
}

static bool is_there(const struct slot *s, uint64_t key, int64_t now)
{
	return s->key == key && s->until_ms > now;
}

static bool is_worse(const struct slot *a, const struct slot *b, int64_t now)
{
	bool a_over = a->until_ms <= now, b_over = b->until_ms <= now;

	return a_over != b_over ? a_over : a->n < b->n;
}

/* The slot of the key; with a new one, the one to take. */
static struct slot *find(struct slot table[SETS][WAYS], uint64_t key,
    int64_t now)
{
	struct slot *set = table[key % SETS], *worst = &set[0];

	for (int i = 0; i < WAYS; i++) {
		if (is_there(&set[i], key, now))
			return &set[i];
		if (is_worse(&set[i], worst, now))
			worst = &set[i];
	}
	return worst;
}

int64_t rate_local_count(struct str key, int64_t n, int64_t ttl_ms)
{
	uint64_t hash = hash_of(key);
	int64_t now = clock_mono_ms(), count = 0;
	struct slot *s;

	pthread_mutex_lock(&lock);
	s = find(counts, hash, now);
	if (is_there(s, hash, now))
		count = s->n += n;
	else if (n) {
		*s = (struct slot){ hash, now + ttl_ms, .n = n };
		count = n;
	}
	pthread_mutex_unlock(&lock);
	return count;
}

/* ---- slices ---- */

static int64_t slice_of(const struct slot *s, int64_t limit)
{
	int64_t most = limit / RATE_LOCAL_SLICE, rest = (limit - s->total) / 8;

	return rest < most ? rest : most;
}

/*
 * A plain CGI process has one request: its only one must be counted.  So the
 * first of a process is, whosever it is.
 */
static bool is_first(void)
{
	static bool is_begun;

	return !__atomic_exchange_n(&is_begun, true, __ATOMIC_RELAXED);
}

static enum rate_local_answer take(struct slot *s, int64_t limit, bool ask,
    struct rate_local_share *share_out)
{
	s->n++;
	share_out->used = limit;
	if (s->total >= limit)
		return RATE_LOCAL_NO;
	if (!ask && s->owed < slice_of(s, limit) &&
	    s->total + s->owed < limit) {
		s->owed++;
		share_out->used = s->total + s->owed;
		return RATE_LOCAL_YES;
	}
	*share_out = (struct rate_local_share){ s->owed + 1, s->n, 0 };
	/* Other threads may ask before this one is told. */
	s->total += share_out->add;
	s->owed = 0;
	return RATE_LOCAL_ASK;
}

enum rate_local_answer rate_local_take(struct str key, int64_t limit,
    int64_t ttl_ms, struct rate_local_share *share_out)
{
	uint64_t hash = hash_of(key);
	int64_t now = clock_mono_ms();
	enum rate_local_answer answer;
	bool ask = is_first();
	struct slot *s;

	pthread_mutex_lock(&lock);
	s = find(slices, hash, now);
	if (!is_there(s, hash, now))
		*s = (struct slot){ hash, now + ttl_ms, .n = 0 };
	answer = take(s, limit, ask, share_out);
	pthread_mutex_unlock(&lock);
	return answer;
}

bool rate_local_told(struct str key, int64_t limit,
    struct rate_local_share *share, int64_t total)
{
	uint64_t hash = hash_of(key);
	int64_t now = clock_mono_ms();
	struct slot *s;

	pthread_mutex_lock(&lock);
	s = find(slices, hash, now);
	if (is_there(s, hash, now)) {
		if (total > s->total)
			s->total = total;
		if (total < 0) {
			s->total -= share->add;
			s->owed += share->add;
		}
	}
	pthread_mutex_unlock(&lock);
	share->used = total < 0 ? share->own : total;
	return share->used <= limit;
}
