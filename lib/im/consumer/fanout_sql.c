#include "im/consumer/fanout_sql.h"

#include "im/site/consumer.h"

_Static_assert(CONSUMER_FANOUT == 1, "the consumer in these statements");

/* ---- finding work ---- */

struct ready {
	int64_t p0, p1, p2, p3;
};
_Static_assert(CONV_PARTS == 4, "one column a part");

static const struct db_field ready_out[] = {
	DB_I64(struct ready, p0),
	DB_I64(struct ready, p1),
	DB_I64(struct ready, p2),
	DB_I64(struct ready, p3),
	DB_END,
};

#define READY(part)                                          \
	"EXISTS(SELECT 1 FROM log_dirty WHERE consumer = 1 " \
	"AND part = " #part " AND parked_ms = 0)"

static const struct db_stmt ready = {
	.name = "fanout.ready",
	.sql = "SELECT " READY(0) ", " READY(1) ", " READY(2) ", " READY(3),
	.out = ready_out,
	.out_size = sizeof(struct ready),
};

int fanout_sql_ready(struct db *db, uint64_t *parts_out, struct error *err)
{
	struct ready row = { 0 };

	if (db_row(db, &ready, NULL, NULL, &row, err) < 0)
		return -1;
	*parts_out = (uint64_t)(row.p0 | row.p1 << 1 | row.p2 << 2 |
				row.p3 << 3);
	return 0;
}

struct place {
	int64_t part, after, limit;
};

static const struct db_field place_in[] = {
	DB_I64(struct place, part),
	DB_I64(struct place, after),
	DB_I64(struct place, limit),
	DB_END,
};

static const struct db_field dirty_out[] = {
	DB_I64(struct fanout_dirty, conv_id),
	DB_I64(struct fanout_dirty, head),
	DB_I64(struct fanout_dirty, since_ms),
	DB_I64(struct fanout_dirty, turns),
	DB_END,
};

static const struct db_stmt dirty = {
	.name = "fanout.dirty",
	.sql = "SELECT conv_id, head, since_ms, turns FROM log_dirty "
	       "WHERE consumer = 1 AND part = ? AND conv_id > ? "
	       "AND parked_ms = 0 ORDER BY conv_id LIMIT ?",
	.in = place_in,
	.in_size = sizeof(struct place),
	.out = dirty_out,
	.out_size = sizeof(struct fanout_dirty),
};

int fanout_sql_dirty(struct db *db, struct arena *a, int64_t part,
    int64_t after, int64_t limit, struct fanout_dirty **out, size_t *n_out,
    struct error *err)
{
	struct place in = { part, after, limit };

	return db_rows(db, &dirty, &in, a, out, n_out, err);
}

/* A row for each interval of mode; of those without any, one. */
struct facts {
	struct fanout_conv c;
	int64_t from_index, mode;
};

static const struct db_field facts_out[] = {
	DB_I64(struct facts, c.conv_id),
	DB_I64(struct facts, c.last_index),
	DB_I64(struct facts, c.changed_index),
	DB_I64(struct facts, c.kind),
	DB_I64(struct facts, c.member_count),
	DB_I64(struct facts, c.dissolved_ms),
	DB_I64(struct facts, c.dissolved_index),
	DB_I64(struct facts, c.created_by),
	DB_I64(struct facts, c.created_ms),
	DB_I64(struct facts, c.forced_mode),
	DB_I64(struct facts, c.has_cursor),
	DB_I64(struct facts, c.done_index),
	DB_I64(struct facts, c.hi_index),
	DB_I64(struct facts, c.after_user_id),
	DB_I64(struct facts, c.cursor_mode),
	DB_I64(struct facts, from_index),
	DB_I64(struct facts, mode),
	DB_END,
};

/* Modes and the end of the log are of one moment. */
static const struct db_stmt facts = {
	.name = "fanout.facts",
	.sql = "SELECT s.conv_id, s.last_index, s.changed_index, v.kind, "
	       "v.member_count, v.dissolved_ms, v.dissolved_index, "
	       "v.created_by, v.created_ms, v.forced_mode, "
	       "c.conv_id IS NOT NULL, c.done_index, c.hi_index, "
	       "c.after_user_id, c.mode, i.from_index, i.mode "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "
	       "STRAIGHT_JOIN conversation v ON v.conv_id = s.conv_id "
	       "LEFT JOIN log_cursor c ON c.consumer = 1 "
	       "AND c.conv_id = s.conv_id "
	       "LEFT JOIN conv_mode i ON i.conv_id = s.conv_id",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = facts_out,
	.out_size = sizeof(struct facts),
};

static const struct db_field changed_out[] = {
	DB_I64(struct fanout_changed, conv_id),
	DB_I64(struct fanout_changed, changed_index),
	DB_END,
};

static const struct db_stmt changed = {
	.name = "fanout.changed",
	.sql = "SELECT s.conv_id, s.changed_index "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = changed_out,
	.out_size = sizeof(struct fanout_changed),
};

