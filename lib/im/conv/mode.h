/*
 * mode: whether fan-out writes a conversation into everybody's inbox.
 *
 * CONV_PUSH: each member gets an inbox row for each entry.  CONV_PULL: only
 * those get one whom an entry brings in, takes out or mentions; everybody else
 * reads the log, and unread, rank and totals come from conv_seq.
 *
 * Modes are intervals of the log (conv_mode): a switch is written under the
 * conv_seq lock with the index of the next entry, so an entry's mode is known
 * when it is numbered and never changes.
 */
#ifndef IM_MODE_H
#define IM_MODE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const mode_statements[];

/*
 * From the next entry on: mode, an enum conv_mode.  Nothing happens when that
 * is the mode already.  A transaction of its own.  NOT_FOUND;
 * HOME_UNREACHABLE.
 */
int mode_set(struct db *db, struct arena *a, int64_t conv_id, int64_t mode,
    struct error *err);

#endif
