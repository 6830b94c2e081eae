#include "im/conv/conv_sql.h"

#include "im/conv/conv_row.h"
#include "im/site/consumer.h"
#include "im/site/own_ordinal.h"

/* ---- reading and locking ---- */

static const struct db_field conv_out[] = { CONV_OUT(struct conv, ), DB_END };

#define CONV_SELECT                                                  \
	"SELECT " CONV_COLUMNS                                       \
	" FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j " \
	"STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "              \
	"STRAIGHT_JOIN conversation c ON c.conv_id = s.conv_id"

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
	.sql = CONV_SELECT " FOR UPDATE",
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

int conv_sql_lock(struct db *db, struct arena *a, struct str list,
    struct conv **out, size_t *n_out, struct error *err)
{
	struct db_text in = { list };

	return db_rows(db, &lock, &in, a, out, n_out, err);
}

/* ---- the log ---- */

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
	DB_I64(struct log_row, e.version),
	DB_STR(struct log_row, fingerprint),
	DB_END,
};

static const struct db_stmt insert_entry = {
	.name = "conv.insert_entry",
	.sql = "INSERT INTO entry (conv_id, conv_index, msg_id, sender_id, "
	       "client_msg_id, kind, type, flags, ordinal, own_ordinal, "
	       "sent_ms, target_index, reply_index, version, fingerprint) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
	.name = "conv.insert_body",
	.sql = "INSERT INTO body (conv_id, conv_index, content) "
	       "VALUES (?, ?, ?)",
	.in = body_in,
	.in_size = sizeof(struct log_row),
};

static const struct db_field raise_in[] = {
	DB_I64(struct conv, last_index),
	DB_I64(struct conv, last_ordinal),
	DB_I64(struct conv, last_ms),
	DB_I64(struct conv, changed_index),
	DB_I64(struct conv, conv_id),
	DB_I64(struct conv, home),
	DB_I64(struct conv, epoch),
	DB_END,
};

static const struct db_stmt raise_many = DB_MANY("conv.raise_many",
    "UPDATE JSON_TABLE(?, '$[*]' COLUMNS(last BIGINT PATH '$[0]', "
    "ordinal BIGINT PATH '$[1]', ms BIGINT PATH '$[2]', "
    "changed BIGINT PATH '$[3]', id BIGINT PATH '$[4]', "
    "home INT PATH '$[5]', epoch INT PATH '$[6]')) j "
    "STRAIGHT_JOIN conv_seq s ON s.conv_id = j.id "
    "SET s.last_index = j.last, s.last_ordinal = j.ordinal, "
    "s.last_ms = j.ms, s.changed_index = j.changed "
    "WHERE s.home = j.home AND s.epoch = j.epoch");

static const struct db_stmt raise_seq = {
	.name = "conv.raise",
	.sql = "UPDATE conv_seq SET last_index = ?, last_ordinal = ?, "
	       "last_ms = ?, changed_index = ? "
	       "WHERE conv_id = ? AND home = ? AND epoch = ?",
	.in = raise_in,
	.in_size = sizeof(struct conv),
	.many = &raise_many,
};

struct dirty {
	int64_t consumer, part, conv_id, head, since_ms;
};

static const struct db_field dirty_in[] = {
	DB_I64(struct dirty, consumer),
	DB_I64(struct dirty, part),
	DB_I64(struct dirty, conv_id),
	DB_I64(struct dirty, head),
	DB_I64(struct dirty, since_ms),
	DB_END,
};

/* since_ms is kept: it is that of the oldest due entry. */
static const struct db_stmt mark_dirty = {
	.name = "conv.mark_dirty",
	.sql = "INSERT INTO log_dirty (consumer, part, conv_id, head, "
	       "since_ms) VALUES (?, ?, ?, ?, ?) "
	       "ON DUPLICATE KEY UPDATE head = VALUES(head)",
	.in = dirty_in,
	.in_size = sizeof(struct dirty),
};

static struct dirty dirty_of(const struct conv *c, int64_t since_ms)
{
	return (struct dirty){
		.consumer = CONSUMER_FANOUT,
		.part = conv_part(c->conv_id),
		.conv_id = c->conv_id,
		.head = c->last_index,
		.since_ms = since_ms,
	};
}