int fanout_sql_changed(struct db *db, struct arena *a, struct str conv_ids,
    struct fanout_changed **out, size_t *n_out, struct error *err)
{
	struct db_text in = { conv_ids };

	return db_rows(db, &changed, &in, a, out, n_out, err);
}

/* What the interval from from_index on says of c's next entry. */
static void fold_mode(struct fanout_conv *c, int64_t from_index, int64_t mode,
    int64_t from[2])
{
	int64_t next = c->done_index + 1;

	if (from_index > next) {
		if (from_index - 1 < c->mode_to)
			c->mode_to = from_index - 1;
		return;
	}
	if (from_index >= from[0]) {
		from[0] = from_index;
		c->mode = mode;
	}
	if (from_index < next && from_index >= from[1]) {
		from[1] = from_index;
		c->was_mode = mode;
	}
}

/* What the cursor says of modes: it knows of turns between two entries. */
static void fold_cursor(struct fanout_conv *c)
{
	c->log_mode = c->mode;
	if (!c->cursor_mode)
		return;
	c->was_mode = c->cursor_mode;
	if (c->hi_index > c->done_index || !c->after_user_id)
		return;
	/* A turn is under way, which ends before another one begins. */
	c->mode = c->cursor_mode;
	c->was_mode = c->mode == CONV_PUSH ? CONV_PULL : CONV_PUSH;
}

int fanout_sql_facts(struct db *db, struct arena *a, struct str conv_ids,
    struct fanout_conv **out, size_t *n_out, struct error *err)
{
	struct db_text in = { conv_ids };
	struct fanout_conv *c = NULL;
	int64_t from[2] = { 0 };
	struct facts *rows;
	size_t n;

	if (db_rows(db, &facts, &in, a, &rows, &n, err) < 0)
		return -1;
	*out = ARENA_ARRAY(a, n, struct fanout_conv);
	*n_out = 0;
	for (size_t i = 0; i < n; i++) {
		if (!c || c->conv_id != rows[i].c.conv_id) {
			c = &(*out)[(*n_out)++];
			*c = rows[i].c;
			c->mode = c->was_mode = CONV_PUSH;
			c->mode_to = INT64_MAX;
			from[0] = from[1] = 0;
		}
		if (rows[i].from_index)
			fold_mode(c, rows[i].from_index, rows[i].mode, from);
	}
	for (size_t i = 0; i < *n_out; i++)
		fold_cursor(&(*out)[i]);
	return 0;
}

/* ---- who gets it ---- */

struct members {
	struct str triples;
};

static const struct db_field members_in[] = {
	DB_STR(struct members, triples),
	DB_STR(struct members, triples),
	DB_END,
};

static const struct db_field member_out[] = {
	DB_I64(struct fanout_member, conv_id),
	DB_I64(struct fanout_member, user_id),
	DB_I64(struct fanout_member, joined_index),
	DB_I64(struct fanout_member, left_index),
	DB_I64(struct fanout_member, role),
	DB_END,
};

/* One statement, one snapshot: a member who comes back moves from one table
 * to the other. */
#define TRIPLES                                                    \
	"FROM JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', " \
	"lo BIGINT PATH '$[1]', hi BIGINT PATH '$[2]')) j "

static const struct db_stmt members = {
	.name = "fanout.members",
	.sql = "SELECT m.conv_id, m.user_id, m.joined_index, m.left_index, "
	       "m.role " TRIPLES "STRAIGHT_JOIN member m ON m.conv_id = j.c "
	       "WHERE m.joined_index <= j.hi "
	       "AND (m.left_index = 0 OR m.left_index >= j.lo) "
	       "UNION ALL "
	       "SELECT m.conv_id, m.user_id, m.joined_index, "
	       "m.left_index, 0 " TRIPLES
	       "STRAIGHT_JOIN member_past m ON m.conv_id = j.c "
	       "WHERE m.joined_index <= j.hi AND m.left_index >= j.lo",
	.in = members_in,
	.in_size = sizeof(struct members),
	.out = member_out,
	.out_size = sizeof(struct fanout_member),
};

int fanout_sql_members(struct db *db, struct arena *a, struct str triples,
    struct fanout_member **out, size_t *n_out, struct error *err)
{
	struct members in = { triples };

	return db_rows(db, &members, &in, a, out, n_out, err);
}

struct chunk {
	int64_t conv_id, after_user_id, lo, hi, limit;
};

static const struct db_field chunk_in[] = {
	DB_I64(struct chunk, conv_id),
	DB_I64(struct chunk, after_user_id),
	DB_I64(struct chunk, hi),
	DB_I64(struct chunk, lo),
	DB_I64(struct chunk, limit),
	DB_I64(struct chunk, conv_id),
	DB_I64(struct chunk, after_user_id),
	DB_I64(struct chunk, hi),
	DB_I64(struct chunk, lo),
	DB_I64(struct chunk, limit),
	DB_END,
};

