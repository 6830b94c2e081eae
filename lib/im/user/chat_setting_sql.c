#include "im/user/chat_setting_sql.h"

#include "im/user/unread.h"

static const struct db_field place_in[] = {
	DB_I64(struct chat_setting, user_id),
	DB_I64(struct chat_setting, conv_id),
	DB_END,
};

static const struct db_field get_out[] = {
	DB_I64(struct chat_setting, user_id),
	DB_I64(struct chat_setting, conv_id),
	DB_I64(struct chat_setting, notify),
	DB_I64(struct chat_setting, muted_until_ms),
	DB_I64(struct chat_setting, pinned),
	DB_I64(struct chat_setting, hidden_index),
	DB_I64(struct chat_setting, hidden_ordinal),
	DB_STR(struct chat_setting, folder),
	DB_STR(struct chat_setting, background),
	DB_STR(struct chat_setting, draft),
	DB_I64(struct chat_setting, draft_version),
	DB_I64(struct chat_setting, marked_unread),
	DB_STR(struct chat_setting, remark),
	DB_I64(struct chat_setting, last_index),
	DB_I64(struct chat_setting, last_ordinal),
	DB_END,
};

static const struct db_stmt get = {
	.name = "chat_setting.get",
	.sql = "SELECT COALESCE(s.user_id, 0), q.conv_id, "
	       "COALESCE(s.notify, 0), COALESCE(s.muted_until_ms, 0), "
	       "COALESCE(s.pinned, 0), COALESCE(s.hidden_index, -1), "
	       "COALESCE(s.hidden_ordinal, 0), s.folder, s.background, "
	       "s.draft, COALESCE(s.draft_version, 0), "
	       "COALESCE(s.marked_unread, 0), s.remark, q.last_index, "
	       "q.last_ordinal FROM conv_seq q "
	       "LEFT JOIN chat_setting s ON s.user_id = ? "
	       "AND s.conv_id = q.conv_id WHERE q.conv_id = ?",
	.in = place_in,
	.in_size = sizeof(struct chat_setting),
	.out = get_out,
	.out_size = sizeof(struct chat_setting),
};

int chat_setting_sql_get(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, struct chat_setting *out, struct error *err)
{
	struct chat_setting in = { .user_id = user_id, .conv_id = conv_id };
	int found = db_row(db, &get, &in, a, out, err);

	out->user_id = user_id;
	return found;
}

static const struct db_field put_in[] = {
	DB_I64(struct chat_setting, user_id),
	DB_I64(struct chat_setting, conv_id),
	DB_I64(struct chat_setting, notify),
	DB_I64(struct chat_setting, muted_until_ms),
	DB_I64(struct chat_setting, pinned),
	DB_I64(struct chat_setting, hidden_index),
	DB_I64(struct chat_setting, hidden_ordinal),
	DB_STR(struct chat_setting, folder),
	DB_STR(struct chat_setting, background),
	DB_STR(struct chat_setting, draft),
	DB_I64(struct chat_setting, draft_version),
	DB_I64(struct chat_setting, marked_unread),
	DB_STR(struct chat_setting, remark),
	DB_END,
};

static const struct db_stmt put = {
	.name = "chat_setting.put",
	.sql = "INSERT INTO chat_setting (user_id, conv_id, notify, "
	       "muted_until_ms, pinned, hidden_index, hidden_ordinal, folder, "
	       "background, draft, draft_version, marked_unread, remark) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
	       "ON DUPLICATE KEY UPDATE notify = VALUES(notify), "
	       "muted_until_ms = VALUES(muted_until_ms), "
	       "pinned = VALUES(pinned), "
	       "hidden_index = VALUES(hidden_index), "
	       "hidden_ordinal = VALUES(hidden_ordinal), "
	       "folder = VALUES(folder), background = VALUES(background), "
	       "draft = VALUES(draft), draft_version = VALUES(draft_version), "
	       "marked_unread = VALUES(marked_unread), "
	       "remark = VALUES(remark)",
	.in = put_in,
	.in_size = sizeof(struct chat_setting),
};

int chat_setting_sql_put(struct db *db, const struct chat_setting *s,
    struct error *err)
{
	return db_exec(db, &put, s, NULL, err);
}

