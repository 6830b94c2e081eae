/* Running checks and repairs, and the keys that they run over. */
#include "verify_check.h"

#define FINDING struct verify_finding

const struct db_field verify_out[] = {
	DB_I64(FINDING, conv_id),
	DB_I64(FINDING, user_id),
	DB_I64(FINDING, at),
	DB_I64(FINDING, want),
	DB_I64(FINDING, got),
	DB_END,
};
const struct db_field verify_keys1[] = {
	DB_STR(struct verify_keys, list),
	DB_END,
};
const struct db_field verify_keys2[] = {
	DB_STR(struct verify_keys, list),
	DB_STR(struct verify_keys, list),
	DB_END,
};
const struct db_field verify_keys3[] = {
	DB_STR(struct verify_keys, list),
	DB_STR(struct verify_keys, list),
	DB_STR(struct verify_keys, list),
	DB_END,
};
const struct db_field verify_conv_key[] = {
	DB_I64(FINDING, conv_id),
	DB_END,
};
const struct db_field verify_member_key[] = {
	DB_I64(FINDING, conv_id),
	DB_I64(FINDING, user_id),
	DB_END,
};
const struct db_field verify_user_key[] = {
	DB_I64(FINDING, user_id),
	DB_END,
};
const struct db_field verify_entry_key[] = {
	DB_I64(FINDING, conv_id),
	DB_I64(FINDING, at),
	DB_END,
};
const struct db_field verify_mention_key[] = {
	DB_I64(FINDING, user_id),
	DB_I64(FINDING, conv_id),
	DB_I64(FINDING, at),
	DB_END,
};

/* ---- running them ---- */

int verify_sql_run(struct db *db, struct arena *a, const struct verify_check *c,
    struct str keys, struct verify_finding **out, size_t *n_out,
    struct error *err)
{
	struct verify_keys in = { keys };

	if (db_rows(db, &c->find, &in, a, out, n_out, err) < 0)
		return -1;
	for (size_t i = 0; i < *n_out; i++)
		(*out)[i].what = STR_NONE;
	return 0;
}

/* The rows that the writers of the repaired data lock first. */
static const struct db_stmt lock_conv = {
	.name = "verify.lock_conv",
	.sql = "SELECT conv_id FROM conv_seq WHERE conv_id = ? FOR UPDATE",
	.in = verify_conv_key,
	.in_size = sizeof(FINDING),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};
