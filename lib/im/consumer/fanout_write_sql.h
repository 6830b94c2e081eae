/* fanout_write_sql: the statements of the transaction of fan-out. */
#ifndef IM_FANOUT_WRITE_SQL_H
#define IM_FANOUT_WRITE_SQL_H

#include "im/consumer/fanout_sql.h"

/* The change of a chat row. */
struct fanout_chat {
	int64_t user_id, conv_id;
	int64_t mode, listed;
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

int fanout_sql_make_cursors(struct db *db, const struct fanout_conv *convs,
    size_t n, struct error *err);
int fanout_sql_move_cursors(struct db *db, const struct fanout_conv *convs,
    size_t n, struct error *err);
int fanout_sql_chats(struct db *db, const struct fanout_chat *rows, size_t n,
    struct error *err);
/* Sets the figures that fan-out did not update in mode pull, at the last_index
 * of each row. */
int fanout_sql_settle(struct db *db, const struct fanout_chat *rows, size_t n,
    struct error *err);
int fanout_sql_mentions(struct db *db, const struct fanout_mention *rows,
    size_t n, struct error *err);
/* Deletes rows whose head has been reached, if no mode has turned since; in
 * others sets since when the first entry after head is due. */
int fanout_sql_clean(struct db *db, const struct fanout_dirty *rows, size_t n,
    struct error *err);

#endif
