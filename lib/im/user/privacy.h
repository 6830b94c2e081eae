/*
 * privacy: what users let others see and do (im/user/user_setting.h).
 *
 * `contacts` lets nobody but contacts.  Whoever has blocked somebody is not
 * added to groups by them.
 */
#ifndef IM_PRIVACY_H
#define IM_PRIVACY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

enum privacy { PRIVACY_LAST_SEEN, PRIVACY_ADD_TO_GROUPS };

/* Sets refuses_out of each of n users (an array in the arena): they do not let
 * by_id do it, who may always do it to themselves.  by_id 0: the app's server,
 * which may. */
int privacy_refusals(struct db *db, struct arena *a, enum privacy what,
    int64_t by_id, const int64_t *ids, size_t n, bool **refuses_out,
    struct error *err);

/*
 * Read receipts work both ways: whoever does not give them does not get them.
 * Of n users those who do, in their order, in *shown_out; and whether user_id
 * does.  Nothing is in the list if not.
 */
int privacy_readers(struct db *db, struct arena *a, int64_t user_id,
    const int64_t *ids, size_t n, int64_t **shown_out, size_t *n_out,
    bool *gives_out, struct error *err);

#endif
