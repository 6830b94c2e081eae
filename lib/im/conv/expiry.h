/*
 * expiry: messages that expire, at a time that is in their row.
 *
 * Whoever reads an entry compares that time with the site's clock (sight.h),
 * and the formula of unread messages with the database's (away.h), so an
 * expired message is gone at once.  Later im-expire removes what is left of it:
 * the entry stays in the log as ENTRY_GONE, which readers cannot tell from an
 * expired one, so neither an entry of the log nor a cached block has to say so.
 */
#ifndef IM_EXPIRY_H
#define IM_EXPIRY_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/conv.h"
#include "im/conv/conv_log.h"
#include "im/conv/entry.h"
#include "im/user/inbox.h"
#include "io/db.h"

extern const struct db_stmt *const expiry_statements[];
extern const struct db_stmt *const expiry_remove_statements[];

/* The bounds of every lifetime. */
#define EXPIRY_S_MIN 1
#define EXPIRY_S_MAX (366 * 86400)

/* Sets when a numbered message expires: after the shorter of its own time and
 * that of the conversation.  lasts_s 0: it has none. */
void expiry_set(struct entry *e, const struct conv *c, int64_t lasts_s);

/* Notes those of new entries that expire, in the transaction of the send. */
int expiry_note(struct db *db, struct arena *a, const struct log_row *rows,
    size_t n, struct error *err);

/* ---- what is left of them ---- */

struct expired {
	int64_t conv_id, conv_index, expires_ms;
};

/* The first ones that have expired. */
int expiry_due(struct db *db, struct arena *a, int64_t limit,
    struct expired **out, size_t *n_out, struct error *err);

struct expiry_removed {
	size_t n; /* those that were still there */
	/* Both users of a direct chat are told of messages that got their time
	 * when they were read (burn.h). */
	struct inbox_row *events;
	size_t n_events;
};

/* In a transaction: removes those of one conversation. */
int expiry_remove(struct db *db, struct arena *a, const struct expired *list,
    size_t n, struct expiry_removed *out, struct error *err);

#endif
