#include "im/conv/conv_sql.h"

#include "im/conv/conv_row.h"

/* ---- reading and locking ---- */

static const struct db_field conv_out[] = { CONV_OUT(struct conv, ), DB_END };

/* By key even if the tables are small: a scan would lock every row. */
#define CONV_SELECT                                                  \
	"SELECT " CONV_COLUMNS                                       \
	" FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j " \
	"STRAIGHT_JOIN conv_seq s FORCE INDEX (PRIMARY) "            \
	"ON s.conv_id = j.id "                                       \
	"STRAIGHT_JOIN conversation c FORCE INDEX (PRIMARY) "        \
	"ON c.conv_id = s.conv_id"

static const struct db_stmt load = {
	.name = "conv.load",
	.sql = CONV_SELECT,
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = conv_out,
	.out_size = sizeof(struct conv),
};

/* The join reads the list in its order, so rows are locked in ascending
 * conv_id. */
static const struct db_stmt lock = {
	.name = "conv.lock",
	.sql = "SELECT " CONV_COLUMNS " FROM conv_seq s STRAIGHT_JOIN "
	       "conversation c ON c.conv_id = s.conv_id "
	       "WHERE s.conv_id = ? FOR UPDATE",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = conv_out,
	.out_size = sizeof(struct conv),
};

static const struct db_stmt lock_free = {
	.name = "conv.lock_free",
	.sql = CONV_SELECT " FOR UPDATE SKIP LOCKED",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = conv_out,
	.out_size = sizeof(struct conv),
};

int conv_sql_load(struct db *db, struct arena *a, struct str list,
    struct conv **out, size_t *n_out, struct error *err)
{
	struct db_text in = { list };

	return db_rows(db, &load, &in, a, out, n_out, err);
}

int conv_sql_lock(struct db *db, struct arena *a, int64_t id, struct conv **out,
    size_t *n_out, struct error *err)
{
	struct db_id in = { id };

	return db_rows(db, &lock, &in, a, out, n_out, err);
}

int conv_sql_lock_free(struct db *db, struct arena *a, struct str list,
    struct conv **out, size_t *n_out, struct error *err)
{
	struct db_text in = { list };

	return db_rows(db, &lock_free, &in, a, out, n_out, err);
}

struct page {
	int64_t app_id, kind, after_id, limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, app_id),
	DB_I64(struct page, kind),
	DB_I64(struct page, after_id),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt page = {
	.name = "conv.page",
	.sql = "SELECT " CONV_COLUMNS
	       " FROM conversation c FORCE INDEX (conversation_app) "
	       "STRAIGHT_JOIN conv_seq s ON s.conv_id = c.conv_id "
	       "WHERE c.app_id = ? AND c.kind = ? AND c.conv_id > ? "
	       "ORDER BY c.conv_id LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = conv_out,
	.out_size = sizeof(struct conv),
};

int conv_sql_page(struct db *db, struct arena *a, int64_t app_id, int64_t kind,
    int64_t after_id, int64_t limit, struct conv **out, size_t *n_out,
    struct error *err)
{
	struct page in = { app_id, kind, after_id, limit };

	return db_rows(db, &page, &in, a, out, n_out, err);
}

/* ---- changes ---- */

static const struct db_field insert_in[] = {
	DB_I64(struct conv, conv_id),
	DB_I64(struct conv, app_id),
	DB_I64(struct conv, kind),
	DB_I64(struct conv, created_by),
	DB_I64(struct conv, created_ms),
	DB_I64(struct conv, member_count),
	DB_I64(struct conv, mode),
	CONV_SETTINGS(struct conv, ),
	DB_END,
};

static const struct db_stmt insert = {
	.name = "conv.insert",
	.sql = "INSERT INTO conversation (conv_id, app_id, kind, created_by, "
	       "created_ms, member_count, mode, name, photo, announcement, "
	       "description, meta, join_policy, who_can_post, who_can_invite, "
	       "history, slow_mode_s, message_ttl_s, who_can_pin, "
	       "who_can_mention_all) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
	       "?, ?)",
	.in = insert_in,
	.in_size = sizeof(struct conv),
};

int conv_sql_insert(struct db *db, const struct conv *c, struct error *err)
{
	return db_exec(db, &insert, c, NULL, err);
}

static const struct db_field touch_in[] = {
	DB_I64(struct conv, member_count),
	DB_I64(struct conv, version),
	DB_I64(struct conv, dissolved_ms),
	DB_I64(struct conv, dissolved_index),
	DB_I64(struct conv, conv_id),
	DB_END,
};

static const struct db_stmt touch = {
	.name = "conv.touch",
	.sql = "UPDATE conversation SET member_count = ?, version = ?, "
	       "dissolved_ms = ?, dissolved_index = ? WHERE conv_id = ?",
	.in = touch_in,
	.in_size = sizeof(struct conv),
};

int conv_sql_touch(struct db *db, const struct conv *c, struct error *err)
{
	return db_exec(db, &touch, c, NULL, err);
}

static const struct db_field settings_in[] = {
	CONV_SETTINGS(struct conv, ),
	DB_I64(struct conv, conv_id),
	DB_END,
};

static const struct db_stmt put_settings = {
	.name = "conv.put_settings",
	.sql = "UPDATE conversation SET name = ?, photo = ?, "
	       "announcement = ?, description = ?, meta = ?, "
	       "join_policy = ?, who_can_post = ?, who_can_invite = ?, "
	       "history = ?, slow_mode_s = ?, message_ttl_s = ?, "
	       "who_can_pin = ?, who_can_mention_all = ? WHERE conv_id = ?",
	.in = settings_in,
	.in_size = sizeof(struct conv),
};

int conv_sql_put_settings(struct db *db, const struct conv *c,
    struct error *err)
{
	return db_exec(db, &put_settings, c, NULL, err);
}

const struct db_stmt *const conv_statements[] = { &load, &lock, &lock_free,
	&insert, &touch, &put_settings, NULL };
const struct db_stmt *const conv_page_statements[] = { &page, NULL };
const struct db_stmt *const conv_reader_statements[] = { &load, NULL };
const struct db_stmt *const conv_lock_statements[] = { &load, &lock, &lock_free,
	NULL };