static const struct db_stmt chunk = {
	.name = "fanout.chunk",
	.sql = "(SELECT conv_id, user_id, joined_index, left_index, role "
	       "FROM member WHERE conv_id = ? AND user_id > ? "
	       "AND joined_index <= ? AND (left_index = 0 OR left_index >= ?) "
	       "ORDER BY user_id LIMIT ?) "
	       "UNION ALL "
	       "(SELECT conv_id, user_id, joined_index, left_index, 0 "
	       "FROM member_past WHERE conv_id = ? AND user_id > ? "
	       "AND joined_index <= ? AND left_index >= ? "
	       "ORDER BY user_id LIMIT ?)",
	.in = chunk_in,
	.in_size = sizeof(struct chunk),
	.out = member_out,
	.out_size = sizeof(struct fanout_member),
};

int fanout_sql_chunk(struct db *db, struct arena *a,
    const struct fanout_conv *c, int64_t limit, struct fanout_member **out,
    size_t *n_out, struct error *err)
{
	struct chunk in = { c->conv_id, c->after_user_id, c->lo, c->to, limit };

	return db_rows(db, &chunk, &in, a, out, n_out, err);
}

static const struct db_field edges_in[] = {
	DB_I64(struct chunk, conv_id),
	DB_I64(struct chunk, after_user_id),
	DB_I64(struct chunk, lo),
	DB_I64(struct chunk, hi),
	DB_I64(struct chunk, lo),
	DB_I64(struct chunk, hi),
	DB_I64(struct chunk, limit),
	DB_I64(struct chunk, conv_id),
	DB_I64(struct chunk, after_user_id),
	DB_I64(struct chunk, lo),
	DB_I64(struct chunk, hi),
	DB_I64(struct chunk, lo),
	DB_I64(struct chunk, hi),
	DB_I64(struct chunk, limit),
	DB_END,
};

#define EDGES                                                            \
	"WHERE conv_id = ? AND user_id > ? AND (joined_index BETWEEN ? " \
	"AND ? OR left_index BETWEEN ? AND ?) ORDER BY user_id LIMIT ?"

static const struct db_stmt edges = {
	.name = "fanout.edges",
	.sql = "(SELECT conv_id, user_id, joined_index, left_index, role "
	       "FROM member " EDGES ") UNION ALL "
	       "(SELECT conv_id, user_id, joined_index, left_index, 0 "
	       "FROM member_past " EDGES ")",
	.in = edges_in,
	.in_size = sizeof(struct chunk),
	.out = member_out,
	.out_size = sizeof(struct fanout_member),
};

static bool has_member_entry(const struct fanout_conv *c)
{
	for (int64_t at = c->lo; at <= c->to; at++)
		if (c->entries[at - c->lo].kind == ENTRY_MEMBER)
			return true;
	return false;
}

int fanout_sql_edges(struct db *db, struct arena *a,
    const struct fanout_conv *c, int64_t limit, struct fanout_member **out,
    size_t *n_out, struct error *err)
{
	struct chunk in = { c->conv_id, c->after_user_id, c->lo, c->to, limit };

	*out = NULL;
	*n_out = 0;
	if (!has_member_entry(c))
		return 0;
	return db_rows(db, &edges, &in, a, out, n_out, err);
}

struct named {
	struct str user_ids;
	int64_t conv_id, lo, hi;
};

static const struct db_field named_in[] = {
	DB_STR(struct named, user_ids),
	DB_I64(struct named, conv_id),
	DB_I64(struct named, hi),
	DB_I64(struct named, lo),
	DB_STR(struct named, user_ids),
	DB_I64(struct named, conv_id),
	DB_I64(struct named, hi),
	DB_I64(struct named, lo),
	DB_END,
};

#define NAMED_MEMBERS                                               \
	"FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j " \
	"STRAIGHT_JOIN member m ON m.conv_id = ? AND m.user_id = j.id "
#define NAMED_PAST                                                  \
	"FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j " \
	"STRAIGHT_JOIN member_past m ON m.conv_id = ? AND m.user_id = j.id "

static const struct db_stmt named = {
	.name = "fanout.named",
	.sql = "SELECT m.conv_id, m.user_id, m.joined_index, m.left_index, "
	       "m.role " NAMED_MEMBERS "WHERE m.joined_index <= ? "
	       "AND (m.left_index = 0 OR m.left_index >= ?) "
	       "UNION ALL "
	       "SELECT m.conv_id, m.user_id, m.joined_index, "
	       "m.left_index, 0 " NAMED_PAST
	       "WHERE m.joined_index <= ? AND m.left_index >= ?",
	.in = named_in,
	.in_size = sizeof(struct named),
	.out = member_out,
	.out_size = sizeof(struct fanout_member),
};

int fanout_sql_named(struct db *db, struct arena *a,
    const struct fanout_conv *c, struct str user_ids,
    struct fanout_member **out, size_t *n_out, struct error *err)
{
	struct named in = { user_ids, c->conv_id, c->lo, c->to };

	return db_rows(db, &named, &in, a, out, n_out, err);
}

const struct db_stmt *const fanout_statements[] = { &ready, &dirty, &facts,
	&changed, &members, &chunk, &edges, &named, NULL };
const struct db_stmt *const fanout_now_statements[] = { &facts, &members,
	NULL };
