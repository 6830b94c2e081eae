#include "im/consumer/chat_drift_sql.h"

#include "im/consumer/derived.h"
#include "im/site/consumer.h"

_Static_assert(CONSUMER_FANOUT == 1, "the consumer in these statements");

#define D struct chat_drift

/* As `want` of a fact and `have` of it, in the order of the select list. */
static const struct db_field drift_out[] = {
	DB_I64(D, conv_id),
	DB_I64(D, user_id),
	DB_I64(D, exists),
	DB_I64(D, archived_index),
	DB_I64(D, low),
	DB_I64(D, want.listed),
	DB_I64(D, have.listed),
	DB_I64(D, want.mode),
	DB_I64(D, have.mode),
	DB_I64(D, want.last_index),
	DB_I64(D, have.last_index),
	DB_I64(D, want.last_message_index),
	DB_I64(D, have.last_message_index),
	DB_I64(D, want.last_ms),
	DB_I64(D, have.last_ms),
	DB_I64(D, want.last_ordinal),
	DB_I64(D, have.last_ordinal),
	DB_I64(D, want.own_ordinal),
	DB_I64(D, have.own_ordinal),
	DB_I64(D, want.base_index),
	DB_I64(D, have.base_index),
	DB_I64(D, want.base_ordinal),
	DB_I64(D, have.base_ordinal),
	DB_I64(D, want.base_own),
	DB_I64(D, have.base_own),
	DB_END,
};

/* The SQL is formatted by hand. */
/* clang-format off */

/* The last index that member m has received at `at`. */
#define REACH "IF(m.left_index = 0, m.at, LEAST(m.left_index, m.at))"
/* Where the row of a member in mode pull stands. */
#define STAYS                                                             \
	"IF(m.has_row, GREATEST(m.joined_index, LEAST(m.last_index, " REACH \
	")), " REACH ")"
/* Of what has been sent up to a place within the archive no row tells. */
#define OWN                                                               \
	"CASE WHEN r.reach = 0 THEN 0 "                                   \
	"WHEN r.reach < r.archived THEN COALESCE(r.own_ordinal, 0) ELSE " \
	LOG_OWN_ORDINAL("r.conv_id", "r.user_id", "r.reach") " END"
/* Of the present interval or, for those who left, the last one. */
#define LOW "GREATEST(r.joined_index, 1)"

/* `members` joins what names them (j) with member b.  For each: how far fan-out
 * has served them (at), the mode there, and the chat that there is. */
#define SERVED(members)                                                   \
	"SELECT b.conv_id, b.user_id, b.joined_index, b.left_index, "     \
	FANOUT_PROGRESS("b.user_id") " at, "                              \
	FANOUT_AHEAD("b.user_id") " ahead, c.user_id IS NOT NULL has_row, " \
	"c.listed, c.mode is_mode, c.last_index, c.last_message_index, "  \
	"c.last_ms, c.last_ordinal, c.own_ordinal, c.base_index, "        \
	"c.base_ordinal, c.base_own, " LOG_ARCHIVED("b.conv_id")          \
	" archived FROM " members                                         \
	"STRAIGHT_JOIN log_cursor f ON f.consumer = 1 "                   \
	"AND f.conv_id = b.conv_id "                                      \
	"STRAIGHT_JOIN user_seq s ON s.user_id = b.user_id "              \
	"LEFT JOIN chat c ON c.user_id = b.user_id AND c.conv_id = b.conv_id"
#define MODED(members)                                                    \
	"SELECT p.*, p.left_index = 0 OR p.left_index > p.at present, "   \
	"IF((p.left_index = 0 OR p.left_index > p.at) AND "               \
	"COALESCE(NULLIF(p.ahead, 0), " LOG_MODE_AT("p.conv_id", "p.at")  \
	") = 2, 2, 1) mode "                                              \
	"FROM (" SERVED(members) ") p "                                   \
	"WHERE p.at > 0 AND p.joined_index <= p.at"
