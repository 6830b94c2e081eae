/*
 * act: a change of a message that all members see: recall, edit, reaction, pin.
 *
 * Each is an entry of the log, a control entry, whose target_index is the
 * message; the message's own row always has its present state.  One transaction
 * holds the log (conv_lock()), so acts on a message, and sends, follow each
 * other: it reads the member, the conversation and the message, decides,
 * changes the rows and writes the entry.  The entry raises
 * conv_seq.changed_index, so no cached block shows the message as it was
 * (page.h).
 *
 * An act that finds its work done writes no entry.
 *
 * Errors of all acts: NOT_FOUND if there is no such message or the user may not
 * see it (not a member now, below right_floor(), hidden, or no message),
 * GONE if they were a member when the conversation was dissolved,
 * HOME_UNREACHABLE, and those of right.h.
 */
#ifndef IM_ACT_H
#define IM_ACT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/conv.h"
#include "im/conv/conv_log.h"
#include "im/conv/entry.h"
#include "im/conv/member.h"
#include "io/db.h"

extern const struct db_stmt *const act_statements[];

/* Who does it, and to what. */
struct act_by {
	int64_t app_id, user_id;
	int64_t msg_id;
	int64_t conv_id; /* the message must be of it; 0: of any */
};

struct act_result {
	struct entry target; /* as it is now */
	int64_t floor;       /* the lowest index that the user may see */
	bool hides;          /* the user has hidden messages there */
	bool changed;        /* an entry was written: wake fan-out */
};

/* ---- for the acts ---- */

struct act {
	struct db *db;
	struct arena *a;
	const struct act_by *by;
	int64_t entry_id; /* of the control entry */
	int64_t conv_id;
	int64_t conv_index; /* of the target */
	/* Set in the transaction, again in each run. */
	struct conv conv; /* locked */
	struct member member;
	struct entry target;
	int64_t floor;      /* the lowest index that the user may see */
	bool hides;         /* the user has hidden messages of the log */
	struct log_row row; /* conv_index 0: nothing is written */
	int64_t own_ordinal;
};

/*
 * Runs work() in the transaction, with everything read.  It decides, and calls
 * act_number() if something changes, then writes its rows, then
 * act_finish().
 */
int act_run(struct db *db, struct arena *a, const struct act_by *by,
    int (*work)(struct act *act, void *arg, struct error *err), void *arg,
    struct act_result *out, struct error *err);

/* Numbers the control entry; body "" if it has no content. */
int act_number(struct act *act, enum entry_kind kind, struct str body,
    struct error *err);
/* Writes target's flags, state, edited_ms, recalled_by and raised version. */
int act_put_target(struct act *act, struct error *err);
/* Writes target.body, too. */
int act_put_body(struct act *act, struct error *err);
/* Writes the entry: the last thing of the transaction. */
int act_finish(struct act *act, struct error *err);

#endif
