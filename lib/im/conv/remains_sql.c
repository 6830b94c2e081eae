#include "im/conv/remains_sql.h"

static const struct db_field place_in[] = {
	DB_I64(struct entry, conv_id),
	DB_I64(struct entry, conv_index),
	DB_END,
};

static const struct db_stmt drop_versions = {
	.name = "remains.versions",
	.sql = "DELETE FROM entry_version "
	       "WHERE conv_id = ? AND conv_index = ?",
	.in = place_in,
	.in_size = sizeof(struct entry),
};

static const struct db_stmt drop_reactions = {
	.name = "remains.reactions",
	.sql = "DELETE FROM reaction WHERE conv_id = ? AND conv_index = ?",
	.in = place_in,
	.in_size = sizeof(struct entry),
};

static const struct db_stmt drop_pin = {
	.name = "remains.pin",
	.sql = "DELETE FROM pin WHERE conv_id = ? AND conv_index = ?",
	.in = place_in,
	.in_size = sizeof(struct entry),
};

static const struct db_field body_in[] = {
	DB_I64(struct entry, conv_index),
	DB_I64(struct entry, version),
	DB_I64(struct entry, edited_ms),
	DB_I64(struct entry, sent_ms),
	DB_STR(struct entry, body),
	DB_I64(struct entry, conv_id),
	DB_END,
};

static const struct db_stmt keep_body = {
	.name = "remains.keep_body",
	.sql = "INSERT IGNORE INTO held_body (conv_id, conv_index, version, "
	       "at_ms, content) SELECT h.conv_id, ?, ?, GREATEST(?, ?), ? "
	       "FROM legal_hold h WHERE h.conv_id = ?",
	.in = body_in,
	.in_size = sizeof(struct entry),
};

static const struct db_stmt keep_versions = {
	.name = "remains.keep_versions",
	.sql = "INSERT IGNORE INTO held_body (conv_id, conv_index, version, "
	       "at_ms, content) SELECT v.conv_id, v.conv_index, v.version, "
	       "v.at_ms, v.content FROM entry_version v "
	       "STRAIGHT_JOIN legal_hold h ON h.conv_id = v.conv_id "
	       "WHERE v.conv_id = ? AND v.conv_index = ?",
	.in = place_in,
	.in_size = sizeof(struct entry),
};

int remains_sql_keep_body(struct db *db, const struct entry *e,
    struct error *err)
{
	return e->body.len ? db_exec(db, &keep_body, e, NULL, err) : 0;
}

int remains_sql_keep_versions(struct db *db, const struct entry *e,
    struct error *err)
{
	return db_exec(db, &keep_versions, e, NULL, err);
}

int remains_sql_drop_versions(struct db *db, const struct entry *e,
    struct error *err)
{
	return db_exec(db, &drop_versions, e, NULL, err);
}

int remains_sql_drop_reactions(struct db *db, const struct entry *e,
    struct error *err)
{
	return db_exec(db, &drop_reactions, e, NULL, err);
}

int remains_sql_drop_pin(struct db *db, const struct entry *e,
    struct error *err)
{
	return db_exec(db, &drop_pin, e, NULL, err);
}

const struct db_stmt *const remains_statements[] = { &drop_versions,
	&drop_reactions, &drop_pin, &keep_body, &keep_versions, NULL };
