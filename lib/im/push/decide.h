/*
 * decide: whether a device is pushed to.
 *
 * A pure function over facts, which are read as late as possible: just before
 * the request is made.  push_reason.def has the questions in their order; the
 * first "no" decides, and names itself in the ledger and in metrics.
 *
 * A mention is told in a chat whose level is `mentions`, and in a muted one; a
 * chat whose level is `none` tells nothing.  Do-not-disturb hours hold for
 * mentions, too.
 */
#ifndef IM_DECIDE_H
#define IM_DECIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "im/user/user_setting.h"

enum push_reason {
	PUSH_GO, /* it is pushed */
#define R(symbol, name, of, outcome, text) PUSH_NO_##symbol,
#include "im/push/push_reason.def"
#undef R
	PUSH_REASON_END
};

enum push_decision { PUSH_SEND, PUSH_SKIP, PUSH_WAIT, PUSH_DEAD };

enum push_what {
	PUSH_OF_MESSAGE = 1,
	PUSH_OF_REMINDER = 2,
	PUSH_OF_TEST = 4,
};

struct push_facts {
	enum push_what what;
	int64_t now_ms, expiry_ms; /* expiry_ms: how long it is news */
	/* The entry. */
	int64_t kind, type, flags;
	int64_t conv_index, sent_ms, sender_id;
	bool is_gone; /* recalled, expired, or hidden by the user */
	/* The user, and the membership. */
	int64_t user_id;
	bool is_disabled;
	bool is_member;
	int64_t joined_index;
	bool is_blocked; /* the sender, by the user */
	/* The device, and the credential that it is pushed with. */
	bool is_registered, is_dead;
	bool has_credential, is_enabled, is_failing;
	int64_t quiet_types; /* bit 0: the first of MESSAGE_TYPES */
	/* The user's settings. */
	int64_t notify; /* enum chat_notify */
	int64_t muted_until_ms;
	bool mentions; /* the entry mentions the user */
	struct dnd dnd;
	/* How far they are. */
	int64_t read_index, delivered_index;
	bool is_foreground; /* some device is connected in the foreground */
};

enum push_reason push_decide(const struct push_facts *f);
/* "muted"; of PUSH_GO "". */
const char *push_reason_name(enum push_reason r);
const char *push_reason_text(enum push_reason r);
enum push_decision push_reason_outcome(enum push_reason r);

/* Whether a moment is within these hours. */
bool push_is_dnd(const struct dnd *d, int64_t now_ms);

#endif
