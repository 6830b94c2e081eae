/* chat_sql: the statements of im/chat. */
#ifndef IM_CHAT_SQL_H
#define IM_CHAT_SQL_H

#include "im/user/chat.h"

int chat_sql_rank(struct db *db, struct arena *a, const struct chat_query *q,
    struct chat **out, size_t *n_out, struct error *err);
int chat_sql_load(struct db *db, struct arena *a, int64_t user_id,
    struct str conv_ids, struct chat **out, size_t *n_out, struct error *err);

#endif
