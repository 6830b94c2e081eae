/* append_sql: the statements of im/append. */
#ifndef IM_APPEND_SQL_H
#define IM_APPEND_SQL_H

#include "im/conv/append.h"

/* An earlier send, found by its client id or (after a lost COMMIT) by its
 * message id. */
struct append_prior {
	int64_t conv_id, sender_id, msg_id;
	struct str client_msg_id;
	struct str fingerprint;
	int64_t conv_index, ordinal, sent_ms;
};

/* keys: JSON [[conv_id, sender_id, "client_msg_id"], ...]. */
int append_sql_priors(struct db *db, struct arena *a, struct str keys,
    struct append_prior **out, size_t *n_out, struct error *err);
/* ids: db_list() of msg_ids. */
int append_sql_written(struct db *db, struct arena *a, struct str ids,
    struct append_prior **out, size_t *n_out, struct error *err);

struct append_own {
	int64_t conv_id, user_id, count;
};

int append_sql_own(struct db *db, const struct append_own *rows, size_t n,
    struct error *err);

#endif
