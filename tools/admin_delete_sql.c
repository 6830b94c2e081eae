#include "admin_delete_sql.h"

struct page {
	int64_t app_id, after_id, limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, app_id),
	DB_I64(struct page, after_id),
	DB_I64(struct page, limit),
	DB_END,
};

#define PERSON struct admin_person
static const struct db_field person_out[] = {
	DB_I64(PERSON, user_id),
	DB_I64(PERSON, is_erased),
	DB_I64(PERSON, is_done),
	DB_I64(PERSON, floor_index),
	DB_I64(PERSON, last_index),
	DB_END,
};

static const struct db_stmt people = {
	.name = "admin_delete.people",
	.sql = "SELECT u.user_id, u.username LIKE '~%', "
	       "e.user_id IS NOT NULL AND e.due_ms IS NULL, "
	       "COALESCE(s.floor_index, 0), COALESCE(s.last_index, 0) "
	       "FROM user u FORCE INDEX (user_app) "
	       "LEFT JOIN erasure e ON e.user_id = u.user_id "
	       "LEFT JOIN user_seq s ON s.user_id = u.user_id "
	       "WHERE u.app_id = ? AND u.user_id > ? "
	       "ORDER BY u.user_id LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = person_out,
	.out_size = sizeof(PERSON),
};

int admin_delete_sql_people(struct db *db, struct arena *a, int64_t app_id,
    int64_t after_id, int64_t limit, struct admin_person **out, size_t *n_out,
    struct error *err)
{
	struct page in = { app_id, after_id, limit };

	return db_rows(db, &people, &in, a, out, n_out, err);
}

/* ---- exports ---- */

static const struct db_stmt drop_exports = {
	.name = "admin_delete.drop_exports",
	.sql = "UPDATE export SET state = 4, due_ms = " DB_NOW_MS
	       ", ended_id = export_id WHERE app_id = ? AND state <> 4",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
};

int admin_delete_sql_drop_exports(struct db *db, int64_t app_id,
    struct error *err)
{
	struct db_id in = { app_id };

	return db_exec(db, &drop_exports, &in, NULL, err);
}

