/*
 * sight: what a reader may see of an entry.
 *
 * Every view of an entry goes through here: the entry itself, the message that
 * a reply quotes, the target of a control entry, the originals of a forward.
 * Whoever hides entries from a reader sets entry.is_hidden where entries are
 * loaded for that reader, and no view has to change: sight_hide() does so for
 * the messages that a user has deleted for themselves.  A message that has
 * expired is hidden from everybody, from the moment on that its row says.
 */
#ifndef IM_SIGHT_H
#define IM_SIGHT_H

#include <stddef.h>
#include <stdint.h>

#include "im/conv/entry.h"

enum sight {
	SIGHT_WHOLE,
	SIGHT_RECALLED, /* that it was recalled, and by whom */
	SIGHT_HIDDEN,   /* its place in the log */
};

/* Sets is_hidden of those that the user has deleted for themselves.  One query;
 * for users who have: reader.has_hidden, personal.has_hidden. */
int sight_hide(struct db *db, struct arena *a, int64_t user_id,
    struct entry *entries, size_t n, struct error *err);

/* floor: the lowest index that the reader may see (right_floor()); 0 where it
 * was checked already. */
enum sight sight_of(const struct entry *e, int64_t floor);

#endif
