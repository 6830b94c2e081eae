#include "im/site/generation_sql.h"

#include "base/clock.h"

struct generation {
	int64_t number, now_ms;
};

static const struct db_field out_map[] = {
	DB_I64(struct generation, number),
	DB_I64(struct generation, now_ms),
	DB_END,
};

static const struct db_stmt read_stmt = {
	.name = "generation.read",
	.sql = "SELECT generation, " DB_NOW_MS " FROM cache_generation "
	       "WHERE name = 'cache'",
	.out = out_map,
	.out_size = sizeof(struct generation),
};

int generation_sql_read(struct db *db, int64_t *out, struct error *err)
{
	struct generation row = { 1, 0 };
	int64_t asked_ms = clock_boot_ms();
	struct arena a;
	int found;

	arena_init(&a);
	found = db_row(db, &read_stmt, NULL, &a, &row, err);
	arena_release(&a);
	if (found > 0)
		clock_site_learn(row.now_ms, asked_ms);
	*out = row.number;
	return found < 0 ? -1 : 0;
}

static const struct db_stmt raise_stmt = {
	.name = "generation.raise",
	.sql = "UPDATE cache_generation SET generation = generation + 1 "
	       "WHERE name = 'cache'",
};

int generation_sql_raise(struct db *db, struct error *err)
{
	return db_exec(db, &raise_stmt, NULL, NULL, err);
}

const struct db_stmt *const generation_statements[] = { &read_stmt, &raise_stmt,
	NULL };
