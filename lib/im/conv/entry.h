/*
 * entry: a row of a conversation's log, and reading it.
 *
 * Entries are keyed by (conv_id, conv_index); bodies are in another table under
 * the same key.  Entries are always read from the database, not cached, because
 * a message may change after it was sent (edited, recalled): one query by
 * primary key for any page.  Those that have moved to the archive (archive.h)
 * are found there by the functions below, with further queries; what is not in
 * the archive costs none.
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
	MESSAGE_FORWARD, /* several messages, copied by the server */
	MESSAGE_TYPE_MAX
};
/* The words of the API, for str_word(). */
#define MESSAGE_TYPES "text|image|audio|video|file|location|card|custom|forward"

#define ENTRY_SILENT    0x01 /* no push */
#define ENTRY_NO_UNREAD 0x02 /* not countable */
#define ENTRY_NO_BUMP   0x04 /* does not move the chat up */
/* Set by the server: */
#define ENTRY_MENTIONS    0x10 /* has mentions, which are in the body */
#define ENTRY_MENTION_ALL 0x20
#define ENTRY_REACTIONS   0x40 /* has reactions */
#define ENTRY_FORWARDS    0x80 /* its body names the messages it forwards */

/* The flags that a sender may set, in the words of the API. */
struct entry_flag {
	const char *name;
	int64_t bit;
};
extern const struct entry_flag entry_flags[]; /* terminated by name NULL */

enum entry_state { ENTRY_AS_SENT, ENTRY_RECALLED, ENTRY_GONE };

struct entry_quote; /* view/quote.h */
struct entry_shown; /* view/shown.h */

struct entry {
	int64_t conv_id, conv_index;
	int64_t msg_id;
	int64_t sender_id;
	struct str client_msg_id; /* p NULL: none */
	int64_t kind, type, flags, state;
	int64_t ordinal, own_ordinal;
	int64_t sent_ms;
	int64_t target_index; /* of the entry that it changes; 0: none */
	int64_t reply_index;  /* of the message it replies to; 0: none */
	int64_t edited_ms, recalled_by;
	int64_t expires_ms; /* from then on nobody sees it; 0: never */
	int64_t burn_s;     /* see burn.h; 0: never */
	int64_t version;
	struct str body;
	/* For the reader that it was loaded for: see sight.h. */
	bool is_hidden;
	/* Filled by lib/view; NULL: not loaded, or there is nothing. */
	const struct entry_quote *quote;
	const struct entry_shown *shown;
};

/* Its integers, in the order of the forms in which entries are stored: pages in
 * a cache (page.c), segments of the archive (segment.h). */
#define ENTRY_INTS 18
int64_t *entry_int(struct entry *e, size_t i);

/* The word of the API. */
const char *entry_kind_name(int64_t kind);
/* By the time of the site. */
bool entry_is_expired(const struct entry *e);
/* Whether it counts as unread. */
bool entry_is_countable(const struct entry *e);
/* Whether it moves the chat up in the rank. */
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

/*
 * Where the messages with these ids are, in no order; unknown ones are left
 * out.  One query for each ENTRY_IDS_MAX ids.
 */
#define ENTRY_IDS_MAX 25
struct entry_place {
	int64_t msg_id, conv_id, conv_index;
	int64_t kind, state; /* ENTRY_GONE: or expired */
	int64_t expires_ms;
};
int entry_places(struct db *db, struct arena *a, const int64_t *ids, size_t n,
    struct entry_place **out, size_t *n_out, struct error *err);

/* What a forward shows of a message of any conversation. */
struct entry_origin {
	int64_t msg_id, sender_id, sent_ms;
	int64_t state; /* ENTRY_GONE: or expired */
	int64_t expires_ms;
};
/* Of the messages with these ids, in no order; unknown ones are left out. */
int entry_origins(struct db *db, struct arena *a, const int64_t *ids, size_t n,
    struct entry_origin **out, size_t *n_out, struct error *err);

/*
 * Of n conversations, the newest entry within ENTRY_BACK_MAX below each index
 * that is no control entry about a message; those without are left out.
 */
#define ENTRY_BACK_MAX 200
int entry_newest_shown(struct db *db, struct arena *a,
    const struct entry_ref *refs, size_t n, struct entry_ref **out,
    size_t *n_out, struct error *err);
/* The same without messages that the user has deleted for themselves, and those
 * that have expired. */
int entry_newest_seen(struct db *db, struct arena *a, int64_t user_id,
    const struct entry_ref *refs, size_t n, struct entry_ref **out,
    size_t *n_out, struct error *err);
/* A control entry about a message: it changes how that one is shown. */
bool entry_is_act(const struct entry *e);

/* By message id: 1 found, 0 none. */
int entry_by_msg(struct db *db, struct arena *a, int64_t msg_id,
    struct entry *out, struct error *err);

#endif
