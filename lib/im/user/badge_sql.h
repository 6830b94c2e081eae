/* badge_sql: the statements of im/user/badge. */
#ifndef IM_BADGE_SQL_H
#define IM_BADGE_SQL_H

#include "im/user/badge.h"

struct badge {
	int64_t user_id;
	int64_t upto_index, total;
	int64_t floor_index, last_index; /* of the inbox */
	int64_t again_ms;                /* of badge_chat, the first; 0: none */
	int64_t has_pull;
};

/* 1; 0: no such inbox. */
int badge_sql_get(struct db *db, struct arena *a, int64_t user_id,
    struct badge *out, struct error *err);
/* Makes the row if there is none, and locks it. */
int badge_sql_lock(struct db *db, struct arena *a, int64_t user_id,
    struct error *err);
int badge_sql_put(struct db *db, const struct badge *b, struct error *err);

/* Which chats, in any order, some twice: those of up to `limit` events above
 * `after`, 0 for events of none; whose time has come; in mode pull; all that
 * may have something unread; all of badge_chat. */
int badge_sql_tail(struct db *db, struct arena *a, int64_t user_id,
    int64_t after, int64_t limit, struct db_id **out, size_t *n_out,
    struct error *err);
int badge_sql_lapsed(struct db *db, struct arena *a, int64_t user_id,
    int64_t now_ms, struct db_id **out, size_t *n_out, struct error *err);
int badge_sql_pull(struct db *db, struct arena *a, int64_t user_id,
    struct db_id **out, size_t *n_out, struct error *err);
int badge_sql_plain(struct db *db, struct arena *a, int64_t user_id,
    struct db_id **out, size_t *n_out, struct error *err);
int badge_sql_known(struct db *db, struct arena *a, int64_t user_id,
    int64_t limit, struct db_id **out, size_t *n_out, struct error *err);

struct badge_chat {
	int64_t user_id, conv_id;
	int64_t unread, counted, again_ms;
};
/* The rows of these chats, in any order. */
int badge_sql_chats(struct db *db, struct arena *a, int64_t user_id,
    struct str conv_ids, struct badge_chat **out, size_t *n_out,
    struct error *err);
int badge_sql_put_chats(struct db *db, const struct badge_chat *rows, size_t n,
    struct error *err);
/* With nothing unread there is no row. */
int badge_sql_drop_chats(struct db *db, const struct badge_chat *rows, size_t n,
    struct error *err);

/* spans: "[[conv_id,read_index,last_index],...]".  again_ms of the rows: when
 * the next of these messages expires. */
int badge_sql_expiring(struct db *db, struct arena *a, int64_t now_ms,
    struct str spans, struct badge_chat **out, size_t *n_out,
    struct error *err);

#endif
