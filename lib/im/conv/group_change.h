/*
 * group_change: one change of a conversation's members or settings.
 *
 * It is one transaction under conv_lock(): the rows that change, the counts and
 * version of the conversation, and the control entries that record it.  A
 * change that finds its work done writes nothing.  Private to group*.c.
 */
#ifndef IM_GROUP_CHANGE_H
#define IM_GROUP_CHANGE_H

#include <stddef.h>
#include <stdint.h>

#include "im/conv/conv_log.h"
#include "im/conv/group.h"

#define GROUP_ENTRIES_MAX 2

struct group_change {
	struct db *db;
	struct arena *a;
	const struct group_actor *by;
	int64_t conv_id;
	/* Decides, and changes rows; calls group_change_note() and, at its end,
	 * group_change_finish() if something changes.  May run again. */
	int (*work)(struct group_change *g, void *arg, struct error *err);
	void *arg;
	/* The actor need not be a member; actor.role is 0 then. */
	bool any_actor;

	int64_t msg_ids[GROUP_ENTRIES_MAX]; /* of the entries */
	/* Set in the transaction, again in each run. */
	struct conv conv; /* locked */
	struct member actor;
	struct log_row rows[GROUP_ENTRIES_MAX];
	size_t n_rows;
};

/*
 * Runs it; conv_out: the conversation afterwards.  Errors: those of
 * member_check() for the actor, HOME_UNREACHABLE, CONFLICT if the conversation
 * has fixed members, and those of work().
 */
int group_change_run(struct group_change *g, struct conv *conv_out,
    struct error *err);

/* Numbers a `member` entry of the actor. */
void group_change_note(struct group_change *g, const struct group_news *news);
/* The same for any control entry. */
void group_change_put(struct group_change *g, enum entry_kind kind,
    struct str body);
/* The index and the time of the newest entry. */
int64_t group_change_index(const struct group_change *g);
int64_t group_change_ms(const struct group_change *g);
/* The last thing of work(). */
int group_change_finish(struct group_change *g, struct error *err);

/* A present member; NOT_FOUND. */
int group_change_target(struct group_change *g, int64_t user_id,
    struct member *out, struct error *err);

#endif
