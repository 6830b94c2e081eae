/*
 * report: messages that users have reported to the moderators of their app.
 *
 * One report per user and message; a repeat is the first one.  The snapshot is
 * the message as the reporter saw it.  It stays when the message is edited,
 * recalled or expires: it is what the report is about.
 */
#ifndef IM_REPORT_H
#define IM_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const report_statements[];

enum report_reason {
	REPORT_SPAM = 1,
	REPORT_ABUSE,
	REPORT_ILLEGAL,
	REPORT_OTHER,
};
/* The words of the API, for str_word(). */
#define REPORT_REASONS "spam|abuse|illegal|other"

struct report {
	int64_t app_id, report_id;
	int64_t user_id; /* who reports */
	int64_t msg_id, conv_id, conv_index, sender_id;
	int64_t reason;
	struct str comment;  /* p NULL: none */
	struct str snapshot; /* JSON */
	int64_t created_ms;
};

/* Stores r, with a new report_id and the time; if the user has reported the
 * message already, sets the report_id of that. */
int report_add(struct db *db, struct arena *a, struct report *r,
    struct error *err);

/* Of an app, newest first, at most limit below before_id. */
int report_list(struct db *db, struct arena *a, int64_t app_id,
    int64_t before_id, int64_t limit, struct report **out, size_t *n_out,
    struct error *err);

#endif
