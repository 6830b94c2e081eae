/*
 * convset: conversations as one user sees them: with their role and, of
 * direct conversations, the peer.
 *
 * Everything is read at once and lives in the arena that was passed.
 */
#ifndef VIEW_CONVSET_H
#define VIEW_CONVSET_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/place.h"
#include "im/user/user.h"
#include "io/cache.h"
#include "io/db.h"
#include "io/json_writer.h"
#include "view/people.h"

struct convset {
	struct place *places; /* in ascending conv_id */
	size_t n_places;
	struct user *peers;
	size_t n_peers;
};

/* Reads n conversations. */
int convset_load(struct convset *set, struct db *db, struct cache *cache,
    struct arena *a, int64_t user_id, const int64_t *conv_ids, size_t n,
    struct error *err);
/* Reads n distinct ones, each with the entry at the index of its ref. */
int convset_load_at(struct convset *set, struct db *db, struct cache *cache,
    struct arena *a, int64_t user_id, const struct entry_ref *refs, size_t n,
    struct error *err);
/* The present role of the user; 0: not a member. */
int64_t convset_role(const struct convset *set, int64_t conv_id);
/* The lowest index that the user may see; above every index if they are not a
 * member. */
int64_t convset_floor(const struct convset *set, int64_t conv_id);
/* NULL if they never were a member. */
const struct conv *convset_conv(const struct convset *set, int64_t conv_id);
/* The other member of a direct conversation, else NULL. */
const struct user *convset_peer(const struct convset *set, int64_t conv_id);
/* The entry that was read with it; msg_id 0: none. */
struct entry convset_entry(const struct convset *set, int64_t conv_id);
/* One conversation object, with my_role and peer. */
void convset_write(const struct convset *set, struct json_writer *w,
    int64_t conv_id, struct people *people);

#endif
