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
	&drop_reactions, &drop_pin, NULL };
