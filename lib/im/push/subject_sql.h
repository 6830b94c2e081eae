/* subject_sql: the statements of im/push/subject. */
#ifndef IM_SUBJECT_SQL_H
#define IM_SUBJECT_SQL_H

#include "im/push/subject.h"

/* Of a message for a user. */
struct subject_key {
	int64_t user_id, conv_id, conv_index, sender_id;
};

struct subject_row {
	int64_t user_id, conv_id, conv_index;
	int64_t conv_kind;
	struct str conv_name;
	int64_t is_member, joined_index;
	int64_t notify, muted_until_ms, cleared_index;
	int64_t push_preview;
	struct dnd dnd;
	int64_t read_index, delivered_index;
	int64_t stream_id, user_index;
	int64_t is_blocked, is_hidden;
};

/* In no order. */
int subject_sql_rows(struct db *db, struct arena *a,
    const struct subject_key *keys, size_t n, struct subject_row **out,
    size_t *n_out, struct error *err);

#endif
