#include "im/site/rate_local.h"

#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"

#define SETS 2048
#define WAYS 4

struct slot {
	uint64_t key;     /* 0: free */
	int64_t until_ms; /* monotonic */
	int64_t n;
};

static struct slot table[SETS][WAYS];
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

static bool is_worse(const struct slot *a, const struct slot *b, int64_t now)
{
	bool a_over = a->until_ms <= now, b_over = b->until_ms <= now;

	return a_over != b_over ? a_over : a->n < b->n;
}

/* The slot of the key; with a new one, the one to take. */
static struct slot *find(uint64_t key, int64_t now)
{
	struct slot *set = table[key % SETS], *worst = &set[0];

	for (int i = 0; i < WAYS; i++) {
		if (set[i].key == key && set[i].until_ms > now)
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
	s = find(hash, now);
	if (s->key == hash && s->until_ms > now)
		count = s->n += n;
	else if (n) {
		*s = (struct slot){ hash, now + ttl_ms, n };
		count = n;
	}
	pthread_mutex_unlock(&lock);
	return count;
}
