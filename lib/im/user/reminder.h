/*
 * reminder: a user is told of a message at a time that they have set.
 *
 * At most one per user and message, until it is due.  It is written under the
 * user's user_seq row, together with its event.  What makes it due removes it
 * in the transaction of the `due` event, so it is told exactly once, whatever
 * dies and however often it runs.
 */
#ifndef IM_REMINDER_H
#define IM_REMINDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/user/inbox.h"
#include "io/db.h"

extern const struct db_stmt *const reminder_statements[];
/* For those who only list. */
extern const struct db_stmt *const reminder_list_statements[];
/* Of im-schedule. */
extern const struct db_stmt *const reminder_due_statements[];

struct reminder {
	int64_t user_id, msg_id;
	int64_t conv_id, conv_index;
	int64_t remind_ms;
	struct str note; /* p NULL: none */
};

/*
 * In transactions of their own.  What is so already stays as it is:
 * event_out->user_index is then 0.
 */
int reminder_set(struct db *db, struct arena *a, const struct reminder *r,
    struct inbox_row *event_out, struct error *err);
/* r: user_id, msg_id. */
int reminder_cancel(struct db *db, struct arena *a, const struct reminder *r,
    struct inbox_row *event_out, struct error *err);

/* A position among a user's reminders: the last one of the page before. */
struct reminder_place {
	int64_t remind_ms, msg_id;
};
/* At most limit, the next one first. */
int reminder_list(struct db *db, struct arena *a, int64_t user_id,
    const struct reminder_place *after, int64_t limit, struct reminder **out,
    size_t *n_out, struct error *err);

/* ---- when they are due ---- */

/* At most limit that are due by the database's clock, the oldest first; no lock
 * is taken. */
int reminder_due(struct db *db, struct arena *a, int64_t limit,
    struct reminder **out, size_t *n_out, struct error *err);
/*
 * In the caller's transaction, which holds no later lock: removes one, if it is
 * as it was read, with its event, which says `due`, or `cancelled` if the user
 * may no longer see the message.  1, or 0 if it has changed meanwhile.
 */
int reminder_finish(struct db *db, struct arena *a, const struct reminder *r,
    bool is_seen, struct inbox_row *event_out, struct error *err);

#endif
