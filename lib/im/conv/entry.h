/*
 * entry: one row of a conversation's log, and how it is read.
 *
 * Entries are found by place (conv_id, conv_index); bodies lie beside them
 * under the same key.  A message entry changes after it was sent (edited,
 * recalled), so what is read is the row as it stands, always from the
 * database: one query by primary key for a page of any kind.
 *
 * `body` is opaque here: members of the entry's JSON object, without braces.
 * Texts live in the arena that was passed.
 */
#ifndef IM_ENTRY_H
#define IM_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const entry_statements[];

enum entry_kind {
	ENTRY_MESSAGE = 1,
	ENTRY_RECALL,
	ENTRY_EDIT,
	ENTRY_REACTION,
	ENTRY_PIN,
	ENTRY_UNPIN,
	ENTRY_MEMBER,
	ENTRY_SETTINGS,
	ENTRY_KIND_MAX
};

enum message_type {
	MESSAGE_TEXT = 1,
	MESSAGE_IMAGE,
	MESSAGE_AUDIO,
	MESSAGE_VIDEO,
	MESSAGE_FILE,
	MESSAGE_LOCATION,
	MESSAGE_CARD,
	MESSAGE_CUSTOM,
	MESSAGE_TYPE_MAX
};
/* The words of the API, for str_word(). */
#define MESSAGE_TYPES "text|image|audio|video|file|location|card|custom"

#define ENTRY_SILENT    0x01 /* no push */
#define ENTRY_NO_UNREAD 0x02 /* not countable */
#define ENTRY_NO_BUMP   0x04 /* does not move the chat up */
/* Set by the server: */
#define ENTRY_MENTIONS    0x10 /* mentions somebody: look into the body */
#define ENTRY_MENTION_ALL 0x20

/* What a sender may set, in the words of the API. */
struct entry_flag {
	const char *name;
	int64_t bit;
};
extern const struct entry_flag entry_flags[]; /* ended by name NULL */

enum entry_state { ENTRY_AS_SENT, ENTRY_RECALLED, ENTRY_GONE };

struct entry_quote; /* view/quote.h */

struct entry {
	int64_t conv_id, conv_index;
	int64_t msg_id;
	int64_t sender_id;
	struct str client_msg_id; /* p NULL: none */
	int64_t kind, type, flags, state;
	int64_t ordinal, own_ordinal;
	int64_t sent_ms;
	int64_t target_index; /* what it changes; 0: nothing */
	int64_t reply_index;  /* what it answers; 0: nothing */
	int64_t edited_ms, recalled_by;
	int64_t version;
	struct str body;
	/* Filled by the view, NULL: not looked up, or nothing is quoted. */
	const struct entry_quote *quote;
};

/* The word of the API. */
const char *entry_kind_name(int64_t kind);
/* Counts for unread. */
bool entry_is_countable(const struct entry *e);
/* Moves the chat up in the rank. */
bool entry_bumps(const struct entry *e);

struct entry_ref {
	int64_t conv_id, conv_index;
};

/* The entries at n places, in the same order; an entry that does not exist
 * has msg_id 0. */
int entry_load(struct db *db, struct arena *a, const struct entry_ref *refs,
    size_t n, struct entry *out, struct error *err);

/* Entries lo..hi of one conversation, ascending. */
int entry_range(struct db *db, struct arena *a, int64_t conv_id, int64_t lo,
    int64_t hi, struct entry **out, size_t *n_out, struct error *err);

/* By message id: 1 found, 0 none. */
int entry_by_msg(struct db *db, struct arena *a, int64_t msg_id,
    struct entry *out, struct error *err);

#endif