static int mark(struct db *db, struct arena *a, const struct log_row *rows,
    size_t n_rows, const struct conv *convs, size_t n, struct error *err)
{
	struct dirty *dirty = ARENA_ARRAY(a, n, struct dirty);

	for (size_t i = 0; i < n; i++) {
		size_t first = 0;

		while (first < n_rows - 1 &&
		       rows[first].e.conv_id != convs[i].conv_id)
			first++;
		dirty[i] = dirty_of(&convs[i], rows[first].e.sent_ms);
	}
	return db_exec_bulk(db, &mark_dirty, dirty, n, sizeof(*dirty), NULL,
	    err);
}

int conv_log_write(struct db *db, struct arena *a, const struct log_row *rows,
    size_t n_rows, const struct conv *convs, size_t n_convs, struct error *err)
{
	int64_t raised;

	if (db_exec_bulk(db, &insert_entry, rows, n_rows, sizeof(*rows), NULL,
		err) < 0 ||
	    db_exec_bulk(db, &insert_body, rows, n_rows, sizeof(*rows), NULL,
		err) < 0 ||
	    db_exec_bulk(db, &raise_seq, convs, n_convs, sizeof(*convs),
		&raised, err) < 0)
		return -1;
	if (raised != (int64_t)n_convs)
		return err_set(err, ERR_INTERNAL, "a log has moved");
	return mark(db, a, rows, n_rows, convs, n_convs, err);
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
	.name = "conv.own_ordinal",
	.sql = "SELECT " LOG_OWN_ORDINAL("?", "?", "?"),
	.in = own_in,
	.in_size = sizeof(struct own),
	.out = own_out,
	.out_size = sizeof(struct own),
};

int conv_own_ordinal(struct db *db, struct arena *a, int64_t conv_id,
    int64_t sender_id, int64_t at, int64_t *ordinal_out, struct error *err)
{
	struct own in = { conv_id, sender_id, at, 0 }, row = { 0 };

	if (db_row(db, &own_ordinal, &in, a, &row, err) < 0)
		return -1;
	*ordinal_out = row.ordinal;
	return 0;
}

/* ---- creating and changing ---- */

static const struct db_field seq_in[] = {
	DB_I64(struct conv, conv_id),
	DB_I64(struct conv, home),
	DB_I64(struct conv, last_ms),
	DB_END,
};

static const struct db_stmt insert_seq = {
	.name = "conv.insert_seq",
	.sql = "INSERT INTO conv_seq (conv_id, home, last_ms) "
	       "VALUES (?, ?, ?)",
	.in = seq_in,
	.in_size = sizeof(struct conv),
};

static const struct db_field insert_in[] = {
	DB_I64(struct conv, conv_id),
	DB_I64(struct conv, app_id),
	DB_I64(struct conv, kind),
	DB_I64(struct conv, created_by),
	DB_I64(struct conv, created_ms),
	DB_I64(struct conv, member_count),
	DB_I64(struct conv, mode),
	DB_STR(struct conv, name),
	DB_STR(struct conv, photo),
	DB_STR(struct conv, announcement),
	DB_STR(struct conv, description),
	DB_STR(struct conv, meta),
	DB_I64(struct conv, join_policy),
	DB_I64(struct conv, who_can_post),
	DB_I64(struct conv, who_can_invite),
	DB_I64(struct conv, history),
	DB_I64(struct conv, slow_mode_s),
	DB_I64(struct conv, message_ttl_s),
	DB_END,
};

static const struct db_stmt insert_conv = {
	.name = "conv.insert",
	.sql = "INSERT INTO conversation (conv_id, app_id, kind, created_by, "
	       "created_ms, member_count, mode, name, photo, announcement, "
	       "description, meta, join_policy, who_can_post, who_can_invite, "
	       "history, slow_mode_s, message_ttl_s) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	.in = insert_in,
	.in_size = sizeof(struct conv),
};

int conv_insert(struct db *db, const struct conv *c, struct error *err)
{
	struct dirty dirty = dirty_of(c, c->created_ms);

	if (db_exec(db, &insert_seq, c, NULL, err) < 0 ||
	    db_exec(db, &insert_conv, c, NULL, err) < 0)
		return -1;
	return db_exec(db, &mark_dirty, &dirty, NULL, err);
}

static const struct db_field touch_in[] = {
	DB_I64(struct conv, member_count),
	DB_I64(struct conv, version),
	DB_I64(struct conv, dissolved_ms),
	DB_I64(struct conv, conv_id),
	DB_END,
};

