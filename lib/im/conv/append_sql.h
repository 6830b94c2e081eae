/* append_sql: the statements of im/conv/append. */
#ifndef IM_APPEND_SQL_H
#define IM_APPEND_SQL_H

#include "im/conv/append.h"

/* An earlier send, found by its client id or (after a lost COMMIT) by its
 * message id. */
struct append_prior {
	int64_t conv_id, sender_id, msg_id;
	struct str client_msg_id;
	struct str fingerprint;
	int64_t conv_index, ordinal, sent_ms; /* 0: it is scheduled */
};

/* keys: JSON [[conv_id, sender_id, "client_msg_id"], ...]. */
int append_sql_priors(struct db *db, struct arena *a, struct str keys,
    struct append_prior **out, size_t *n_out, struct error *err);
/* The same among scheduled messages. */
int append_sql_scheduled(struct db *db, struct arena *a, struct str keys,
    struct append_prior **out, size_t *n_out, struct error *err);
/* ids: db_list() of msg_ids. */
int append_sql_written(struct db *db, struct arena *a, struct str ids,
    struct append_prior **out, size_t *n_out, struct error *err);

/* pairs: db_pairs() of (conv_id, sender_id).  Own countable messages in the
 * log, in that order. */
struct append_ordinal {
	int64_t conv_id, sender_id, own_ordinal;
};
int append_sql_own(struct db *db, struct arena *a, struct str pairs,
    struct append_ordinal **out, size_t *n_out, struct error *err);

/* When a user sent their last message to a log; 0: never. */
int append_sql_last_sent(struct db *db, struct arena *a, int64_t conv_id,
    int64_t sender_id, int64_t *ms_out, struct error *err);

#endif
