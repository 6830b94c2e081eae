/* mark_sql: the statements of im/mark. */
#ifndef IM_MARK_SQL_H
#define IM_MARK_SQL_H

#include "im/user/mark.h"

/* What a mark is compared with, in one consistent read. */
struct mark_base {
	int64_t last_index; /* of the log */
	int64_t ordinal;    /* of the requested entry */
	/* 0: it is no row, and neither are the counts of it known; nor is index
	 * 0 one. */
	int64_t has_entry;
	int64_t own; /* own messages up to it */
	/* The present marks, at least where the member joined. */
	int64_t read_index, delivered_index;
	/* Messages up to it wait to be read. */
	int64_t is_awaited;
	int64_t is_marked; /* the chat, as unread */
};

struct mark_behind {
	int64_t conv_id;
	int64_t last_index; /* of the chat */
	int64_t delivered_index;
};

/* conv_index is limited to the head of the log.  1 found, 0 none. */
int mark_sql_base(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, int64_t conv_index, struct mark_base *out,
    struct error *err);
/* Takes the mark of an unread chat away. */
int mark_sql_unmark(struct db *db, int64_t conv_id, int64_t user_id,
    struct error *err);
/* Moves marks forward, never back. */
int mark_sql_put(struct db *db, const struct mark *rows, size_t n,
    struct error *err);
/* The entries in inbox (after, upto] that are above their marks. */
int mark_sql_received(struct db *db, struct arena *a, int64_t user_id,
    int64_t after, int64_t upto, struct mark **out, size_t *n_out,
    struct error *err);
struct mark_place {
	int64_t user_id, user_index;
};
/* Those at these places of inboxes. */
int mark_sql_received_at(struct db *db, struct arena *a,
    const struct mark_place *places, size_t n, struct mark **out, size_t *n_out,
    struct error *err);
/* The chats whose position is above the mark, ascending. */
int mark_sql_behind(struct db *db, struct arena *a, int64_t user_id,
    struct mark_behind **out, size_t *n_out, struct error *err);

#endif
