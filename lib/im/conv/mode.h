/*
 * mode: whether fan-out writes a conversation into everybody's inbox.
 *
 * CONV_PUSH: each member gets an inbox row for each entry.  CONV_PULL: only
 * those get one whom an entry brings in, takes out or mentions; everybody else
 * reads the log, and unread, rank and totals come from conv_seq.
 *
 * Modes are intervals of the log (conv_mode): a switch is written under the
 * conv_seq lock with the index of the next entry, so an entry's mode is known
 * when it is numbered and never changes.  The mark that it leaves for fan-out
 * stays until the members' chat rows have turned, also if nothing is sent.
 *
 * Who decides: an operator or the app's server (forced), else the number of
 * members, [fanout] push_members, and the lag of fan-out, which may put any
 * group of more than [fanout] shed_members into mode pull for a while.
 */
#ifndef IM_MODE_H
#define IM_MODE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/conv.h"
#include "io/db.h"

extern const struct db_stmt *const mode_statements[];
/* Of programs that change who is a member. */
extern const struct db_stmt *const mode_follow_statements[];

/* Who has said so. */
enum conv_forced {
	MODE_AUTO,
	MODE_FORCED_PUSH,
	MODE_FORCED_PULL,
	MODE_SHED, /* im-fanout, as long as it lags */
};

/*
 * From the next entry on.  forced: MODE_AUTO follows the number of members.
 * out: the conversation afterwards.  A transaction of its own; nothing happens
 * if all is so already.  NOT_FOUND, GONE, HOME_UNREACHABLE; CONFLICT for kinds
 * with fixed members, which are in mode push always.
 */
int mode_set(struct db *db, struct arena *a, int64_t conv_id,
    enum conv_forced forced, struct conv *out, struct error *err);
/* The same by im-fanout, to MODE_AUTO or MODE_SHED: changes nothing where
 * somebody has decided; MODE_SHED neither what is in mode pull. */
int mode_turn(struct db *db, struct arena *a, int64_t conv_id,
    enum conv_forced forced, struct conv *out, struct error *err);

/* Members of a group above which it is in mode pull. */
int64_t mode_push_members(void);
/* The mode that is due to c by its size, if nobody has decided. */
enum conv_mode mode_by_size(const struct conv *c);

/*
 * In a transaction that has c locked and changes its members: follows their
 * number.  c->last_index is the last entry of the former mode.  1 if the mode
 * turns: mode_mark() is due then, last.
 */
int mode_follow(struct db *db, struct conv *c, struct error *err);
int mode_mark(struct db *db, const struct conv *c, struct error *err);
/* The same for a new conversation, whose first entry is not numbered yet. */
int mode_begin(struct db *db, struct conv *c, struct error *err);

/* Up to max conversations that are in mode pull because fan-out lagged, since
 * before_ms or longer; the ones of longest standing first. */
int mode_shed(struct db *db, struct arena *a, int64_t before_ms, int64_t max,
    int64_t **ids_out, size_t *n_out, struct error *err);

#endif
