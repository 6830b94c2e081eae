/* history: the part of the logs that a user may read. */
#ifndef IM_HISTORY_H
#define IM_HISTORY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/entry.h"
#include "io/db.h"

/*
 * The entry with this id.  NOT_FOUND if it does not exist or the user may not
 * see it, because they are not a member or it is below their right_floor(),
 * which is returned in floor_out.
 */
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

#endif
