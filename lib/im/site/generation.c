#include "im/site/generation.h"

#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/stat.h"
#include "im/site/generation_sql.h"
#include "im/site/server_key.h"

/*
 * Of the process, for all its threads.  The key is written once, by who holds
 * `reading`; `known` is raised after it, so whoever sees a generation has the
 * key.
 */
static pthread_mutex_t reading = PTHREAD_MUTEX_INITIALIZER;
static uint8_t key[CRYPTO_KEY_LEN];
static bool has_key;
static int64_t known;      /* 0: not read yet */
static int64_t checked_ms; /* monotonic */
static bool is_owed;       /* the database did not take a raise */
static int64_t doubt_ms;   /* monotonic: when one more is due; 0: never */

/* Never back: a snapshot may still show an older one. */
static void learn(int64_t number)
{
	int64_t was = __atomic_load_n(&known, __ATOMIC_RELAXED);

	while (was < number &&
	       !__atomic_compare_exchange_n(&known, &was, number, false,
		   __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
	stat_set(STAT_CACHE_GENERATION,
	    __atomic_load_n(&known, __ATOMIC_RELAXED));
}

static void trust(struct cache *cache)
{
	int64_t number = __atomic_load_n(&known, __ATOMIC_ACQUIRE);

	cache_trust(cache, number, number ? key : NULL);
}

/* The key never changes, so a process reads it once. */
static int get_key(struct db *db, struct error *err)
{
	struct arena a;
	struct str stored;
	int rc = 0;

	if (__atomic_load_n(&known, __ATOMIC_ACQUIRE))
		return 0;
	arena_init(&a);
	pthread_mutex_lock(&reading);
	if (!has_key) {
		rc = server_key_get(db, &a, SERVER_KEY_CACHE, &stored, err);
		if (rc == 0) {
			memcpy(key, stored.p, sizeof(key));
			has_key = true;
		}
	}
	pthread_mutex_unlock(&reading);
	arena_release(&a);
	return rc;
}

static int read_now(struct db *db)
{
	struct error err;
	int64_t number;

	if (get_key(db, &err) < 0 || generation_sql_read(db, &number, &err) < 0)
		return -1;
	learn(number);
	return 0;
}

static void raise_now(struct db *db)
{
	struct error err;

	if (generation_sql_raise(db, &err) == 0) {
		log_info("cache_generation", "raised=1");
		if (read_now(db) == 0)
			return;
	}
	__atomic_store_n(&is_owed, true, __ATOMIC_RELAXED);
}

static bool doubt_is_due(int64_t now)
{
	int64_t due = __atomic_load_n(&doubt_ms, __ATOMIC_RELAXED);

	return due && due <= now &&
	       __atomic_compare_exchange_n(&doubt_ms, &due, 0, false,
		   __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

static void check(struct db *db)
{
	int64_t now = clock_mono_ms(),
		last = __atomic_load_n(&checked_ms, __ATOMIC_RELAXED);

	/* One thread asks; the others use what is known meanwhile. */
	if ((last && now - last < GENERATION_CHECK_MS) ||
	    !__atomic_compare_exchange_n(&checked_ms, &last, now, false,
		__ATOMIC_RELAXED, __ATOMIC_RELAXED))
		return;
	if (__atomic_exchange_n(&is_owed, false, __ATOMIC_RELAXED) ||
	    doubt_is_due(now))
		raise_now(db);
	else
		read_now(db);
}

struct cache *generation_follow(struct db *db, struct cache *cache)
{
	if (!cache)
		return NULL;
	/*
	 * Not in a transaction: what its snapshot shows may be older than a
	 * generation that another thread has learnt.
	 */
	if (!db_in_tx(db)) {
		check(db);
		trust(cache);
	}
	return cache_generation(cache) ? cache : NULL;
}

bool generation_begin(struct generation_change *g, struct db *db,
    struct cache *cache)
{
	if (!cache)
		return false;
	*g = (struct generation_change){ db, cache, cache_lost(cache) };
	/*
	 * The one that counts now: under an older one the invalidation would
	 * miss the copies of those who are ahead.
	 */
	if (read_now(db) < 0)
		g->lost--;
	trust(cache);
	return true;
}

void generation_end(struct generation_change *g)
{
	if (cache_lost(g->cache) == g->lost)
		return;
	raise_now(g->db);
	trust(g->cache);
}

void generation_doubt(struct db *db, struct cache *cache)
{
	if (!cache)
		return;
	__atomic_store_n(&doubt_ms, clock_mono_ms() + GENERATION_DOUBT_MS,
	    __ATOMIC_RELAXED);
	raise_now(db);
	trust(cache);
}

int generation_tx(struct db *db, struct cache *cache,
    int (*fn)(struct db *, void *arg, struct error *),
    int (*was_done)(struct db *, void *arg, struct error *), void *arg,
    struct error *err)
{
	int rc = db_tx_sure(db, fn, was_done, arg, err);

	if (rc < 0 && err->code == ERR_UNCERTAIN)
		generation_doubt(db, cache);
	return rc;
}