static const struct db_stmt exports = {
	.name = "admin_delete.exports",
	.sql = "SELECT COUNT(*) FROM export WHERE app_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

static const struct db_stmt holds = {
	.name = "admin_delete.holds",
	.sql = "SELECT COUNT(*) FROM legal_hold h JOIN conversation c "
	       "ON c.conv_id = h.conv_id WHERE c.app_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

static int count_of(struct db *db, const struct db_stmt *st, int64_t app_id,
    int64_t *n_out, struct error *err)
{
	struct db_id in = { app_id }, row;

	if (db_row(db, st, &in, NULL, &row, err) < 0)
		return -1;
	*n_out = row.id;
	return 0;
}

int admin_delete_sql_exports(struct db *db, int64_t app_id, int64_t *n_out,
    struct error *err)
{
	return count_of(db, &exports, app_id, n_out, err);
}

int admin_delete_sql_holds(struct db *db, int64_t app_id, int64_t *n_out,
    struct error *err)
{
	return count_of(db, &holds, app_id, n_out, err);
}

/* ---- inboxes ---- */

struct upto {
	int64_t user_id, index;
};

static const struct db_field rows_in[] = {
	DB_I64(struct upto, user_id),
	DB_I64(struct upto, index),
	DB_END,
};

static const struct db_field floor_in[] = {
	DB_I64(struct upto, index),
	DB_I64(struct upto, user_id),
	DB_END,
};

static const struct db_stmt inbox_rows = {
	.name = "admin_delete.inbox_rows",
	.sql = "DELETE FROM inbox WHERE user_id = ? AND user_index <= ?",
	.in = rows_in,
	.in_size = sizeof(struct upto),
};

static const struct db_stmt inbox_floor = {
	.name = "admin_delete.inbox_floor",
	.sql = "UPDATE user_seq SET floor_index = ? WHERE user_id = ?",
	.in = floor_in,
	.in_size = sizeof(struct upto),
};

int admin_delete_sql_inbox(struct db *db, int64_t user_id, int64_t upto,
    struct error *err)
{
	struct upto in = { user_id, upto };

	if (db_exec(db, &inbox_floor, &in, NULL, err) < 0)
		return -1;
	return db_exec(db, &inbox_rows, &in, NULL, err);
}

/* ---- rows that a key names ---- */

/* Not many in one statement, which has db.read_timeout_s. */
#define CHUNK 10000
#define DROP(what, text)                                                   \
	{                                                                  \
		.name = "admin_delete." what, .sql = text, .in = db_in_id, \
		.in_size = sizeof(struct db_id)                            \
	}

static int drop_all(struct db *db, const struct db_stmt *const *all, int64_t id,
    struct error *err)
{
	struct db_id in = { id };
	int64_t n;

	for (; *all; all++)
		do
			if (db_exec(db, *all, &in, &n, err) < 0)
				return -1;
		while (n == CHUNK);
	return 0;
}

/* ---- conversations ---- */

static const struct db_stmt lock_log = {
	.name = "admin_delete.lock",
	.sql = "SELECT conv_id FROM conv_seq WHERE conv_id = ? FOR UPDATE",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

static const struct db_stmt is_dirty = {
	.name = "admin_delete.dirty",
	.sql = "SELECT conv_id FROM log_dirty WHERE consumer = 1 "
	       "AND part IN (0, 1, 2, 3) AND conv_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int admin_delete_sql_lock(struct db *db, struct arena *a, int64_t conv_id,
    struct error *err)
{
	struct db_id in = { conv_id }, row;
	int dirty;

	if (db_row(db, &lock_log, &in, a, &row, err) < 0)
		return -1;
	dirty = db_row(db, &is_dirty, &in, a, &row, err);
	return dirty < 0 ? -1 : !dirty;
}

static const struct db_stmt c_chat = DROP("chat",
    "DELETE c FROM chat c JOIN member m "
    "ON m.user_id = c.user_id AND m.conv_id = c.conv_id "
    "WHERE m.conv_id = ?");
static const struct db_stmt c_mention = DROP("mention",
    "DELETE x FROM mention x JOIN member m "
    "ON m.user_id = x.user_id AND m.conv_id = x.conv_id "
    "WHERE m.conv_id = ?");
static const struct db_stmt c_direct = DROP("direct",
    "DELETE d FROM direct d JOIN member m "
    "ON m.user_id = d.low_id AND m.conv_id = d.conv_id "
    "WHERE m.conv_id = ?");
static const struct db_stmt c_mark = DROP("mark",
    "DELETE FROM mark WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_hidden = DROP("hidden",
    "DELETE FROM message_hidden WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_scheduled = DROP("scheduled",
    "DELETE FROM scheduled WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_pin = DROP("pin",
    "DELETE FROM pin WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_reaction = DROP("reaction",
    "DELETE FROM reaction WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_version = DROP("version",
    "DELETE FROM entry_version WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_away = DROP("away",
    "DELETE FROM entry_away WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_expiry = DROP("expiry",
    "DELETE FROM entry_expiry WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_body = DROP("body",
    "DELETE FROM body WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_entry = DROP("entry",
    "DELETE FROM entry WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_base = DROP("base",
    "DELETE FROM log_base WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_segment = DROP("segment",
    "DELETE FROM segment WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_segment_sender = DROP("segment_sender",
    "DELETE FROM segment_sender WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_archived = DROP("archived",
    "DELETE FROM archived WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_request = DROP("request",
    "DELETE FROM join_request WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_ban = DROP("ban",
    "DELETE FROM ban WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_invite = DROP("invite",
    "DELETE FROM invite WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_past = DROP("past",
    "DELETE FROM member_past WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_member = DROP("member",
    "DELETE FROM member WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_mode = DROP("mode",
    "DELETE FROM conv_mode WHERE conv_id = ? LIMIT 10000");
static const struct db_stmt c_shed = DROP("shed",
    "DELETE FROM conv_shed WHERE conv_id = ?");
static const struct db_stmt c_cursor = DROP("cursor",
    "DELETE FROM log_cursor WHERE consumer = 1 AND conv_id = ?");
static const struct db_stmt c_log = DROP("log",
    "DELETE FROM conv_seq WHERE conv_id = ?");
static const struct db_stmt c_conv = DROP("conv",
    "DELETE FROM conversation WHERE conv_id = ?");

/* Members last, as chats, mentions and pairs are found by them. */
int admin_delete_sql_conv(struct db *db, int64_t conv_id, struct error *err)
{
	static const struct db_stmt *const all[] = { &c_chat, &c_mention,
		&c_direct, &c_mark, &c_hidden, &c_scheduled, &c_pin,
		&c_reaction, &c_version, &c_away, &c_expiry, &c_body, &c_entry,
		&c_base, &c_segment, &c_segment_sender, &c_archived, &c_request,
		&c_ban, &c_invite, &c_past, &c_member, &c_mode, &c_shed,
		&c_cursor, &c_log, &c_conv, NULL };

	return drop_all(db, all, conv_id, err);
}

/* ---- people ---- */

static const struct db_stmt p_client = DROP("client",
    "DELETE FROM conv_client WHERE user_id = ? LIMIT 10000");
static const struct db_stmt p_chat = DROP("own_chats",
    "DELETE FROM chat WHERE user_id = ? LIMIT 10000");
static const struct db_stmt p_mention = DROP("own_mentions",
    "DELETE FROM mention WHERE user_id = ? LIMIT 10000");
static const struct db_stmt p_ack = DROP("ack",
    "DELETE FROM inbox_ack WHERE user_id = ?");
static const struct db_stmt p_seq = DROP("seq",
    "DELETE FROM user_seq WHERE user_id = ?");
static const struct db_stmt p_erasure = DROP("erasure",
    "DELETE FROM erasure WHERE user_id = ?");
static const struct db_stmt p_user = DROP("user",
    "DELETE FROM user WHERE user_id = ?");

int admin_delete_sql_person(struct db *db, int64_t user_id, struct error *err)
{
	static const struct db_stmt *const all[] = { &p_client, &p_chat,
		&p_mention, &p_ack, &p_seq, &p_erasure, &p_user, NULL };

	return drop_all(db, all, user_id, err);
}

/* ---- the app ---- */

static const struct db_stmt a_report = DROP("report",
    "DELETE FROM report WHERE app_id = ? LIMIT 10000");
static const struct db_stmt a_log = DROP("app_log",
    "DELETE FROM app_log WHERE app_id = ? LIMIT 10000");
static const struct db_stmt a_jwt = DROP("jwt_key",
    "DELETE FROM jwt_key WHERE app_id = ? LIMIT 10000");
static const struct db_stmt a_key = DROP("app_key",
    "DELETE FROM app_key WHERE app_id = ? LIMIT 10000");
static const struct db_stmt a_setting = DROP("app_setting",
    "DELETE FROM app_setting WHERE app_id = ? LIMIT 10000");
static const struct db_stmt a_app = DROP("app",
    "DELETE FROM app WHERE app_id = ? AND disabled_ms > 0");

int admin_delete_sql_app(struct db *db, int64_t app_id, struct error *err)
{
	static const struct db_stmt *const all[] = { &a_report, &a_log, &a_jwt,
		&a_key, &a_setting, &a_app, NULL };

	return drop_all(db, all, app_id, err);
}
