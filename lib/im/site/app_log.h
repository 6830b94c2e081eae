/*
 * app_log: durable events of an app that are not in a conversation's log.
 *
 * An event is written in the transaction of its effect, so it exists exactly
 * when the effect does.  seq is a new id: ascending in time and unique without
 * a row that all writers of an app would have to lock.  Transactions commit in
 * any order, so a reader that follows seq must stay behind the present by more
 * than the longest transaction takes (APP_LOG_SETTLE_MS), or it would miss
 * events that are not committed yet.
 */
#ifndef IM_APP_LOG_H
#define IM_APP_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "io/db.h"

#define APP_LOG_SETTLE_MS 15000 /* idle_transaction_timeout and a margin */

enum app_event_kind {
	APP_USER_CREATED = 1,
	APP_USER_CHANGED,
	APP_USER_DISABLED,
	APP_USER_ENABLED,
	APP_SESSION_STARTED, /* ref_id: the session */
	APP_SESSION_ENDED,   /* ref_id: the session, arg: enum session_end */
	APP_USER_BLOCKED,    /* ref_id: whom, arg: 1 blocked, 0 no longer */
	APP_USER_ERASED,
};

struct app_event {
	int64_t app_id;
	int64_t seq; /* filled by app_log_add() */
	int64_t kind;
	int64_t user_id;
	int64_t ref_id, arg;
};

extern const struct db_stmt *const app_log_statements[];

/* In the transaction of the effect. */
int app_log_add(struct db *db, struct app_event *rows, size_t n,
    struct error *err);

#endif
