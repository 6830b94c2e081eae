#include "im/user/erasure_sql.h"

/* ---- the request ---- */

static const struct db_field insert_in[] = {
	DB_I64(struct erasure, user_id),
	DB_I64(struct erasure, app_id),
	DB_I64(struct erasure, asked_ms),
	DB_I64(struct erasure, due_ms),
	DB_END,
};

static const struct db_stmt insert = {
	.name = "erasure.insert",
	.sql = "INSERT INTO erasure (user_id, app_id, asked_ms, due_ms) "
	       "VALUES (?, ?, ?, ?)",
	.in = insert_in,
	.in_size = sizeof(struct erasure),
};

int erasure_sql_insert(struct db *db, const struct erasure *e,
    struct error *err)
{
	return db_exec(db, &insert, e, NULL, err);
}

static const struct db_field bury_in[] = {
	DB_STR(struct user, username),
	DB_I64(struct user, disabled_ms),
	DB_I64(struct user, version),
	DB_I64(struct user, user_id),
	DB_END,
};

static const struct db_stmt bury = {
	.name = "erasure.bury",
	.sql = "UPDATE user SET username = ?, display_name = '', folded = '', "
	       "avatar = NULL, bio = NULL, meta = NULL, disabled_ms = ?, "
	       "version = ? WHERE user_id = ?",
	.in = bury_in,
	.in_size = sizeof(struct user),
};

int erasure_sql_bury(struct db *db, const struct user *u, struct error *err)
{
	return db_exec(db, &bury, u, NULL, err);
}

static const struct db_field name_in[] = {
	DB_I64(struct user, app_id),
	DB_STR(struct user, username),
	DB_END,
};

static const struct db_stmt free_name = {
	.name = "erasure.free_name",
	.sql = "DELETE FROM username WHERE app_id = ? AND username = ?",
	.in = name_in,
	.in_size = sizeof(struct user),
};

int erasure_sql_free_name(struct db *db, const struct user *u,
    struct error *err)
{
	return db_exec(db, &free_name, u, NULL, err);
}

static const struct db_stmt drop_password = {
	.name = "erasure.drop_password",
	.sql = "DELETE FROM credential WHERE user_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
};

int erasure_sql_drop_password(struct db *db, int64_t user_id, struct error *err)
{
	struct db_id in = { user_id };

	return db_exec(db, &drop_password, &in, NULL, err);
}

const struct db_stmt *const erasure_statements[] = { &insert, &bury, &free_name,
	&drop_password, NULL };

/* ---- the job ---- */

static const struct db_field due_out[] = {
	DB_I64(struct erasure, user_id),
	DB_I64(struct erasure, app_id),
	DB_I64(struct erasure, asked_ms),
	DB_I64(struct erasure, due_ms),
	DB_I64(struct erasure, pass),
	DB_I64(struct erasure, conv_id),
	DB_I64(struct erasure, conv_index),
	DB_END,
};

static const struct db_stmt due = {
	.name = "erasure.due",
	.sql = "SELECT user_id, app_id, asked_ms, due_ms, pass, conv_id, "
	       "conv_index FROM erasure FORCE INDEX (erasure_due) "
	       "WHERE due_ms <= " DB_NOW_MS " ORDER BY due_ms, user_id LIMIT ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = due_out,
	.out_size = sizeof(struct erasure),
};

int erasure_sql_due(struct db *db, struct arena *a, int64_t limit,
    struct erasure **out, size_t *n_out, struct error *err)
{
	struct db_id in = { limit };

	return db_rows(db, &due, &in, a, out, n_out, err);
}

struct place {
	int64_t user_id, conv_id;
};

static const struct db_field place_in[] = {
	DB_I64(struct place, user_id),
	DB_I64(struct place, conv_id),
	DB_END,
};

