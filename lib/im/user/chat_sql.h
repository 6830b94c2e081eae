/* chat_sql: the statements of im/user/chat. */
#ifndef IM_CHAT_SQL_H
#define IM_CHAT_SQL_H

#include "im/user/chat.h"

/* Those in mode push; are there others? */
int chat_sql_rank(struct db *db, struct arena *a, const struct chat_query *q,
    struct chat **out, size_t *n_out, bool *has_pull_out, struct error *err);
/* All listed chats in mode pull, whatever q->after and unread_only say. */
int chat_sql_rank_pull(struct db *db, struct arena *a,
    const struct chat_query *q, struct chat **out, size_t *n_out,
    struct error *err);
/* Ascending conv_id; the figures of those in mode pull are not of now. */
int chat_sql_load(struct db *db, struct arena *a, int64_t user_id,
    struct str conv_ids, struct chat **out, size_t *n_out, struct error *err);
/* With the figures of now, in any order. */
int chat_sql_load_pull(struct db *db, struct arena *a, int64_t user_id,
    struct str conv_ids, struct chat **out, size_t *n_out, struct error *err);

int chat_sql_insert(struct db *db, int64_t user_id, int64_t conv_id,
    int64_t last_ms, struct error *err);
int chat_sql_copy_setting(struct db *db, int64_t user_id, int64_t conv_id,
    struct error *err);
/* 1 there, 0 not. */
int chat_sql_has(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, struct error *err);

#endif
