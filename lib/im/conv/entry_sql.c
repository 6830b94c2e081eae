#include "im/conv/entry_sql.h"

#include "im/conv/entry_row.h"

static const struct db_field entry_out[] = { ENTRY_OUT(struct entry, ),
	DB_END };

/* By key, so that rows come in the order of the list: to sort them would cost
 * a third more. */
static const struct db_stmt at_places = {
	.name = "entry.at",
	.sql = "SELECT " ENTRY_COLUMNS
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', "
	       "i BIGINT PATH '$[1]')) j "
	       "STRAIGHT_JOIN entry e FORCE INDEX (PRIMARY) "
	       "ON e.conv_id = j.c AND e.conv_index = j.i " BODY_JOIN,
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = entry_out,
	.out_size = sizeof(struct entry),
};

struct range {
	int64_t conv_id, lo, hi;
};

static const struct db_field range_in[] = {
	DB_I64(struct range, conv_id),
	DB_I64(struct range, lo),
	DB_I64(struct range, hi),
	DB_END,
};

static const struct db_stmt in_range = {
	.name = "entry.range",
	.sql = "SELECT " ENTRY_COLUMNS "FROM entry e " BODY_JOIN
	       "WHERE e.conv_id = ? AND e.conv_index BETWEEN ? AND ? "
	       "ORDER BY e.conv_index",
	.in = range_in,
	.in_size = sizeof(struct range),
	.out = entry_out,
	.out_size = sizeof(struct entry),
};

static const struct db_stmt by_msg = {
	.name = "entry.by_msg",
	.sql = "SELECT " ENTRY_COLUMNS "FROM entry e " BODY_JOIN
	       "WHERE e.msg_id = ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = entry_out,
	.out_size = sizeof(struct entry),
};

/* A list of one length, filled up with 0: prepared once. */
#define ID(i)   DB_I64(struct entry_ids, v[i])
#define FIVE(i) ID(i), ID(i + 1), ID(i + 2), ID(i + 3), ID(i + 4)

static const struct db_field ids_in[] = { FIVE(0), FIVE(5), FIVE(10), FIVE(15),
	FIVE(20), DB_END };
_Static_assert(sizeof(ids_in) / sizeof(ids_in[0]) == ENTRY_IDS_MAX + 1,
    "the list of ids");

static const struct db_field places_out[] = {
	DB_I64(struct entry_place, msg_id),
	DB_I64(struct entry_place, conv_id),
	DB_I64(struct entry_place, conv_index),
	DB_I64(struct entry_place, kind),
	DB_I64(struct entry_place, state),
	DB_I64(struct entry_place, expires_ms),
	DB_END,
};

static const struct db_stmt of_msgs = {
	.name = "entry.places",
	.sql = "SELECT e.msg_id, e.conv_id, e.conv_index, e.kind, e.state, "
	       "e.expires_ms FROM entry e "
	       "WHERE e.msg_id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
	       "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	.in = ids_in,
	.in_size = sizeof(struct entry_ids),
	.out = places_out,
	.out_size = sizeof(struct entry_place),
};

int entry_sql_places(struct db *db, struct arena *a, const struct entry_ids *in,
    struct entry_place **out, size_t *n_out, struct error *err)
{
	return db_rows(db, &of_msgs, in, a, out, n_out, err);
}

static const struct db_field origin_out[] = {
	DB_I64(struct entry_origin, msg_id),
	DB_I64(struct entry_origin, sender_id),
	DB_I64(struct entry_origin, sent_ms),
	DB_I64(struct entry_origin, state),
	DB_I64(struct entry_origin, expires_ms),
	DB_END,
};

static const struct db_stmt origins = {
	.name = "entry.origins",
	.sql = "SELECT e.msg_id, e.sender_id, e.sent_ms, e.state, "
	       "e.expires_ms "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN entry e FORCE INDEX (entry_msg) "
	       "ON e.msg_id = j.id WHERE e.kind = 1",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = origin_out,
	.out_size = sizeof(struct entry_origin),
};