#define REACHED(members)                                                  \
	"SELECT m.*, IF(m.mode = 2, " STAYS ", " REACH ") reach "         \
	"FROM (" MODED(members) ") m"
#define WANTED(members)                                                   \
	"SELECT r.*, COALESCE(" LOG_ORDINAL("r.conv_id", "r.reach") ", "  \
	"r.last_ordinal, 0) w_ordinal, "                                  \
	OWN " w_own, " LOW " low, "                                       \
	"COALESCE(" LOG_NEWEST_MESSAGE("r.conv_id", LOW, "r.reach") ", "  \
	"r.last_message_index, 0) w_message, "                            \
	"COALESCE(" LOG_NEWEST_BUMP("r.conv_id", LOW, "r.reach") ", "     \
	"r.last_ms, (SELECT e.sent_ms FROM entry e "                      \
	"WHERE e.conv_id = r.conv_id AND e.conv_index = " LOW "), 0) w_ms, " \
	LOG_ORDINAL("r.conv_id", "r.joined_index") " w_base, "            \
	"IF(r.joined_index = 0, 0, "                                      \
	LOG_OWN_ORDINAL("r.conv_id", "r.user_id", "r.joined_index")       \
	") w_base_own FROM (" REACHED(members) ") r"
#define BASE     "COALESCE(x.w_base, x.base_ordinal, 0)"
#define BASE_OWN "IF(x.w_base IS NULL, COALESCE(x.base_own, 0), x.w_base_own)"
#define DRIFT(members)                                                    \
	"SELECT x.conv_id, x.user_id, x.has_row, x.archived, x.low, "     \
	"x.present, x.listed, x.mode, x.is_mode, x.reach, "                \
	"x.last_index, x.w_message, "                                      \
	"x.last_message_index, x.w_ms, x.last_ms, x.w_ordinal, "          \
	"x.last_ordinal, x.w_own, x.own_ordinal, x.joined_index, "        \
	"x.base_index, " BASE ", x.base_ordinal, " BASE_OWN ", x.base_own " \
	"FROM (" WANTED(members) ") x WHERE x.has_row = 0 "               \
	"OR x.listed <> x.present OR x.is_mode <> x.mode "                \
	"OR x.last_index <> x.reach OR x.last_ordinal <> x.w_ordinal "    \
	"OR x.own_ordinal <> x.w_own OR x.last_ms <> x.w_ms "             \
	"OR x.last_message_index <> x.w_message "                         \
	"OR x.base_index <> x.joined_index "                              \
	"OR x.base_ordinal <> " BASE " OR x.base_own <> " BASE_OWN
/* clang-format on */

static const struct db_stmt of_convs = {
	.name = "chat_drift.of_convs",
	.sql = DRIFT("JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
		     "STRAIGHT_JOIN member b ON b.conv_id = j.id "),
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = drift_out,
	.out_size = sizeof(D),
};

static const struct db_stmt of_members = {
	.name = "chat_drift.of_members",
	.sql = DRIFT("JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', "
		     "u BIGINT PATH '$[1]')) j "
		     "STRAIGHT_JOIN member b ON b.conv_id = j.c "
		     "AND b.user_id = j.u "),
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = drift_out,
	.out_size = sizeof(D),
};

int chat_drift_sql_of_convs(struct db *db, struct arena *a, struct str convs,
    struct chat_drift **out, size_t *n_out, struct error *err)
{
	struct db_text in = { convs };

	return db_rows(db, &of_convs, &in, a, out, n_out, err);
}

int chat_drift_sql_of_members(struct db *db, struct arena *a,
    struct str members, struct chat_drift **out, size_t *n_out,
    struct error *err)
{
	struct db_text in = { members };

	return db_rows(db, &of_members, &in, a, out, n_out, err);
}

