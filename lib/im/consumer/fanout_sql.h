/* fanout_sql: the statements of im/consumer/fanout. */
#ifndef IM_FANOUT_SQL_H
#define IM_FANOUT_SQL_H

#include "im/consumer/fanout.h"

struct fanout_dirty {
	int64_t part, conv_id, head, since_ms;
};

/* The change of a chat row. */
struct fanout_chat {
	int64_t user_id, conv_id;
	int64_t listed;
	int64_t first_ms; /* rank of a new row */
	int64_t bump_ms;  /* rank of an existing row; 0: unchanged */
	int64_t last_index, last_message_index, last_ordinal;
	int64_t own_ordinal; /* 0: no own message among the entries */
	/* Where an interval begins among them; base_index 0: none. */
	int64_t base_index, base_ordinal;
	int64_t base_own; /* -1: as in the row */
};

struct fanout_mention {
	int64_t user_id, conv_id, conv_index;
};

int fanout_sql_ready(struct db *db, uint64_t *parts_out, struct error *err);
/* In ascending conv_id, above after. */
int fanout_sql_dirty(struct db *db, struct arena *a, int64_t part,
    int64_t after, int64_t limit, struct fanout_dirty **out, size_t *n_out,
    struct error *err);
/* Cursor and facts; missing conversations are left out. */
int fanout_sql_facts(struct db *db, struct arena *a, struct str conv_ids,
    struct fanout_conv **out, size_t *n_out, struct error *err);
/* The intervals that overlap [conv_id, lo, to] of a list of triples. */
int fanout_sql_members(struct db *db, struct arena *a, struct str triples,
    struct fanout_member **out, size_t *n_out, struct error *err);
/* The same for one conversation, above a user; at most limit present and limit
 * past ones, each in ascending user_id.  role 0: a past one. */
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
/* Deletes rows whose head has been reached; in others sets since when the first
 * entry after head is due. */
int fanout_sql_clean(struct db *db, const struct fanout_dirty *rows, size_t n,
    struct error *err);

#endif
