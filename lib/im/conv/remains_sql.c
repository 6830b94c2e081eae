#include "im/conv/remains.h"

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

int remains_drop(struct db *db, const struct entry *e, struct error *err)
{
	if (e->edited_ms && db_exec(db, &drop_versions, e, NULL, err) < 0)
		return -1;
	if (e->flags & ENTRY_REACTIONS &&
	    db_exec(db, &drop_reactions, e, NULL, err) < 0)
		return -1;
	return db_exec(db, &drop_pin, e, NULL, err);
}

const struct db_stmt *const remains_statements[] = { &drop_versions,
	&drop_reactions, &drop_pin, NULL };
