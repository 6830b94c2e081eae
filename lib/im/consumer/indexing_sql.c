#include "im/consumer/indexing_sql.h"

#include "im/site/consumer.h"

_Static_assert(CONSUMER_SEARCH == 2, "the consumer in these statements");

struct after {
	int64_t part, after, limit;
};

static const struct db_field after_in[] = {
	DB_I64(struct after, after),
	DB_I64(struct after, limit),
	DB_END,
};

static const struct db_field place_out[] = {
	DB_I64(struct entry_place, msg_id),
	DB_I64(struct entry_place, conv_id),
	DB_I64(struct entry_place, conv_index),
	DB_END,
};

/* From the index alone: the primary key stands behind msg_id. */
static const struct db_stmt ids = {
	.name = "indexing.ids",
	.sql = "SELECT msg_id, conv_id, conv_index "
	       "FROM entry FORCE INDEX (entry_msg) "
	       "WHERE msg_id > ? ORDER BY msg_id LIMIT ?",
	.in = after_in,
	.in_size = sizeof(struct after),
	.out = place_out,
	.out_size = sizeof(struct entry_place),
};

int indexing_sql_ids(struct db *db, struct arena *a, int64_t after,
    int64_t limit, struct entry_place **out, size_t *n_out, struct error *err)
{
	struct after in = { 0, after, limit };

	return db_rows(db, &ids, &in, a, out, n_out, err);
}

/* The same of what is in segments. */
static const struct db_stmt old_ids = {
	.name = "indexing.old_ids",
	.sql = "SELECT msg_id, conv_id, conv_index "
	       "FROM archived FORCE INDEX (archived_msg) "
	       "WHERE msg_id > ? ORDER BY msg_id LIMIT ?",
	.in = after_in,
	.in_size = sizeof(struct after),
	.out = place_out,
	.out_size = sizeof(struct entry_place),
};

int indexing_sql_old_ids(struct db *db, struct arena *a, int64_t after,
    int64_t limit, struct entry_place **out, size_t *n_out, struct error *err)
{
	struct after in = { 0, after, limit };

	return db_rows(db, &old_ids, &in, a, out, n_out, err);
}

static const struct db_field hint_out[] = {
	DB_I64(struct indexing_hint, conv_id),
	DB_I64(struct indexing_hint, head),
	DB_END,
};

static const struct db_stmt logs = {
	.name = "indexing.logs",
	.sql = "SELECT conv_id, last_index FROM conv_seq "
	       "WHERE conv_id > ? ORDER BY conv_id LIMIT ?",
	.in = after_in,
	.in_size = sizeof(struct after),
	.out = hint_out,
	.out_size = sizeof(struct indexing_hint),
};

int indexing_sql_logs(struct db *db, struct arena *a, int64_t after,
    int64_t limit, struct indexing_hint **out, size_t *n_out, struct error *err)
{
	struct after in = { 0, after, limit };

	return db_rows(db, &logs, &in, a, out, n_out, err);
}

static const struct db_field dirty_in[] = {
	DB_I64(struct after, part),
	DB_I64(struct after, after),
	DB_I64(struct after, limit),
	DB_END,
};

static const struct db_stmt dirty = {
	.name = "indexing.dirty",
	.sql = "SELECT conv_id, head FROM log_dirty WHERE consumer = 2 "
	       "AND part = ? AND conv_id > ? ORDER BY conv_id LIMIT ?",
	.in = dirty_in,
	.in_size = sizeof(struct after),
	.out = hint_out,
	.out_size = sizeof(struct indexing_hint),
};

int indexing_sql_dirty(struct db *db, struct arena *a, int64_t part,
    int64_t after, int64_t limit, struct indexing_hint **out, size_t *n_out,
    struct error *err)
{
	struct after in = { part, after, limit };

	return db_rows(db, &dirty, &in, a, out, n_out, err);
}

struct done {
	int64_t part, conv_id, head;
};

static const struct db_field clean_in[] = {
	DB_I64(struct done, part),
	DB_I64(struct done, conv_id),
	DB_I64(struct done, head),
	DB_END,
};

static const struct db_stmt clean = {
	.name = "indexing.clean",
	.sql = "DELETE FROM log_dirty WHERE consumer = 2 AND part = ? "
	       "AND conv_id = ? AND head <= ?",
	.in = clean_in,
	.in_size = sizeof(struct done),
};

int indexing_sql_clean(struct db *db, const struct indexing_hint *rows,
    size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		struct done in = { conv_part(rows[i].conv_id), rows[i].conv_id,
			rows[i].head };

		if (db_exec(db, &clean, &in, NULL, err) < 0)
			return -1;
	}
	return 0;
}

struct run {
	int64_t conv_id, lo, hi;
};

static const struct db_field run_in[] = {
	DB_I64(struct run, conv_id),
	DB_I64(struct run, lo),
	DB_I64(struct run, hi),
	DB_END,
};

static const struct db_field run_out[] = {
	DB_I64(struct entry, conv_id),
	DB_I64(struct entry, conv_index),
	DB_I64(struct entry, msg_id),
	DB_I64(struct entry, sender_id),
	DB_I64(struct entry, kind),
	DB_I64(struct entry, type),
	DB_I64(struct entry, state),
	DB_I64(struct entry, sent_ms),
	DB_I64(struct entry, target_index),
	DB_I64(struct entry, expires_ms),
	DB_END,
};

static const struct db_stmt entries = {
	.name = "indexing.entries",
	.sql = "SELECT conv_id, conv_index, msg_id, sender_id, kind, type, "
	       "state, sent_ms, target_index, expires_ms FROM entry "
	       "WHERE conv_id = ? AND conv_index BETWEEN ? AND ? "
	       "ORDER BY conv_index",
	.in = run_in,
	.in_size = sizeof(struct run),
	.out = run_out,
	.out_size = sizeof(struct entry),
};

int indexing_sql_entries(struct db *db, struct arena *a, struct entry_ref first,
    int64_t last, struct entry **out, size_t *n_out, struct error *err)
{
	struct run in = { first.conv_id, first.conv_index, last };

	return db_rows(db, &entries, &in, a, out, n_out, err);
}

static const struct db_field body_out[] = {
	DB_I64(struct indexing_body, conv_index),
	DB_STR(struct indexing_body, content),
	DB_END,
};

static const struct db_stmt bodies = {
	.name = "indexing.bodies",
	.sql = "SELECT conv_index, content FROM body "
	       "WHERE conv_id = ? AND conv_index BETWEEN ? AND ? "
	       "ORDER BY conv_index",
	.in = run_in,
	.in_size = sizeof(struct run),
	.out = body_out,
	.out_size = sizeof(struct indexing_body),
};

int indexing_sql_bodies(struct db *db, struct arena *a, struct entry_ref first,
    int64_t last, struct indexing_body **out, size_t *n_out, struct error *err)
{
	struct run in = { first.conv_id, first.conv_index, last };

	return db_rows(db, &bodies, &in, a, out, n_out, err);
}

const struct db_stmt *const indexing_statements[] = { &ids, &old_ids, &logs,
	&dirty, &clean, &entries, &bodies, NULL };
