/* chat_setting_sql: the statements of im/user/chat_setting. */
#ifndef IM_CHAT_SETTING_SQL_H
#define IM_CHAT_SETTING_SQL_H

#include "im/user/chat_setting.h"

/* A row of chat_setting, as far as chat_setting.h knows it. */
struct chat_setting {
	int64_t user_id, conv_id;
	int64_t notify, muted_until_ms, pinned;
	int64_t hidden_index, hidden_ordinal;
	struct str folder, background, draft, remark;
	int64_t draft_version, marked_unread;
	/* Of the log. */
	int64_t last_index, last_ordinal;
};

/* 1, with the defaults if there is no row; 0: there is no such log. */
int chat_setting_sql_get(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, struct chat_setting *out, struct error *err);
int chat_setting_sql_put(struct db *db, const struct chat_setting *s,
    struct error *err);
int chat_setting_sql_folders(struct db *db, struct arena *a, int64_t user_id,
    struct chat_folder **out, size_t *n_out, struct error *err);
int chat_setting_sql_in(struct db *db, struct arena *a, int64_t user_id,
    struct str folder, int64_t max, struct db_id **out, size_t *n_out,
    struct error *err);
int chat_setting_sql_marked(struct db *db, struct arena *a, int64_t user_id,
    int64_t max, struct db_id **out, size_t *n_out, struct error *err);
int chat_setting_sql_hidden(struct db *db, struct arena *a, int64_t user_id,
    int64_t max, struct db_id **out, size_t *n_out, struct error *err);

#endif