int entry_sql_origins(struct db *db, struct arena *a, struct str ids,
    struct entry_origin **out, size_t *n_out, struct error *err)
{
	struct db_text in = { ids };

	return db_rows(db, &origins, &in, a, out, n_out, err);
}

static const struct db_field newest_out[] = {
	DB_I64(struct entry_ref, conv_id),
	DB_I64(struct entry_ref, conv_index),
	DB_END,
};
_Static_assert(ENTRY_BACK_MAX == 200, "the range of this statement");

static const struct db_stmt newest_shown = {
	.name = "entry.newest_shown",
	.sql = "SELECT e.conv_id, MAX(e.conv_index) "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', "
	       "i BIGINT PATH '$[1]')) j "
	       "STRAIGHT_JOIN entry e FORCE INDEX (PRIMARY) "
	       "ON e.conv_id = j.c AND e.conv_index > j.i - 200 "
	       "AND e.conv_index < j.i AND e.kind IN (1, 7, 8) "
	       "GROUP BY e.conv_id ORDER BY NULL",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = newest_out,
	.out_size = sizeof(struct entry_ref),
};

int entry_sql_newest_shown(struct db *db, struct arena *a, struct str places,
    struct entry_ref **out, size_t *n_out, struct error *err)
{
	struct db_text in = { places };

	return db_rows(db, &newest_shown, &in, a, out, n_out, err);
}

struct seen {
	struct str places;
	int64_t user_id;
};

static const struct db_field seen_in[] = {
	DB_STR(struct seen, places),
	DB_I64(struct seen, user_id),
	DB_END,
};

static const struct db_stmt newest_seen = {
	.name = "entry.newest_seen",
	.sql = "SELECT e.conv_id, MAX(e.conv_index) "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', "
	       "i BIGINT PATH '$[1]')) j "
	       "STRAIGHT_JOIN entry e FORCE INDEX (PRIMARY) "
	       "ON e.conv_id = j.c AND e.conv_index > j.i - 200 "
	       "AND e.conv_index < j.i AND e.kind IN (1, 7, 8) "
	       "AND e.state <> 2 "
	       "AND (e.expires_ms = 0 OR e.expires_ms > " DB_NOW_MS ") "
	       "LEFT JOIN message_hidden h ON h.user_id = ? "
	       "AND h.conv_id = e.conv_id AND h.conv_index = e.conv_index "
	       "WHERE h.user_id IS NULL GROUP BY e.conv_id ORDER BY NULL",
	.in = seen_in,
	.in_size = sizeof(struct seen),
	.out = newest_out,
	.out_size = sizeof(struct entry_ref),
};

int entry_sql_newest_seen(struct db *db, struct arena *a, int64_t user_id,
    struct str places, struct entry_ref **out, size_t *n_out, struct error *err)
{
	struct seen in = { places, user_id };

	return db_rows(db, &newest_seen, &in, a, out, n_out, err);
}

const struct db_stmt *const entry_statements[] = { &at_places, &in_range,
	&by_msg, &of_msgs, &origins, &newest_shown, &newest_seen, NULL };

int entry_sql_at(struct db *db, struct arena *a, struct str places,
    struct entry **out, size_t *n_out, struct error *err)
{
	struct db_text in = { places };

	return db_rows(db, &at_places, &in, a, out, n_out, err);
}

int entry_sql_range(struct db *db, struct arena *a, int64_t conv_id, int64_t lo,
    int64_t hi, struct entry **out, size_t *n_out, struct error *err)
{
	struct range in = { conv_id, lo, hi };

	return db_rows(db, &in_range, &in, a, out, n_out, err);
}

int entry_sql_by_msg(struct db *db, struct arena *a, int64_t msg_id,
    struct entry *out, struct error *err)
{
	struct db_id in = { msg_id };

	return db_row(db, &by_msg, &in, a, out, err);
}
