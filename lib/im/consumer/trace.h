/*
 * trace: what became of an entry of a log, for operators and apps' servers.
 *
 * It is derived from what is there: the log, the cursor of fan-out, inboxes and
 * marks; nothing is stored for it.  So what it says is true now, and the moment
 * at which an inbox was written is not known.  Members are those whose
 * interval has the entry in it, with its sender.
 */
#ifndef IM_TRACE_H
#define IM_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "im/conv/receipt.h"
#include "io/db.h"

#define TRACE_LIMIT_MAX 100
/* So many of a member's newest events are searched for the entry. */
#define TRACE_EVENTS 1000

extern const struct db_stmt *const trace_statements[];

enum trace_state {
	TRACE_DONE = 1,  /* all members have been served */
	TRACE_UNDER_WAY, /* those up to after_user_id */
	TRACE_WAITING,
	TRACE_PARKED,
	TRACE_FORGOTTEN, /* it has no mark of work: im-verify --repair */
};
#define TRACE_STATES "done|under_way|waiting|parked|forgotten"

struct trace_member {
	int64_t user_id;
	int64_t left_index; /* 0: is a member now */
	int64_t read_index, delivered_index, acked_index;
	int64_t last_index;    /* of the inbox */
	int64_t read_receipts; /* 0: does not tell what they have read */
	int64_t user_index;    /* of the entry in their inbox; 0: not found */
	bool is_served;
};

struct trace {
	struct entry e;
	struct conv c;
	int64_t mode; /* enum conv_mode, of this entry */
	enum trace_state state;
	int64_t since_ms, parked_ms; /* of the work that is left; 0: none */
	struct str reason;           /* why it is parked */
	int64_t members, served;     /* in mode pull, whose chats */
	struct receipt_counts receipts;
	struct trace_member *items; /* the first ones, ascending user_id */
	size_t n_items;
};

/* 1 found, 0: no such message.  app_id 0: of any app. */
int trace_message(struct db *db, struct arena *a, int64_t app_id,
    int64_t msg_id, int64_t limit, struct trace *out, struct error *err);

#endif