static const struct db_stmt next_chat = {
	.name = "erasure.next_chat",
	.sql = "SELECT conv_id FROM chat FORCE INDEX (PRIMARY) "
	       "WHERE user_id = ? AND conv_id >= ? ORDER BY conv_id LIMIT 1",
	.in = place_in,
	.in_size = sizeof(struct place),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

static const struct db_stmt next_low = {
	.name = "erasure.next_low",
	.sql = "SELECT conv_id FROM direct FORCE INDEX (direct_low) "
	       "WHERE low_id = ? AND conv_id >= ? ORDER BY conv_id LIMIT 1",
	.in = place_in,
	.in_size = sizeof(struct place),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

static const struct db_stmt next_high = {
	.name = "erasure.next_high",
	.sql = "SELECT conv_id FROM direct FORCE INDEX (direct_high) "
	       "WHERE high_id = ? AND conv_id >= ? ORDER BY conv_id LIMIT 1",
	.in = place_in,
	.in_size = sizeof(struct place),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

/* Of where the user has a chat, and of those that nobody has written to. */
int erasure_sql_next(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, int64_t *out, struct error *err)
{
	const struct db_stmt *const lists[] = { &next_chat, &next_low,
		&next_high };
	struct place in = { user_id, conv_id };

	*out = 0;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct db_id row;
		int found = db_row(db, lists[i], &in, a, &row, err);

		if (found < 0)
			return -1;
		if (found && (!*out || row.id < *out))
			*out = row.id;
	}
	return 0;
}

static const struct db_field keep_in[] = {
	DB_I64(struct erasure, due_ms),
	DB_I64(struct erasure, pass),
	DB_I64(struct erasure, conv_id),
	DB_I64(struct erasure, conv_index),
	DB_I64(struct erasure, user_id),
	DB_END,
};

static const struct db_stmt keep = {
	.name = "erasure.keep",
	.sql = "UPDATE erasure SET due_ms = NULLIF(?, 0), pass = ?, "
	       "conv_id = ?, conv_index = ? WHERE user_id = ?",
	.in = keep_in,
	.in_size = sizeof(struct erasure),
};

int erasure_sql_keep(struct db *db, const struct erasure *e, struct error *err)
{
	return db_exec(db, &keep, e, NULL, err);
}

#define DROP(what, text)                                                \
	{                                                               \
		.name = "erasure.drop_" what, .sql = text " LIMIT 500", \
		.in = db_in_id, .in_size = sizeof(struct db_id)         \
	}

static const struct db_stmt drop_sessions = DROP("sessions",
    "DELETE FROM session WHERE user_id = ?");
static const struct db_stmt drop_jwts = DROP("jwts",
    "DELETE FROM session_jwt WHERE user_id = ?");
static const struct db_stmt drop_stars = DROP("stars",
    "DELETE FROM star WHERE user_id = ?");
static const struct db_stmt drop_reminders = DROP("reminders",
    "DELETE FROM reminder WHERE user_id = ?");
static const struct db_stmt drop_blocks = DROP("blocks",
    "DELETE FROM block WHERE user_id = ?");
static const struct db_stmt drop_settings = DROP("settings",
    "DELETE FROM chat_setting WHERE user_id = ?");
static const struct db_stmt drop_hidden = DROP("hidden",
    "DELETE FROM message_hidden WHERE user_id = ?");
static const struct db_stmt drop_own_settings = DROP("own_settings",
    "DELETE FROM user_setting WHERE user_id = ?");
static const struct db_stmt drop_badge = DROP("badge",
    "DELETE FROM badge WHERE user_id = ?");
static const struct db_stmt drop_badge_chats = DROP("badge_chats",
    "DELETE FROM badge_chat WHERE user_id = ?");

/* The copies of what is gone. */
static const struct db_stmt reset_chats = {
	.name = "erasure.reset_chats",
	.sql = "UPDATE chat SET pinned = 0, hidden_index = -1, "
	       "hidden_ordinal = 0, muted_until_ms = 0, "
	       "has_setting = 0, cleared_index = -1, cleared_ordinal = 0, "
	       "has_hidden = 0 WHERE user_id = ? AND (has_setting = 1 "
	       "OR has_hidden = 1)",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
};

int erasure_sql_drop_own(struct db *db, int64_t user_id, int64_t *n_out,
    struct error *err)
{
	const struct db_stmt *const all[] = { &reset_chats, &drop_sessions,
		&drop_jwts, &drop_stars, &drop_reminders, &drop_blocks,
		&drop_settings, &drop_hidden, &drop_own_settings, &drop_badge,
		&drop_badge_chats };
	struct db_id in = { user_id };

	*n_out = 0;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		int64_t n;

		if (db_exec(db, all[i], &in, &n, err) < 0)
			return -1;
		*n_out += n;
	}
	return 0;
}

const struct db_stmt *const erasure_due_statements[] = { &due, &next_chat,
	&next_low, &next_high, &keep, &reset_chats, &drop_sessions, &drop_jwts,
	&drop_stars, &drop_reminders, &drop_blocks, &drop_settings,
	&drop_hidden, &drop_own_settings, &drop_badge, &drop_badge_chats,
	NULL };
