/*
 * scheduled: messages that are sent at a time, each once, under the id that it
 * got when it was scheduled.
 *
 * Client ids are unique over scheduled and sent messages.  A row is added and
 * removed under the conv_seq row of its conversation, and changed under the
 * user_seq row of its user, which both of these hold, too.  So whoever appends
 * to the log sees every row of its conversation, and conv.has_scheduled says
 * whether there is one.  im-schedule removes the row in the transaction that
 * writes the message.
 *
 * A message that is refused when its time has come stays, with the reason,
 * until its user changes its time or deletes it.  A cancelled one keeps its
 * client id, and nothing else, for SCHEDULED_KEEP_MS: a late repeat of the
 * request schedules nothing.
 */
#ifndef IM_SCHEDULED_H
#define IM_SCHEDULED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/append.h"
#include "im/user/inbox.h"
#include "io/db.h"

#define SCHEDULED_KEEP_MS (INT64_C(24) * 3600 * 1000)

extern const struct db_stmt *const scheduled_statements[];
/* For those who only list. */
extern const struct db_stmt *const scheduled_list_statements[];
/* Of im-schedule. */
extern const struct db_stmt *const scheduled_due_statements[];

enum scheduled_state {
	SCHEDULED_WAITING = 1,
	SCHEDULED_FAILED,
	SCHEDULED_CANCELLED,
};
#define SCHEDULED_STATES "scheduled|failed|cancelled"

struct scheduled {
	int64_t conv_id, msg_id, user_id;
	struct str client_msg_id; /* p NULL: none */
	struct str fingerprint;
	int64_t send_ms;
	int64_t due_ms;     /* when im-schedule looks at it; 0: it does not */
	int64_t state;      /* enum scheduled_state */
	int64_t reason;     /* of a failed one: the status of the problem */
	struct str content; /* what is to be sent; opaque here */
};

/* Under the lock of the log: those of an erased user in the conversation. */
extern const struct db_stmt *const scheduled_erase_statements[];
int scheduled_erase(struct db *db, int64_t conv_id, int64_t user_id,
    struct error *err);

/* ---- of its user ---- */

/* What became of a request to schedule. */
struct scheduled_added {
	/* As it is now.  msg_id 0: it has been sent, and the entry of the
	 * request for the appender says as what. */
	struct scheduled row;
	bool is_repeat;
	struct inbox_row event; /* user_index 0: none */
};

/*
 * Checks the request as append_check() does, for the time at which it is to be
 * sent, and adds s; state and due_ms are filled.  A repeat changes nothing,
 * and is found before any check.  max: how many the user may have; CONFLICT.
 */
int scheduled_add(struct db *db, struct arena *a, const struct scheduled *s,
    struct append_request *ar, int64_t max, struct scheduled_added *out,
    struct error *err);

/* One that is scheduled or has failed; NOT_FOUND. */
int scheduled_get(struct db *db, struct arena *a, int64_t user_id,
    int64_t msg_id, struct scheduled *out, struct error *err);

/*
 * Sets time and content to those of s (by user_id and msg_id); send_ms 0 and
 * content p NULL leave them.  With a time, a failed one is scheduled again.
 * event_out->user_index is 0 if nothing changed.  NOT_FOUND.
 */
int scheduled_change(struct db *db, struct arena *a, const struct scheduled *s,
    struct scheduled *out, struct inbox_row *event_out, struct error *err);

/* Again, too: event_out->user_index is 0 then.  NOT_FOUND. */
int scheduled_cancel(struct db *db, struct arena *a, int64_t user_id,
    int64_t msg_id, struct inbox_row *event_out, struct error *err);

/* A position among a user's: the last one of the page before. */
struct scheduled_place {
	int64_t send_ms, msg_id;
};
/* At most limit that are scheduled or have failed, the next one first.  conv_id
 * 0: of all conversations. */
int scheduled_list(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, const struct scheduled_place *after, int64_t limit,
    struct scheduled **out, size_t *n_out, struct error *err);

/* ---- when they are due ---- */

/* At most limit whose due_ms has come by the database's clock, the oldest
 * first, as keys, due_ms and state; no lock is taken. */
int scheduled_due(struct db *db, struct arena *a, int64_t limit,
    struct scheduled **out, size_t *n_out, struct error *err);

/*
 * What a worker holds of one that is due, in its transaction: the log of the
 * conversation and the inbox of the user.
 */
struct scheduled_held {
	struct scheduled row;
	struct conv conv;
	struct inbox_seq *inbox; /* NULL: the user was erased */
};

/*
 * In the caller's transaction, which holds no such lock: takes the row s, if it
 * is still due as it was read: 1.  0: it has changed, or others hold the log.
 */
int scheduled_hold(struct db *db, struct arena *a, const struct scheduled *s,
    struct scheduled_held *out, struct error *err);

/*
 * Each in the transaction of scheduled_hold(); event_out->user_index is 0 where
 * there is none.
 */
/* Sends it by ar, which is the request of the row.  1 sent, 0 refused: the
 * reason is in ar->error, and nothing is written. */
int scheduled_send(struct db *db, struct arena *a,
    const struct scheduled_held *h, struct append_request *ar,
    struct inbox_row *event_out, struct error *err);
/* Refused for this reason. */
int scheduled_fail(struct db *db, const struct scheduled_held *h,
    const struct error *why, struct inbox_row *event_out, struct error *err);
/* Cannot be sent yet: it is due again in after_ms. */
int scheduled_postpone(struct db *db, const struct scheduled_held *h,
    int64_t after_ms, struct error *err);
/* Removes it without a word. */
int scheduled_drop(struct db *db, const struct scheduled_held *h,
    struct error *err);

#endif
