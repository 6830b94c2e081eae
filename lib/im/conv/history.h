/* history: the part of the logs that a user may read. */
#ifndef IM_HISTORY_H
#define IM_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/entry.h"
#include "im/conv/reader.h"
#include "io/db.h"

/*
 * The entry with this id.  NOT_FOUND if it does not exist or the user may not
 * see it: they are not a member, have deleted it for themselves, it has
 * expired, or is below the lowest index that they may see.
 */
int history_read(struct db *db, struct arena *a, int64_t app_id,
    int64_t user_id, int64_t msg_id, struct entry *out,
    struct reader *reader_out, struct error *err);
/* A message that the user may see, or has deleted for themselves: is_hidden is
 * set then. */
int history_find(struct db *db, struct arena *a, int64_t app_id,
    int64_t user_id, int64_t msg_id, struct entry *out, struct error *err);
/* history_read() for those who need only the floor. */
int history_get(struct db *db, struct arena *a, int64_t app_id, int64_t user_id,
    int64_t msg_id, struct entry *out, int64_t *floor_out, struct error *err);

/*
 * Whether the user may see the entries with these ids: the position of the
 * first one that they may not see whole (it does not exist, is no message, was
 * recalled), or n.  One query for
 * each ENTRY_IDS_MAX ids, and one for all conversations.
 */
int history_first_unseen(struct db *db, struct arena *a, int64_t app_id,
    int64_t user_id, const int64_t *ids, size_t n, size_t *first_out,
    struct error *err);

/* The same, and if the user may see all of them, the messages in the order of
 * the ids: one query more. */
int history_load_seen(struct db *db, struct arena *a, int64_t app_id,
    int64_t user_id, const int64_t *ids, size_t n, struct entry *out,
    size_t *first_out, struct error *err);

/*
 * The entries at n places, of any conversations, that the user may see; others
 * have msg_id 0.  floors_out: the lowest index that they may see there.
 * hides_out: they have hidden messages there (view/shown.h).  app_id 0: the
 * user's own.
 */
int history_load(struct db *db, struct arena *a, int64_t app_id,
    int64_t user_id, const struct entry_ref *refs, size_t n,
    struct entry *entries_out, int64_t *floors_out, bool *hides_out,
    struct error *err);

#endif
