#include "im/conv/reaction_sql.h"

static const struct db_field message_in[] = {
	DB_I64(struct entry_ref, conv_id),
	DB_I64(struct entry_ref, conv_index),
	DB_END,
};

static const struct db_field kind_out[] = {
	DB_STR(struct reaction_kind, emoji),
	DB_END,
};

static const struct db_stmt kinds = {
	.name = "reaction.kinds",
	.sql = "SELECT DISTINCT emoji FROM reaction WHERE conv_id = ? "
	       "AND conv_index = ?",
	.in = message_in,
	.in_size = sizeof(struct entry_ref),
	.out = kind_out,
	.out_size = sizeof(struct reaction_kind),
};

int reaction_sql_kinds(struct db *db, struct arena *a, const struct entry *e,
    struct reaction_kind **out, size_t *n_out, struct error *err)
{
	struct entry_ref in = { e->conv_id, e->conv_index };

	return db_rows(db, &kinds, &in, a, out, n_out, err);
}

static const struct db_field row_out[] = {
	DB_I64(struct reaction, conv_id),
	DB_I64(struct reaction, conv_index),
	DB_STR(struct reaction, emoji),
	DB_I64(struct reaction, user_id),
	DB_I64(struct reaction, at_ms),
	DB_END,
};

struct page {
	int64_t conv_id, conv_index;
	struct str emoji;
	int64_t user_id, limit;
};

static const struct db_field list_in[] = {
	DB_I64(struct page, conv_id),
	DB_I64(struct page, conv_index),
	DB_STR(struct page, emoji),
	DB_STR(struct page, emoji),
	DB_I64(struct page, user_id),
	DB_I64(struct page, limit),
	DB_END,
};

#define LIST                                                 \
	"SELECT conv_id, conv_index, emoji, user_id, at_ms " \
	"FROM reaction WHERE conv_id = ? AND conv_index = ? "

static const struct db_stmt list = {
	.name = "reaction.list",
	.sql = LIST "AND (emoji > ? OR (emoji = ? AND user_id > ?)) "
		    "ORDER BY emoji, user_id LIMIT ?",
	.in = list_in,
	.in_size = sizeof(struct page),
	.out = row_out,
	.out_size = sizeof(struct reaction),
};

int reaction_sql_list(struct db *db, struct arena *a, const struct entry *e,
    const struct reaction *after, int64_t limit, struct reaction **out,
    size_t *n_out, struct error *err)
{
	struct page in = { e->conv_id, e->conv_index, after->emoji,
		after->user_id, limit };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

static const struct db_field list_of_in[] = {
	DB_I64(struct page, conv_id),
	DB_I64(struct page, conv_index),
	DB_STR(struct page, emoji),
	DB_I64(struct page, user_id),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt list_of = {
	.name = "reaction.list_of",
	.sql = LIST "AND emoji = ? AND user_id > ? ORDER BY user_id LIMIT ?",
	.in = list_of_in,
	.in_size = sizeof(struct page),
	.out = row_out,
	.out_size = sizeof(struct reaction),
};

int reaction_sql_list_of(struct db *db, struct arena *a, const struct entry *e,
    struct str emoji, int64_t after_user_id, int64_t limit,
    struct reaction **out, size_t *n_out, struct error *err)
{
	struct page in = { e->conv_id, e->conv_index, emoji, after_user_id,
		limit };

	return db_rows(db, &list_of, &in, a, out, n_out, err);
}

struct counting {
	int64_t user_id;
	struct str places;
};

static const struct db_field counts_in[] = {
	DB_I64(struct counting, user_id),
	DB_STR(struct counting, places),
	DB_END,
};

static const struct db_field counts_out[] = {
	DB_I64(struct reaction_count, conv_id),
	DB_I64(struct reaction_count, conv_index),
	DB_STR(struct reaction_count, emoji),
	DB_I64(struct reaction_count, count),
	DB_I64(struct reaction_count, mine),
	DB_I64(struct reaction_count, first_ms),
	DB_END,
};

static const struct db_stmt counts = {
	.name = "reaction.counts",
	.sql = "SELECT r.conv_id, r.conv_index, r.emoji, COUNT(*), "
	       "CAST(SUM(r.user_id = ?) AS SIGNED), MIN(r.at_ms) "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', "
	       "i BIGINT PATH '$[1]')) j STRAIGHT_JOIN reaction r "
	       "ON r.conv_id = j.c AND r.conv_index = j.i "
	       "GROUP BY r.conv_id, r.conv_index, r.emoji ORDER BY NULL",
	.in = counts_in,
	.in_size = sizeof(struct counting),
	.out = counts_out,
	.out_size = sizeof(struct reaction_count),
};

int reaction_sql_counts(struct db *db, struct arena *a, int64_t user_id,
    struct str places, struct reaction_count **out, size_t *n_out,
    struct error *err)
{
	struct counting in = { user_id, places };

	return db_rows(db, &counts, &in, a, out, n_out, err);
}

struct asked {
	struct str users;
	int64_t conv_id, conv_index;
};

static const struct db_field users_in[] = {
	DB_STR(struct asked, users),
	DB_I64(struct asked, conv_id),
	DB_I64(struct asked, conv_index),
	DB_END,
};

static const struct db_stmt users_of = {
	.name = "reaction.users",
	.sql = "SELECT r.conv_id, r.conv_index, r.emoji, r.user_id, r.at_ms "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "JOIN reaction r ON r.user_id = j.id "
	       "WHERE r.conv_id = ? AND r.conv_index = ?",
	.in = users_in,
	.in_size = sizeof(struct asked),
	.out = row_out,
	.out_size = sizeof(struct reaction),
};

int reaction_sql_users(struct db *db, struct arena *a,
    const struct entry_ref *ref, struct str users, struct reaction **out,
    size_t *n_out, struct error *err)
{
	struct asked in = { users, ref->conv_id, ref->conv_index };

	return db_rows(db, &users_of, &in, a, out, n_out, err);
}

const struct db_stmt *const reaction_statements[] = { &kinds, &list, &list_of,
	&counts, &users_of, NULL };
