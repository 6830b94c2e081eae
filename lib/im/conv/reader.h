/*
 * reader: what a member may read of a log, and how far it goes.
 *
 * A process keeps it for a moment (im/site/recent.h), so that somebody who
 * pages through a log costs no look-up for each page.  A program of this host
 * that changes the members, the settings or the log of a conversation ends the
 * copies behind its commit, with conv_changed(): a removed member reads nothing
 * any more, at once here, and within RECENT_MS where another host has the copy.
 *
 * A kept copy may not know the newest entries, which somebody may have been
 * told of already.  So it is good for entries up to its last_index, and who
 * wants others reads the rows.
 */
#ifndef IM_READER_H
#define IM_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/cache.h"
#include "io/db.h"

extern const struct db_stmt *const reader_statements[];

struct reader {
	int64_t conv_id, app_id;
	int64_t floor; /* the lowest index that they may see */
	int64_t last_index, changed_index; /* of the log: see conv.h */
	int64_t has_hidden; /* they have hidden some entries: see sight.h */
};

/* Who reads what. */
struct reader_key {
	int64_t app_id, conv_id, user_id;
};

/* From the database, for one look at the log: nothing is kept.  The same
 * errors as reader_get(). */
int reader_read(struct db *db, struct arena *a, const struct reader_key *key,
    struct reader *out, struct error *err);
/* What the process keeps; false: call reader_get(). */
bool reader_find_kept(struct db *db, struct cache *cache, struct arena *a,
    const struct reader_key *key, struct reader *out);
/* From the database; fails as member_check(). */
int reader_get(struct db *db, struct cache *cache, struct arena *a,
    const struct reader_key *key, struct reader *out, struct error *err);

#endif
