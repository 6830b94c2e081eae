/*
 * generation: which cached copies of database rows may be believed.
 *
 * Keys of such copies contain cache_generation().  A change invalidates the
 * copies that it made stale, after its commit; if memcached did not carry that
 * out, the generation in the database is raised, and all copies of the former
 * one are out of reach, also after memcached is back.
 *
 * Copies are signed (io/cache.h) with the installation's key, which a process
 * reads once, before the generation.
 *
 * A process reads the generation at most every GENERATION_CHECK_MS, so this is
 * how long it may still believe a stale copy.
 */
#ifndef IM_GENERATION_H
#define IM_GENERATION_H

#include <stdint.h>

#include "base/err.h"
#include "io/cache.h"
#include "io/db.h"

#define GENERATION_CHECK_MS 500
#define GENERATION_DOUBT_MS 15000 /* idle_transaction_timeout and a margin */

extern const struct db_stmt *const generation_statements[];

/*
 * Before copies are read or stored: the cache, or NULL if it cannot be used
 * because the generation is unknown.
 */
struct cache *generation_follow(struct db *db, struct cache *cache);

struct generation_change {
	struct db *db;
	struct cache *cache;
	uint64_t lost;
};

/*
 * Around the invalidation that follows a commit, whose keys are made in
 * between.  False without a cache: there is nothing to invalidate.
 */
bool generation_begin(struct generation_change *g, struct db *db,
    struct cache *cache);
void generation_end(struct generation_change *g);

/*
 * A change that may have been made, or may still be: what was to follow its
 * commit cannot be told, so all copies are given up, also once more when the
 * session that was lost has ended (GENERATION_DOUBT_MS).
 */
void generation_doubt(struct db *db, struct cache *cache);
/* db_tx_sure() for a change that makes copies stale, with generation_doubt()
 * after UNCERTAIN. */
int generation_tx(struct db *db, struct cache *cache,
    int (*fn)(struct db *, void *arg, struct error *),
    int (*was_done)(struct db *, void *arg, struct error *), void *arg,
    struct error *err);

#endif
