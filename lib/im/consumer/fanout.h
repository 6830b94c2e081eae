/*
 * fanout: writes the entries of conversations to the inboxes of their members.
 *
 * Each conversation has a cursor: all members have all entries up to
 * done_index; while hi_index > done_index, a pass over the entries between them
 * is under way and has served the members up to after_user_id.
 *
 * Invariant: cursor, inbox rows, numbers and chat rows change in one
 * transaction, which begins with the caller's fence and commits only if every
 * cursor is unchanged since it was read.  So each member gets each entry of
 * their interval exactly once, in conversation order, whichever process dies,
 * and a stale worker changes nothing.  Events published after the commit are
 * hints.
 *
 * A pass has one mode (im/conv/mode.h).  In mode pull it serves only those whom
 * its entries add, remove or mention, and updates the chat rows only of those
 * who join or leave.  The first pass after a switch updates the chat rows of
 * all members: to mode pull, or to mode push with the figures of the log.  It
 * tells each of them.  If there is no entry behind the switch, it is a pass
 * without entries, and the cursor keeps the mode that the rows are in.
 *
 * Reactions to one message that meet in a pass are told once: a member gets the
 * last one of those that they receive, which shows the state.
 *
 * A conversation one of whose members' inbox is locked by another transaction
 * is put off, so that it holds up no other.  A parked one (parked.h) is not
 * listed.
 *
 * Work is read without locks.  Small work goes first, in transactions of its
 * own, and large groups are served FANOUT_CHUNK members at a time.
 *
 * Memory: everything lives in the arena that was passed, for one step.
 */
#ifndef IM_FANOUT_H
#define IM_FANOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "im/user/inbox.h"
#include "io/bus.h"
#include "io/db.h"

#define FANOUT_CHUNK      500 /* members of one conversation at a time */
#define FANOUT_SMALL_ROWS 64  /* a conversation with fewer is small work */

extern const struct db_stmt *const fanout_statements[];
/* Of programs that only serve small conversations (fanout_now.h). */
extern const struct db_stmt *const fanout_now_statements[];

/* The partitions that have dirty conversations, as a bit set. */
int fanout_ready(struct db *db, uint64_t *parts_out, struct error *err);

/* A membership interval that overlaps the loaded entries. */
struct fanout_member {
	int64_t conv_id, user_id;
	int64_t joined_index, left_index;
	int64_t role;
	int64_t place; /* index of the user in fanout.users */
};

struct fanout_conv {
	/* As read; compared in the transaction. */
	int64_t conv_id, done_index, hi_index, after_user_id;
	int64_t has_cursor;
	int64_t kind, member_count, last_index, changed_index, dissolved_ms;
	int64_t dissolved_index;
	int64_t created_by, created_ms;
	int64_t forced_mode; /* enum conv_forced */
	int64_t dirty_head, since_ms;
	int64_t dirty_turns;
	/* Of the next entry, and of the chat rows that are not served yet: enum
	 * conv_mode.  The last index in the former. */
	int64_t mode, was_mode, mode_to;
	int64_t log_mode;    /* of the next entry, also while modes turn */
	int64_t cursor_mode; /* log_cursor.mode as read */

	int64_t lo, to;        /* the range of entries */
	int64_t hole;          /* the first one that is missing; 0: none */
	struct entry *entries; /* to - lo + 1 */
	struct entry anchor; /* the one at done_index, where only modes turn */
	/* Per entry, filled by the caller where fanout_wants_mentions(), and
	 * where fanout_wants_moved(). */
	struct {
		const int64_t *ids;
		size_t n;
	} * mentions, *moved;
	struct fanout_member *members; /* ascending user_id, joined_index */
	size_t n_members;
	int64_t creator_place; /* where fanout_opens() */
	uint64_t rewrites;     /* conv_rewrites() of the entries; 0: unknown */
	/* The cursor after the transaction. */
	int64_t next_done, next_hi, next_after, next_mode;
};

/* One event for many inboxes. */
struct fanout_event {
	const struct fanout_conv *conv;
	/* NULL: the creator's chat was opened, or the mode has changed. */
	const struct entry *entry;
	int64_t at_ms;  /* where there is no entry */
	int64_t action; /* enum inbox_action; 0: the entry itself */
	/* INBOX_ADDED, INBOX_SETTINGS, INBOX_MODE: of its recipients; 0: they
	 * left. */
	int64_t role;
	struct bus_to *to;
	size_t n_to;
};

/* The work of one transaction. */
struct fanout {
	int64_t part;
	struct fanout_conv *convs; /* ascending conv_id */
	size_t n_convs;
	int64_t *users; /* ascending, distinct */
	size_t n_users;
	int64_t oldest_ms; /* when the oldest entry became due */
	size_t n_locked;   /* put off: the inbox of a member is locked */
	/* Taken out: there is a hole in the log. */
	struct fanout_conv *broken;
	size_t n_broken;
	/* Filled by fanout_write(). */
	struct fanout_event *events; /* in the order to publish */
	size_t n_events;
	size_t n_rows, n_entries;
	/* Some recipient has cleared or hidden something (personal.h), which
	 * may be among the entries. */
	bool has_personal;
	struct bus_to *turned; /* to mode pull, with their user_index */
	size_t n_turned;
};

/* The work that a step has found, oldest first. */
struct fanout_list {
	int64_t part;
	struct fanout_conv *small, *large;
	size_t n_small, n_large;
	int64_t next_after; /* where to continue if there is more */
};

/* after: 0, or next_after of the list before. */
int fanout_list(struct db *db, struct arena *a, int64_t part, int64_t after,
    struct fanout_list *out, struct error *err);

/* Chooses the entries of those at the front, for about rows_max inbox rows;
 * returns how many these are. */
size_t fanout_choose(struct fanout_conv *convs, size_t n, int64_t rows_max);

/* Makes the work of one transaction out of chosen conversations, which stay as
 * they are, and loads the entries. */
int fanout_load(struct db *db, struct arena *a, int64_t part,
    const struct fanout_conv *convs, size_t n, struct fanout *out,
    struct error *err);

/*
 * Behind the commit, before the events are published: reads the entries again
 * of logs in which one was changed since they were loaded, so that no event has
 * what was recalled meanwhile.
 */
int fanout_refresh(struct db *db, struct arena *a, struct fanout *f,
    struct error *err);

/*
 * A direct or self chat that is new to fan-out.  It has no entry that adds it
 * to the creator's list, so fan-out opens the chat, with its event, unless the
 * request that created the conversation has done so.
 */
bool fanout_opens(const struct fanout_conv *c);

/* The body of such an entry names who is mentioned. */
bool fanout_wants_mentions(const struct entry *e);
/* It names those whom it adds or removes, and nobody else has to be found. */
bool fanout_wants_moved(const struct fanout_conv *c, const struct entry *e);

/*
 * entries[at] is a reaction, and a later one of the pass to the same message
 * replaces it: the index of the next; 0: none.
 */
int64_t fanout_replaced_at(const struct fanout_conv *c, size_t at);

/* Does entries[at] mention m? */
bool fanout_mentions(const struct fanout_conv *c, size_t at,
    const struct fanout_member *m);

/* This pass brings the chat rows into another mode. */
bool fanout_turns(const struct fanout_conv *c);
/* It has entries, or turns. */
bool fanout_has_pass(const struct fanout_conv *c);

#endif
