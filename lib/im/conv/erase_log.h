/*
 * erase_log: takes an erased user out of a conversation.
 *
 * Their messages are recalled, by them and whenever they were sent, each with
 * its entry in the log, so all that follows the log (inboxes, devices, the
 * search index, cached blocks) drops them as after any recall.  Under the lock
 * that finds no message left they leave a group, as anybody leaves; a direct
 * chat takes no further message of either.  So a send that was under way is
 * before it, and recalled too.
 */
#ifndef IM_ERASE_LOG_H
#define IM_ERASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "im/conv/conv.h"
#include "im/conv/group.h"

#define ERASE_LOG_BATCH 50 /* messages in a transaction */

extern const struct db_stmt *const erase_log_statements[];

struct erase_log {
	int64_t app_id, user_id, conv_id;
	int64_t after_index; /* in and out: what is done */
	group_body_fn body;  /* of the entry that records the leaving */
	/* Out. */
	bool done;     /* nothing is left in this conversation */
	bool changed;  /* conv: as it is now */
	size_t n;      /* messages */
	int64_t *gone; /* their indexes */
	struct conv conv;
};

/* Before the transaction, as a new id may need a query: takes them. */
int erase_log_ids(struct db *db, int64_t ids[ERASE_LOG_BATCH],
    struct error *err);
/* In a transaction: a batch.  A conversation with its home elsewhere is left to
 * that region. */
int erase_log(struct db *db, struct arena *a, struct erase_log *e,
    const int64_t ids[ERASE_LOG_BATCH], struct error *err);

#endif