static const struct db_field put_in[] = {
	DB_I64(D, user_id),
	DB_I64(D, conv_id),
	DB_I64(D, want.listed),
	DB_I64(D, want.mode),
	DB_I64(D, want.last_index),
	DB_I64(D, want.last_message_index),
	DB_I64(D, want.last_ms),
	DB_I64(D, want.last_ordinal),
	DB_I64(D, want.own_ordinal),
	DB_I64(D, want.base_index),
	DB_I64(D, want.base_ordinal),
	DB_I64(D, want.base_own),
	DB_END,
};

static const struct db_stmt put = {
	.name = "chat_drift.put",
	.sql = "INSERT INTO chat (user_id, conv_id, listed, mode, last_index, "
	       "last_message_index, last_ms, last_ordinal, own_ordinal, "
	       "base_index, base_ordinal, base_own) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
	       "ON DUPLICATE KEY UPDATE listed = VALUES(listed), "
	       "mode = VALUES(mode), last_index = VALUES(last_index), "
	       "last_message_index = VALUES(last_message_index), "
	       "last_ms = VALUES(last_ms), "
	       "last_ordinal = VALUES(last_ordinal), "
	       "own_ordinal = VALUES(own_ordinal), "
	       "base_index = VALUES(base_index), "
	       "base_ordinal = VALUES(base_ordinal), "
	       "base_own = VALUES(base_own)",
	.in = put_in,
	.in_size = sizeof(D),
};

int chat_drift_sql_put(struct db *db, const struct chat_drift *d,
    struct error *err)
{
	return db_exec(db, &put, d, NULL, err);
}

/* ---- members ---- */

struct page {
	int64_t conv_id, user_id, limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, conv_id),
	DB_I64(struct page, conv_id),
	DB_I64(struct page, user_id),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_field place_out[] = {
	DB_I64(struct chat_drift_place, conv_id),
	DB_I64(struct chat_drift_place, user_id),
	DB_END,
};

static const struct db_stmt page = {
	.name = "chat_drift.page",
	.sql = "SELECT conv_id, user_id FROM member FORCE INDEX (PRIMARY) "
	       "WHERE conv_id >= ? AND (conv_id > ? OR user_id > ?) "
	       "ORDER BY conv_id, user_id LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = place_out,
	.out_size = sizeof(struct chat_drift_place),
};

static const struct db_field user_page_in[] = {
	DB_I64(struct page, user_id),
	DB_I64(struct page, user_id),
	DB_I64(struct page, conv_id),
	DB_I64(struct page, limit),
	DB_I64(struct page, user_id),
	DB_I64(struct page, conv_id),
	DB_I64(struct page, limit),
	DB_I64(struct page, limit),
	DB_END,
};

/* A chat that is missing is known from the events of its conversation. */
static const struct db_stmt user_page = {
	.name = "chat_drift.user_page",
	.sql = "SELECT k.conv_id, ? FROM ("
	       "(SELECT conv_id FROM chat WHERE user_id = ? AND conv_id > ? "
	       "ORDER BY conv_id LIMIT ?) UNION "
	       "(SELECT DISTINCT conv_id FROM inbox WHERE user_id = ? "
	       "AND conv_id > ? ORDER BY conv_id LIMIT ?)) k "
	       "ORDER BY k.conv_id LIMIT ?",
	.in = user_page_in,
	.in_size = sizeof(struct page),
	.out = place_out,
	.out_size = sizeof(struct chat_drift_place),
};

int chat_drift_sql_page(struct db *db, struct arena *a,
    const struct chat_drift_place *after, int64_t limit,
    struct chat_drift_place **out, size_t *n_out, struct error *err)
{
	struct page in = { after->conv_id, after->user_id, limit };

	return db_rows(db, &page, &in, a, out, n_out, err);
}

int chat_drift_sql_user_page(struct db *db, struct arena *a,
    const struct chat_drift_place *after, int64_t limit,
    struct chat_drift_place **out, size_t *n_out, struct error *err)
{
	struct page in = { after->conv_id, after->user_id, limit };

	return db_rows(db, &user_page, &in, a, out, n_out, err);
}

const struct db_stmt *const chat_drift_statements[] = { &of_convs, &of_members,
	&put, &page, &user_page, NULL };
