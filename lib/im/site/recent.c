#include "im/site/recent.h"

#include <pthread.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/stat.h"
#include "io/epoch.h"

#define SETS 1024
#define WAYS 4

struct slot {
	struct recent_key key; /* kind 0: free */
	uint64_t epoch;
	int64_t generation, asked_ms;
	size_t len;
	char value[RECENT_VALUE_MAX];
};

static struct slot table[SETS][WAYS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct recent_key recent_key(enum recent_kind kind, struct str name)
{
	struct recent_key k = { .kind = (char)kind };

	BUG_ON(!name.len || name.len > sizeof(k.name));
	memcpy(k.name, name.p, name.len);
	return k;
}

struct recent_key recent_key_id(enum recent_kind kind, int64_t id)
{
	return recent_key(kind, (struct str){ (const char *)&id, sizeof(id) });
}

/* The name is an id or a hash, so its first bytes tell it from others. */
static uint64_t number_of(const struct recent_key *k)
{
	return get_u64(k->name) ^ (uint64_t)(unsigned char)k->kind << 56;
}

static struct slot *set_of(const struct recent_key *k)
{
	return table[(hash_u64(number_of(k)) >> 32) % SETS];
}

void recent_begin(struct recent *r, const struct cache *cache,
    const struct recent_key *key, const struct recent_key *by)
{
	*r = (struct recent){ .key = *key };
	if (!cache)
		return;
	r->generation = cache_generation(cache);
	r->asked_ms = clock_boot_ms();
	r->epoch = epoch_now(EPOCH_COPY, number_of(by));
}

static bool is_of(const struct slot *s, const struct recent_key *k)
{
	return !memcmp(&s->key, k, sizeof(*k));
}

static bool is_believed(const struct slot *s, const struct recent *r)
{
	return is_of(s, &r->key) && s->epoch == r->epoch &&
	       s->generation == r->generation &&
	       r->asked_ms - s->asked_ms < RECENT_MS;
}

bool recent_get(const struct recent *r, struct arena *a, struct str *value_out)
{
	const struct slot *set = set_of(&r->key);
	char value[RECENT_VALUE_MAX];
	bool found = false;
	size_t len = 0;

	if (!r->epoch)
		return false;
	pthread_mutex_lock(&lock);
	for (int i = 0; i < WAYS && !found; i++) {
		found = is_believed(&set[i], r);
		if (found) {
			len = set[i].len;
			memcpy(value, set[i].value, len);
		}
	}
	pthread_mutex_unlock(&lock);
	stat_add(found ? STAT_RECENT_HITS : STAT_RECENT_MISSES, 1);
	if (found)
		*value_out = arena_str(a, (struct str){ value, len });
	return found;
}

/* That of the key; or the oldest. */
static struct slot *place_for(const struct recent_key *k)
{
	struct slot *set = set_of(k), *oldest = &set[0];

	for (int i = 0; i < WAYS; i++) {
		if (is_of(&set[i], k))
			return &set[i];
		if (set[i].asked_ms < oldest->asked_ms)
			oldest = &set[i];
	}
	return oldest;
}

void recent_put(const struct recent *r, struct str value)
{
	struct slot *s;

	if (!r->epoch || value.len > RECENT_VALUE_MAX)
		return;
	pthread_mutex_lock(&lock);
	s = place_for(&r->key);
	s->key = r->key;
	s->epoch = r->epoch;
	s->generation = r->generation;
	s->asked_ms = r->asked_ms;
	s->len = value.len;
	memcpy(s->value, value.p, value.len);
	pthread_mutex_unlock(&lock);
}

void recent_changed(const struct recent_key *key)
{
	epoch_raise(EPOCH_COPY, number_of(key));
}