static const struct db_stmt touch = {
	.name = "conv.touch",
	.sql = "UPDATE conversation SET member_count = ?, version = ?, "
	       "dissolved_ms = ? WHERE conv_id = ?",
	.in = touch_in,
	.in_size = sizeof(struct conv),
};

int conv_touch(struct db *db, struct conv *c, struct error *err)
{
	c->version++;
	return db_exec(db, &touch, c, NULL, err);
}

/* ---- the one conversation of a pair, and creation by client id ---- */

struct pair {
	int64_t low, high, conv_id;
};

static const struct db_field pair_in[] = {
	DB_I64(struct pair, low),
	DB_I64(struct pair, high),
	DB_END,
};

static const struct db_field pair_insert_in[] = {
	DB_I64(struct pair, low),
	DB_I64(struct pair, high),
	DB_I64(struct pair, conv_id),
	DB_END,
};

static const struct db_stmt direct = {
	.name = "conv.direct",
	.sql = "SELECT conv_id FROM direct WHERE low_id = ? AND high_id = ?",
	.in = pair_in,
	.in_size = sizeof(struct pair),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

static const struct db_stmt direct_insert = {
	.name = "conv.direct_insert",
	.sql = "INSERT INTO direct (low_id, high_id, conv_id) "
	       "VALUES (?, ?, ?)",
	.in = pair_insert_in,
	.in_size = sizeof(struct pair),
};

int conv_sql_direct(struct db *db, struct arena *a, int64_t low, int64_t high,
    int64_t *conv_id_out, struct error *err)
{
	struct pair in = { low, high, 0 };
	struct db_id row;
	int found = db_row(db, &direct, &in, a, &row, err);

	if (found == 1)
		*conv_id_out = row.id;
	return found;
}

int conv_sql_direct_insert(struct db *db, int64_t low, int64_t high,
    int64_t conv_id, struct error *err)
{
	struct pair in = { low, high, conv_id };

	return db_exec(db, &direct_insert, &in, NULL, err);
}

struct client {
	int64_t user_id;
	struct str client_id;
	int64_t conv_id;
	struct str fingerprint;
};

static const struct db_field client_key[] = {
	DB_I64(struct client, user_id),
	DB_STR(struct client, client_id),
	DB_END,
};

static const struct db_field client_out[] = {
	DB_I64(struct client, conv_id),
	DB_STR(struct client, fingerprint),
	DB_END,
};

static const struct db_field client_in[] = {
	DB_I64(struct client, user_id),
	DB_STR(struct client, client_id),
	DB_I64(struct client, conv_id),
	DB_STR(struct client, fingerprint),
	DB_END,
};

static const struct db_stmt client_find = {
	.name = "conv.client_find",
	.sql = "SELECT conv_id, fingerprint FROM conv_client "
	       "WHERE user_id = ? AND client_id = ?",
	.in = client_key,
	.in_size = sizeof(struct client),
	.out = client_out,
	.out_size = sizeof(struct client),
};

static const struct db_stmt client_insert = {
	.name = "conv.client_insert",
	.sql = "INSERT INTO conv_client (user_id, client_id, conv_id, "
	       "fingerprint) VALUES (?, ?, ?, ?)",
	.in = client_in,
	.in_size = sizeof(struct client),
};

int conv_client_find(struct db *db, struct arena *a, int64_t user_id,
    struct str client_id, int64_t *conv_id_out, struct str *fingerprint_out,
    struct error *err)
{
	struct client in = { .user_id = user_id, .client_id = client_id };
	struct client row;
	int found = db_row(db, &client_find, &in, a, &row, err);

	if (found == 1) {
		*conv_id_out = row.conv_id;
		*fingerprint_out = row.fingerprint;
	}
	return found;
}

int conv_client_insert(struct db *db, int64_t user_id, struct str client_id,
    int64_t conv_id, struct str fingerprint, struct error *err)
{
	struct client in = { user_id, client_id, conv_id, fingerprint };

	return db_exec(db, &client_insert, &in, NULL, err);
}

const struct db_stmt *const conv_statements[] = { &load, &lock, &insert_entry,
	&insert_body, &raise_seq, &mark_dirty, &own_ordinal, &insert_seq,
	&insert_conv, &touch, &direct, &direct_insert, &client_find,
	&client_insert, NULL };
