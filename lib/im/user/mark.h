/*
 * mark: how far a member has read and received.
 *
 * Marks only move forward, and read implies delivered.  Without a row, the mark
 * is where the member joined.  A moved read mark is a durable `chat` event in
 * the member's own inbox, written in the same transaction, and so is a chat
 * that was marked as unread and is read, even if its mark stands; the events
 * for others (read, delivered) are ephemeral.  Only the user's own requests
 * write marks, under the user's user_seq row.
 */
#ifndef IM_MARK_H
#define IM_MARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/user/inbox.h"
#include "io/db.h"

extern const struct db_stmt *const mark_statements[];

struct mark {
	int64_t conv_id, user_id;
	int64_t read_index, read_ordinal, own_at_read;
	int64_t delivered_index;
	/* What was received is above it; set where delivered_index moved. */
	int64_t delivered_before;
};

struct mark_result {
	struct mark mark; /* after the call */
	bool read_moved, delivered_moved;
	bool hooked;            /* the hook was called */
	struct inbox_row event; /* user_index 0: none was written */
};

/*
 * What a mark needs of those who own the log.  read(): what else happens when
 * messages are read that wait for it (entry_expiry), in the transaction that
 * moves the mark.  now_ms: its time.  hook NULL: nothing.
 */
struct mark_hook {
	/* The counts at an entry that has moved to the archive, of the log and
	 * of the user alone: 1, or 0 if it is not there. */
	int (*find)(struct db *db, struct arena *a, const struct mark *at,
	    int64_t *ordinal_out, int64_t *own_out, struct error *err);
	int (*read)(void *arg, struct db *db, struct arena *a,
	    const struct mark *m, int64_t now_ms, struct error *err);
	void *arg;
};

/* The caller is a present member.  An index above the head of the log is
 * reduced to it.  INTERNAL if the log lacks the entry to be read up to. */
int mark_read(struct db *db, struct arena *a, int64_t conv_id, int64_t user_id,
    int64_t conv_index, const struct mark_hook *hook, struct mark_result *out,
    struct error *err);
int mark_delivered(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, int64_t conv_index, struct mark_result *out,
    struct error *err);

/*
 * Clears a chat: reads up to the head of the log and hides from the user what
 * is there (personal.h), with one event.  A chat that is cleared up to its head
 * stays as it is.
 */
int mark_clear(struct db *db, struct arena *a, int64_t conv_id, int64_t user_id,
    const struct mark_hook *hook, struct mark_result *out, struct error *err);

#endif
