#include "im/push/erased_sql.h"

#define DROP(what, table)                                                   \
	{                                                                   \
		.name = "push_erased." what,                                \
		.sql = "DELETE FROM " table " WHERE user_id = ? LIMIT 500", \
		.in = db_in_id, .in_size = sizeof(struct db_id)             \
	}

static const struct db_stmt drop_jobs = DROP("jobs", "push_job");
static const struct db_stmt drop_attempts = DROP("attempts", "push_attempt");
static const struct db_stmt drop_ledger = DROP("ledger", "push_ledger");

int push_erased_sql_drop(struct db *db, int64_t user_id, int64_t *n_out,
    struct error *err)
{
	const struct db_stmt *const all[] = { &drop_jobs, &drop_attempts,
		&drop_ledger };
	struct db_id in = { user_id };

	*n_out = 0;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		int64_t n;

		if (db_exec(db, all[i], &in, &n, err) < 0)
			return -1;
		*n_out += n;
	}
	return 0;
}

const struct db_stmt *const push_erased_statements[] = { &drop_jobs,
	&drop_attempts, &drop_ledger, NULL };
