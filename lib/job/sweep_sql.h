/* sweep_sql: the statements of job/sweep. */
#ifndef JOB_SWEEP_SQL_H
#define JOB_SWEEP_SQL_H

#include "job/sweep.h"

struct sweep_step {
	struct sweep to;
	int64_t from_id;
};

int sweep_sql_find(struct db *db, struct arena *a, struct str name,
    struct sweep *out, struct error *err);
int sweep_sql_make(struct db *db, struct str name, struct error *err);
int sweep_sql_move(struct db *db, const struct sweep_step *s,
    int64_t *matched_out, struct error *err);

#endif