/* ---- folders ---- */

static const struct db_field folder_out[] = {
	DB_STR(struct chat_folder, name),
	DB_I64(struct chat_folder, chats),
	DB_I64(struct chat_folder, unread),
	DB_END,
};

/* Chats in mode pull are not in badge_chat. */
static const struct db_stmt folders = {
	.name = "chat_setting.folders",
	.sql = "SELECT s.folder, CAST(COALESCE(SUM(c.mode = 2 OR " CHAT_IS_SHOWN
	       "), 0) AS SIGNED), "
	       "CAST(COALESCE(SUM(IF(c.mode = 2, 0, b.counted)), 0) "
	       "AS SIGNED) "
	       "FROM chat_setting s FORCE INDEX (chat_setting_folder) "
	       "STRAIGHT_JOIN chat c ON c.user_id = s.user_id "
	       "AND c.conv_id = s.conv_id AND c.listed = 1 "
	       "LEFT JOIN badge_chat b ON b.user_id = s.user_id "
	       "AND b.conv_id = s.conv_id "
	       "WHERE s.user_id = ? AND s.folder > '' "
	       "GROUP BY s.folder ORDER BY s.folder LIMIT 1000",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = folder_out,
	.out_size = sizeof(struct chat_folder),
};
_Static_assert(CHAT_FOLDERS_MAX == 1000, "the limit in chat_setting.folders");

int chat_setting_sql_folders(struct db *db, struct arena *a, int64_t user_id,
    struct chat_folder **out, size_t *n_out, struct error *err)
{
	struct db_id in = { user_id };

	return db_rows(db, &folders, &in, a, out, n_out, err);
}

struct listing {
	int64_t user_id;
	struct str folder;
	int64_t max;
};

static const struct db_field listing_in[] = {
	DB_I64(struct listing, user_id),
	DB_STR(struct listing, folder),
	DB_I64(struct listing, max),
	DB_END,
};

static const struct db_stmt in_folder = {
	.name = "chat_setting.in_folder",
	.sql = "SELECT conv_id FROM chat_setting "
	       "FORCE INDEX (chat_setting_folder) "
	       "WHERE user_id = ? AND folder = ? LIMIT ?",
	.in = listing_in,
	.in_size = sizeof(struct listing),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int chat_setting_sql_in(struct db *db, struct arena *a, int64_t user_id,
    struct str folder, int64_t max, struct db_id **out, size_t *n_out,
    struct error *err)
{
	struct listing in = { user_id, folder, max };

	return db_rows(db, &in_folder, &in, a, out, n_out, err);
}

static const struct db_field marked_in[] = {
	DB_I64(struct listing, user_id),
	DB_I64(struct listing, max),
	DB_END,
};

static const struct db_stmt marked = {
	.name = "chat_setting.marked",
	.sql = "SELECT conv_id FROM chat_setting "
	       "FORCE INDEX (chat_setting_marked) "
	       "WHERE user_id = ? AND marked_unread = 1 LIMIT ?",
	.in = marked_in,
	.in_size = sizeof(struct listing),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int chat_setting_sql_marked(struct db *db, struct arena *a, int64_t user_id,
    int64_t max, struct db_id **out, size_t *n_out, struct error *err)
{
	struct listing in = { .user_id = user_id, .max = max };

	return db_rows(db, &marked, &in, a, out, n_out, err);
}

static const struct db_stmt hidden = {
	.name = "chat_setting.hidden",
	.sql = "SELECT conv_id FROM chat_setting FORCE INDEX (PRIMARY) "
	       "WHERE user_id = ? AND hidden_index >= 0 "
	       "ORDER BY user_id DESC, conv_id DESC LIMIT ?",
	.in = marked_in,
	.in_size = sizeof(struct listing),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int chat_setting_sql_hidden(struct db *db, struct arena *a, int64_t user_id,
    int64_t max, struct db_id **out, size_t *n_out, struct error *err)
{
	struct listing in = { .user_id = user_id, .max = max };

	return db_rows(db, &hidden, &in, a, out, n_out, err);
}

const struct db_stmt *const chat_setting_statements[] = { &get, &put, &folders,
	&in_folder, &marked, &hidden, NULL };