static const struct db_stmt lock_user = {
	.name = "verify.lock_user",
	.sql = "SELECT user_id FROM user_seq WHERE user_id = ? FOR UPDATE",
	.in = verify_user_key,
	.in_size = sizeof(FINDING),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int verify_sql_lock(struct db *db, struct arena *a, enum verify_scope scope,
    const struct verify_finding *f, struct error *err)
{
	struct db_id row;

	return db_row(db, scope == VERIFY_CONV ? &lock_conv : &lock_user, f, a,
		   &row, err) < 0
		   ? -1
		   : 0;
}

int verify_sql_repair(struct db *db, const struct verify_check *c,
    const struct verify_finding *f, int64_t *matched_out, struct error *err)
{
	return db_exec(db, &c->repair, f, matched_out, err);
}

/* ---- keys ---- */

struct page {
	int64_t after, limit;
};

/* The SQL is formatted by hand. */
/* clang-format off */
/* Every table by conversation and by user, so that rows are found that are in
 * one of them only.  X(key, table, condition) */
#define CONV_TABLES(X) \
	X("conv_id", "conversation", "") \
	X("conv_id", "entry", "") \
	X("conv_id", "body", "") \
	X("conv_id", "entry_version", "") \
	X("conv_id", "reaction", "") \
	X("conv_id", "pin", "") \
	X("conv_id", "entry_expiry", "") \
	X("conv_id", "entry_away", "") \
	X("conv_id", "member", "") \
	X("conv_id", "member_past", "") \
	X("conv_id", "mark", "") \
	X("conv_id", "conv_mode", "") \
	X("conv_id", "log_base", "") \
	X("conv_id", "segment", "") \
	X("conv_id", "segment_sender", "") \
	X("conv_id", "archived", "") \
	X("conv_id", "scheduled", "") \
	X("conv_id", "join_request", "") \
	X("conv_id", "ban", "") \
	X("conv_id", "invite", "") \
	X("conv_id", "log_cursor", "consumer = 1 AND ") \
	X("conv_id", "log_dirty", "consumer = 1 AND part IN (0, 1, 2, 3) AND ")
#define USER_TABLES(X) \
	X("user_id", "user", "") \
	X("user_id", "chat", "") \
	X("user_id", "chat_setting", "") \
	X("user_id", "inbox", "") \
	X("user_id", "inbox_ack", "") \
	X("user_id", "mention", "") \
	X("user_id", "message_hidden", "") \
	X("user_id", "star", "") \
	X("user_id", "reminder", "") \
	X("user_id", "session", "") \
	X("user_id", "session_jwt", "") \
	X("user_id", "user_setting", "") \
	X("user_id", "badge", "") \
	X("user_id", "badge_chat", "") \
	X("user_id", "contact", "") \
	X("user_id", "block", "")
#define SOME(key, table, condition)                                       \
	"UNION (SELECT DISTINCT " key " id FROM " table " WHERE "         \
	condition key " > ? ORDER BY " key " LIMIT ?) "
#define FIRST(key, table)                                                 \
	"(SELECT " key " id FROM " table " WHERE " key " > ? "            \
	"ORDER BY " key " LIMIT ?) "
#define BOTH(key, table, condition) \
	DB_I64(struct page, after), DB_I64(struct page, limit),

static const struct db_field conv_page_in[] = {
	BOTH(0, 0, 0) CONV_TABLES(BOTH) DB_I64(struct page, limit), DB_END,
};
static const struct db_field user_page_in[] = {
	BOTH(0, 0, 0) USER_TABLES(BOTH) DB_I64(struct page, limit), DB_END,
};

static const struct db_field key_out[] = {
	DB_I64(struct verify_key, id),
	DB_I64(struct verify_key, rows),
	DB_END,
};

static const struct db_stmt convs = {
	.name = "verify.convs",
	.sql = "SELECT k.id, COALESCE(s.last_index, 0) FROM ("
	    FIRST("conv_id", "conv_seq") CONV_TABLES(SOME) ") k "
	    "LEFT JOIN conv_seq s ON s.conv_id = k.id "
	    "ORDER BY k.id LIMIT ?",
	.in = conv_page_in,
	.in_size = sizeof(struct page),
	.out = key_out,
	.out_size = sizeof(struct verify_key),
};

static const struct db_stmt users = {
	.name = "verify.users",
	.sql = "SELECT k.id, COALESCE(s.last_index - s.floor_index, 0) FROM ("
	    FIRST("user_id", "user_seq") USER_TABLES(SOME) ") k "
	    "LEFT JOIN user_seq s ON s.user_id = k.id "
	    "ORDER BY k.id LIMIT ?",
	.in = user_page_in,
	.in_size = sizeof(struct page),
	.out = key_out,
	.out_size = sizeof(struct verify_key),
};
/* clang-format on */

static const struct db_stmt last_conv = {
	.name = "verify.last_conv",
	.sql = "SELECT MAX(conv_id) FROM conv_seq",
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

static const struct db_stmt last_user = {
	.name = "verify.last_user",
	.sql = "SELECT MAX(user_id) FROM user_seq",
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int verify_sql_keys(struct db *db, struct arena *a, enum verify_scope scope,
    int64_t after, int64_t limit, struct verify_key **out, size_t *n_out,
    struct error *err)
{
	struct page in = { after, limit };

	return db_rows(db, scope == VERIFY_CONV ? &convs : &users, &in, a, out,
	    n_out, err);
}

int verify_sql_last(struct db *db, enum verify_scope scope, int64_t *out,
    struct error *err)
{
	struct db_id row = { 0 };

	if (db_row(db, scope == VERIFY_CONV ? &last_conv : &last_user, NULL,
		NULL, &row, err) < 0)
		return -1;
	*out = row.id;
	return 0;
}

const struct db_stmt *const verify_statements[] = { &lock_conv, &lock_user,
	&convs, &users, &last_conv, &last_user, NULL };
