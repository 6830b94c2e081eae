/* fanout_sql: the statements of im/fanout. */
#ifndef IM_FANOUT_SQL_H
#define IM_FANOUT_SQL_H

#include "im/consumer/fanout.h"

struct fanout_dirty {
	int64_t part, conv_id, head, since_ms;
};

/* chat as fan-out brings it forward. */
struct fanout_chat {
	int64_t user_id, conv_id;
	int64_t listed;
	int64_t first_ms; /* rank of a row that is new */
	int64_t bump_ms;  /* rank of one that is there; 0: stays */
	int64_t last_index, last_message_index, last_ordinal;
	int64_t own_ordinal; /* 0: nothing of their own is among it */
	/* Where an interval begins that is among it; base_index 0: none. */
	int64_t base_index, base_ordinal;
	int64_t base_own; /* -1: as many as the row says */
};

struct fanout_mention {
	int64_t user_id, conv_id, conv_index;
};

int fanout_sql_ready(struct db *db, uint64_t *parts_out, struct error *err);
/* In ascending conv_id, behind after. */
int fanout_sql_dirty(struct db *db, struct arena *a, int64_t part,
    int64_t after, int64_t limit, struct fanout_dirty **out, size_t *n_out,
    struct error *err);
/* Cursor and facts; conversations that are not there are left out. */
int fanout_sql_facts(struct db *db, struct arena *a, struct str conv_ids,
    struct fanout_conv **out, size_t *n_out, struct error *err);
/* The intervals that meet [conv_id, lo, to] of a list of triples. */
int fanout_sql_members(struct db *db, struct arena *a, struct str triples,
    struct fanout_member **out, size_t *n_out, struct error *err);
/* The same of one conversation behind a user; at most limit of present and
 * limit of past ones, each in ascending user_id.  role 0: a past one. */
int fanout_sql_chunk(struct db *db, struct arena *a,
    const struct fanout_conv *c, int64_t limit, struct fanout_member **out,
    size_t *n_out, struct error *err);

int fanout_sql_make_cursors(struct db *db, const struct fanout_conv *convs,
    size_t n, struct error *err);
int fanout_sql_move_cursors(struct db *db, const struct fanout_conv *convs,
    size_t n, int64_t *matched_out, struct error *err);
int fanout_sql_chats(struct db *db, const struct fanout_chat *rows, size_t n,
    struct error *err);
int fanout_sql_mentions(struct db *db, const struct fanout_mention *rows,
    size_t n, struct error *err);
/* Rows whose head has been reached go; others say since when the first
 * entry behind head is due. */
int fanout_sql_clean(struct db *db, const struct fanout_dirty *rows, size_t n,
    struct error *err);

#endif
