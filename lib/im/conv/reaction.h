/*
 * reaction: the reactions to messages, read; message_react.h changes them.
 *
 * A user reacts to a message once with each emoji.  Those that unicode_emoji()
 * makes equal are one kind, which a message has as it was sent first.  A
 * message with reactions has the flag ENTRY_REACTIONS, so that readers of
 * others ask for none.
 */
#ifndef IM_REACTION_H
#define IM_REACTION_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/entry.h"
#include "io/db.h"

extern const struct db_stmt *const reaction_statements[];

#define REACTION_KINDS_MAX 20 /* of a message */
#define REACTION_EMOJI_MAX 32 /* bytes */

struct reaction {
	int64_t conv_id, conv_index;
	struct str emoji;
	int64_t user_id, at_ms;
};

/* The kinds of a message, at most REACTION_KINDS_MAX, in no order. */
struct reaction_kind {
	struct str emoji;
};
int reaction_kinds(struct db *db, struct arena *a, const struct entry *e,
    struct reaction_kind **out, size_t *n_out, struct error *err);
/* The emoji as it is among n kinds; STR_NONE: it is not. */
struct str reaction_kind_find(struct arena *a,
    const struct reaction_kind *kinds, size_t n, struct str emoji);

/* At most limit reactions to a message, above those of `after` by (emoji,
 * user_id); only_emoji: p NULL: all. */
int message_reactions(struct db *db, struct arena *a, const struct entry *e,
    struct str only_emoji, const struct reaction *after, int64_t limit,
    struct reaction **out, size_t *n_out, struct error *err);

/* All reactions to a message with one emoji. */
struct reaction_count {
	int64_t conv_id, conv_index;
	struct str emoji;
	int64_t count, mine; /* mine: of the user among them */
	int64_t first_ms;
};

/* Of n messages, ascending by message and first_ms. */
int reaction_counts(struct db *db, struct arena *a, int64_t user_id,
    const struct entry_ref *refs, size_t n, struct reaction_count **out,
    size_t *n_out, struct error *err);

/* Who of n users, ascending, reacted to the messages, in no order. */
int reaction_users(struct db *db, struct arena *a, const struct entry_ref *ref,
    const int64_t *users, size_t n, struct reaction **out, size_t *n_out,
    struct error *err);

#endif
