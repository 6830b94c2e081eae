#include "im/conv/conv_log_sql.h"

#include "im/site/own_ordinal.h"

/* ---- writing ---- */

static const struct db_field create_in[] = {
	DB_I64(struct conv, conv_id),
	DB_I64(struct conv, home),
	DB_I64(struct conv, last_ms),
	DB_END,
};

static const struct db_stmt create = {
	.name = "conv_log.create",
	.sql = "INSERT INTO conv_seq (conv_id, home, last_ms) "
	       "VALUES (?, ?, ?)",
	.in = create_in,
	.in_size = sizeof(struct conv),
};

int conv_log_sql_create(struct db *db, const struct conv *c, struct error *err)
{
	return db_exec(db, &create, c, NULL, err);
}

static const struct db_field row_in[] = {
	DB_I64(struct log_row, e.conv_id),
	DB_I64(struct log_row, e.conv_index),
	DB_I64(struct log_row, e.msg_id),
	DB_I64(struct log_row, e.sender_id),
	DB_STR(struct log_row, e.client_msg_id),
	DB_I64(struct log_row, e.kind),
	DB_I64(struct log_row, e.type),
	DB_I64(struct log_row, e.flags),
	DB_I64(struct log_row, e.ordinal),
	DB_I64(struct log_row, e.own_ordinal),
	DB_I64(struct log_row, e.sent_ms),
	DB_I64(struct log_row, e.target_index),
	DB_I64(struct log_row, e.reply_index),
	DB_I64(struct log_row, e.expires_ms),
	DB_I64(struct log_row, e.burn_s),
	DB_I64(struct log_row, e.version),
	DB_STR(struct log_row, fingerprint),
	DB_END,
};

static const struct db_stmt insert_entry = {
	.name = "conv_log.insert_entry",
	.sql = "INSERT INTO entry (conv_id, conv_index, msg_id, sender_id, "
	       "client_msg_id, kind, type, flags, ordinal, own_ordinal, "
	       "sent_ms, target_index, reply_index, expires_ms, burn_s, "
	       "version, fingerprint) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	.in = row_in,
	.in_size = sizeof(struct log_row),
};

static const struct db_field body_in[] = {
	DB_I64(struct log_row, e.conv_id),
	DB_I64(struct log_row, e.conv_index),
	DB_STR(struct log_row, e.body),
	DB_END,
};

static const struct db_stmt insert_body = {
	.name = "conv_log.insert_body",
	.sql = "INSERT INTO body (conv_id, conv_index, content) "
	       "VALUES (?, ?, ?)",
	.in = body_in,
	.in_size = sizeof(struct log_row),
};

int conv_log_sql_insert(struct db *db, const struct log_row *rows, size_t n,
    struct error *err)
{
	if (db_exec_bulk(db, &insert_entry, rows, n, sizeof(*rows), NULL, err) <
	    0)
		return -1;
	return db_exec_bulk(db, &insert_body, rows, n, sizeof(*rows), NULL,
	    err);
}

static const struct db_field raise_in[] = {
	DB_I64(struct conv, last_index),
	DB_I64(struct conv, last_ordinal),
	DB_I64(struct conv, last_ms),
	DB_I64(struct conv, last_bump_ms),
	DB_I64(struct conv, changed_index),
	DB_I64(struct conv, conv_id),
	DB_I64(struct conv, home),
	DB_I64(struct conv, epoch),
	DB_END,
};

static const struct db_stmt raise_many = DB_MANY("conv_log.raise_many",
    "UPDATE JSON_TABLE(?, '$[*]' COLUMNS(last BIGINT PATH '$[0]', "
    "ordinal BIGINT PATH '$[1]', ms BIGINT PATH '$[2]', "
    "bump BIGINT PATH '$[3]', changed BIGINT PATH '$[4]', "
    "id BIGINT PATH '$[5]', home INT PATH '$[6]', "
    "epoch INT PATH '$[7]')) j "
    "STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "
    "SET s.last_index = j.last, s.last_ordinal = j.ordinal, "
    "s.last_ms = j.ms, s.last_bump_ms = j.bump, "
    "s.changed_index = j.changed "
    "WHERE s.home = j.home AND s.epoch = j.epoch");

static const struct db_stmt raise_seq = {
	.name = "conv_log.raise",
	.sql = "UPDATE conv_seq SET last_index = ?, last_ordinal = ?, "
	       "last_ms = ?, last_bump_ms = ?, changed_index = ? "
	       "WHERE conv_id = ? AND home = ? AND epoch = ?",
	.in = raise_in,
	.in_size = sizeof(struct conv),
	.many = &raise_many,
};

int conv_log_sql_raise(struct db *db, const struct conv *convs, size_t n,
    struct error *err)
{
	const struct db_expect all = { (int64_t)n, ERR_INTERNAL,
		"a log has moved" };

	return db_exec_expect(db, &raise_seq, convs, n, sizeof(*convs), &all,
	    err);
}

static const struct db_field dirty_in[] = {
	DB_I64(struct log_dirty, consumer),
	DB_I64(struct log_dirty, part),
	DB_I64(struct log_dirty, conv_id),
	DB_I64(struct log_dirty, head),
	DB_I64(struct log_dirty, since_ms),
	DB_END,
};

/* since_ms is kept: it is that of the oldest due entry. */
static const struct db_stmt mark_dirty = {
	.name = "conv_log.mark_dirty",
	.sql = "INSERT INTO log_dirty (consumer, part, conv_id, head, "
	       "since_ms) VALUES (?, ?, ?, ?, ?) "
	       "ON DUPLICATE KEY UPDATE head = VALUES(head)",
	.in = dirty_in,
	.in_size = sizeof(struct log_dirty),
};

int conv_log_sql_mark(struct db *db, const struct log_dirty *rows, size_t n,
    struct error *err)
{
	return db_exec_bulk(db, &mark_dirty, rows, n, sizeof(*rows), NULL, err);
}

/* ---- own messages ---- */

struct own {
	int64_t conv_id, sender_id, at, ordinal;
};

static const struct db_field own_in[] = {
	DB_I64(struct own, conv_id),
	DB_I64(struct own, sender_id),
	DB_I64(struct own, at),
	DB_I64(struct own, conv_id),
	DB_I64(struct own, sender_id),
	DB_END,
};

static const struct db_field own_out[] = {
	DB_I64(struct own, ordinal),
	DB_END,
};

static const struct db_stmt own_ordinal = {
	.name = "conv_log.own_ordinal",
	.sql = "SELECT " LOG_OWN_ORDINAL("?", "?", "?"),
	.in = own_in,
	.in_size = sizeof(struct own),
	.out = own_out,
	.out_size = sizeof(struct own),
};

int conv_log_sql_own_ordinal(struct db *db, struct arena *a, int64_t conv_id,
    int64_t sender_id, int64_t at, int64_t *ordinal_out, struct error *err)
{
	struct own in = { conv_id, sender_id, at, 0 }, row = { 0 };

	if (db_row(db, &own_ordinal, &in, a, &row, err) < 0)
		return -1;
	*ordinal_out = row.ordinal;
	return 0;
}

const struct db_stmt *const conv_log_statements[] = { &create, &insert_entry,
	&insert_body, &raise_seq, &mark_dirty, &own_ordinal, NULL };
const struct db_stmt *const conv_log_append_statements[] = { &insert_entry,
	&insert_body, &raise_seq, &mark_dirty, NULL };
