/* message_edit_sql: the statements of im/conv/message_edit. */
#ifndef IM_MESSAGE_EDIT_SQL_H
#define IM_MESSAGE_EDIT_SQL_H

#include "im/conv/message_edit.h"

/* The entry that has a client_msg_id. */
struct edit_prior {
	int64_t conv_id, sender_id;
	struct str client_msg_id;
	int64_t kind, target_index;
	struct str fingerprint;
};

/* 1 found, 0 none. */
int message_edit_sql_prior(struct db *db, struct arena *a,
    struct edit_prior *io, struct error *err);
int message_edit_sql_keep(struct db *db, const struct entry_version *v,
    struct error *err);
int message_edit_sql_versions(struct db *db, struct arena *a,
    const struct entry *e, int64_t after, int64_t limit,
    struct entry_version **out, size_t *n_out, struct error *err);

#endif
