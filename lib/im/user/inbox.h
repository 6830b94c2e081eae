/*
 * inbox: a user's log of everything new, numbered without gaps.
 *
 * Writers first lock the user_seq rows of all users concerned, in ascending
 * user_id (inbox_lock()), which makes them the only writer of these inboxes
 * until they commit; then they assign numbers and insert rows.  Lock order over
 * the whole program: conv_seq (ascending) < user_seq (ascending) < everything
 * else.
 *
 * Rows contain only ids; readers load the entries by primary key.
 */
#ifndef IM_INBOX_H
#define IM_INBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const inbox_statements[];
/* Of acks, and of the creation of users. */
extern const struct db_stmt *const inbox_ack_statements[];

enum inbox_kind {
	INBOX_ENTRY = 1,
	INBOX_CHAT,
	INBOX_CONVERSATION,
	INBOX_PROFILE,
	INBOX_HIDDEN,    /* by_id: the message */
	INBOX_STAR,      /* the same; action: an enum inbox_star */
	INBOX_REMINDER,  /* the same; action: an enum inbox_reminder */
	INBOX_SCHEDULED, /* the same; action: an enum inbox_scheduled */
	/* im/user/user_setting.h; of a block arg: the other user; action: an
	 * enum inbox_block */
	INBOX_OWN_SETTINGS,
	/* by_id: who did it; arg: the other user; action: an enum
	 * inbox_contact */
	INBOX_CONTACT,
};

/* inbox_row.action of INBOX_CONVERSATION. */
enum inbox_action {
	INBOX_ADDED = 1,
	INBOX_REMOVED,
	INBOX_LEFT,
	INBOX_DISSOLVED,
	INBOX_MODE,
	INBOX_SETTINGS,
};

const char *inbox_action_name(int64_t action);

/* Of INBOX_STAR. */
enum inbox_star { INBOX_STARRED = 1, INBOX_UNSTARRED };
/* Of INBOX_REMINDER; arg is when it is due. */
enum inbox_reminder {
	INBOX_REMINDER_SET = 1,
	INBOX_REMINDER_CANCELLED,
	INBOX_REMINDER_DUE,
};

/* Of INBOX_SCHEDULED; conv_index is that of one that was sent, arg the status
 * of the problem for which one has failed. */
enum inbox_scheduled {
	INBOX_SCHEDULED_SET = 1,
	INBOX_SCHEDULED_CHANGED,
	INBOX_SCHEDULED_CANCELLED,
	INBOX_SCHEDULED_SENT,
	INBOX_SCHEDULED_FAILED,
};

/* Of INBOX_CONTACT. */
enum inbox_contact {
	INBOX_CONTACT_REQUESTED = 1,
	INBOX_CONTACT_ACCEPTED,
	INBOX_CONTACT_REJECTED,
	INBOX_CONTACT_REMOVED,
	INBOX_CONTACT_REMARK,
};

/* Of INBOX_OWN_SETTINGS, where whom the user has blocked has changed. */
enum inbox_block { INBOX_BLOCKED = 1, INBOX_UNBLOCKED };

struct inbox_row {
	int64_t user_id, user_index;
	int64_t kind;
	int64_t conv_id, conv_index;
	int64_t action, by_id;
	int64_t at_ms;
	int64_t arg; /* only inbox_add_arg() stores it */
};

struct inbox_seq {
	int64_t user_id;
	int64_t stream_id;
	int64_t last_index;
	int64_t floor_index;
	int64_t now_ms;       /* the database's clock when it was read */
	int64_t has_personal; /* see personal.h */
};

/* In a transaction: locks the row of one user, n is 1.  A user without a row
 * (erased) is left out of the result. */
int inbox_lock(struct db *db, struct arena *a, const int64_t *users, size_t n,
    struct inbox_seq **out, size_t *n_out, struct error *err);

/* The same for many, ascending and distinct, without waiting: rows that others
 * have locked are left out, too. */
int inbox_lock_free(struct db *db, struct arena *a, const int64_t *users,
    size_t n, struct inbox_seq **out, size_t *n_out, struct error *err);

/* Up to where the user's devices have stored the inbox. */
struct inbox_ack {
	int64_t user_id, acked_index;
};

/* In a transaction: locks the row of one user, behind the user_seq if that is
 * locked, too.  acked_index is 0 if there is none. */
int inbox_ack_lock(struct db *db, struct arena *a, int64_t user_id,
    struct inbox_ack *out, struct error *err);
/* The rows of many, ascending and distinct, without those that others have
 * locked. */
int inbox_acks_lock_free(struct db *db, struct arena *a, const int64_t *users,
    size_t n, struct inbox_ack **out, size_t *n_out, struct error *err);
/* Moves them forward, never back. */
int inbox_acks_put(struct db *db, const struct inbox_ack *rows, size_t n,
    struct error *err);

/* In the transaction of inbox_lock(): writes rows whose numbers the caller took
 * from seqs (by raising last_index), and the raised seqs. */
int inbox_write(struct db *db, const struct inbox_row *rows, size_t n_rows,
    const struct inbox_seq *seqs, size_t n_seqs, struct error *err);

/* One event for one user, in the caller's transaction: fills row->user_index.
 * Locks user_seq itself, so the caller must hold no later lock. */
int inbox_add(struct db *db, struct arena *a, struct inbox_row *row,
    struct error *err);

/* In the transaction of inbox_lock(): numbers one row and writes it, with its
 * arg. */
int inbox_add_arg(struct db *db, struct inbox_row *row, struct inbox_seq *seq,
    struct error *err);

/* Without a lock: 1 found, 0 none. */
int inbox_seq_get(struct db *db, struct arena *a, int64_t user_id,
    struct inbox_seq *out, struct error *err);
int inbox_seqs_get(struct db *db, struct arena *a, const int64_t *users,
    size_t n, struct inbox_seq **out, size_t *n_out, struct error *err);

/* At most limit rows above `after`, ascending. */
int inbox_after(struct db *db, struct arena *a, int64_t user_id, int64_t after,
    int64_t limit, struct inbox_row **out, size_t *n_out, struct error *err);

/* Creates the rows of new users, in the transaction that creates the users.
 * in: user_id, stream_id. */
int inbox_create(struct db *db, struct arena *a, const struct inbox_seq *seqs,
    size_t n, struct error *err);

#define INBOX_BEHIND_MAX 10000 /* clients further behind get too_old */

#endif
