/*
 * shown: what an entry shows besides its row: the message that it quotes, the
 * target of a control entry, the originals of a forward, reactions.
 *
 * All of it is read when the entry is read, as it is then, so that nothing of a
 * message is left elsewhere when it is recalled or edited.  A page costs one
 * query for each kind of thing that its entries have, and none for others.
 */
#ifndef VIEW_SHOWN_H
#define VIEW_SHOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/entry.h"
#include "im/conv/reaction.h"
#include "io/db.h"
#include "io/json_writer.h"

struct forward_view; /* view/forward.h */

struct entry_shown {
	/* Of a control entry, with what it shows; NULL: not loaded. */
	const struct entry *target;
	bool in_event; /* the target is shown */
	/* The content of the target of an edit, as JSON; p NULL: none. */
	struct str edited;
	const struct forward_view *forward; /* NULL: none */
	/* In the order of the first of each kind. */
	struct reaction_count *reactions;
	size_t n_reactions;
};

/* For whom, and where. */
struct shown_for {
	int64_t user_id; /* whose reactions are "me"; 0: for many */
	bool in_event;   /* with the targets of control entries */
	/* The user has hidden some messages of these conversations: looks
	 * whether they are among the entries and what these refer to. */
	bool hides;
};

/* Sets e->quote and e->shown of all entries. */
int shown_load(struct db *db, struct arena *a, const struct shown_for *to,
    struct entry *entries, size_t n, struct error *err);

/* The lowest index that the entry refers to; 0: none.  Who may not see it sees
 * less of the entry. */
int64_t shown_lowest(const struct entry *e);

/* ---- for view_entry() ---- */

/* Members of the open object: the body of e. */
void shown_put_body(struct json_writer *w, const struct entry *e,
    int64_t floor);
/* Reactions, if there are any. */
void shown_put_reactions(struct json_writer *w, const struct entry *e);
/* The target, if the reader may see it. */
void shown_put_target(struct json_writer *w, const struct entry *e,
    int64_t floor);

#endif
