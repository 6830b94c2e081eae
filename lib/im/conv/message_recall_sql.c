#include "im/conv/message_recall_sql.h"

struct away {
	int64_t conv_id, conv_index, sender_id, countable;
};

static const struct db_field away_in[] = {
	DB_I64(struct away, conv_id),
	DB_I64(struct away, conv_index),
	DB_I64(struct away, sender_id),
	DB_I64(struct away, countable),
	DB_END,
};

/* One that counted no longer for another reason is there already. */
static const struct db_stmt put_away = {
	.name = "message_recall.away",
	.sql = "INSERT IGNORE INTO entry_away (conv_id, conv_index, "
	       "sender_id, countable) VALUES (?, ?, ?, ?)",
	.in = away_in,
	.in_size = sizeof(struct away),
};

int message_recall_sql_away(struct db *db, const struct entry *e,
    bool countable, struct error *err)
{
	const struct away in = { e->conv_id, e->conv_index, e->sender_id,
		countable };

	return db_exec(db, &put_away, &in, NULL, err);
}

static const struct db_field place_in[] = {
	DB_I64(struct entry, conv_id),
	DB_I64(struct entry, conv_index),
	DB_END,
};

static const struct db_stmt drop_versions = {
	.name = "message_recall.versions",
	.sql = "DELETE FROM entry_version "
	       "WHERE conv_id = ? AND conv_index = ?",
	.in = place_in,
	.in_size = sizeof(struct entry),
};

int message_recall_sql_versions(struct db *db, const struct entry *e,
    struct error *err)
{
	return db_exec(db, &drop_versions, e, NULL, err);
}

static const struct db_stmt drop_reactions = {
	.name = "message_recall.reactions",
	.sql = "DELETE FROM reaction WHERE conv_id = ? AND conv_index = ?",
	.in = place_in,
	.in_size = sizeof(struct entry),
};

int message_recall_sql_reactions(struct db *db, const struct entry *e,
    struct error *err)
{
	return db_exec(db, &drop_reactions, e, NULL, err);
}

static const struct db_stmt drop_pin = {
	.name = "message_recall.pin",
	.sql = "DELETE FROM pin WHERE conv_id = ? AND conv_index = ?",
	.in = place_in,
	.in_size = sizeof(struct entry),
};

int message_recall_sql_pin(struct db *db, const struct entry *e,
    struct error *err)
{
	return db_exec(db, &drop_pin, e, NULL, err);
}

const struct db_stmt *const message_recall_statements[] = { &put_away,
	&drop_versions, &drop_reactions, &drop_pin, NULL };
