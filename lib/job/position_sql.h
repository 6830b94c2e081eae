/* position_sql: the statements of job/position. */
#ifndef JOB_POSITION_SQL_H
#define JOB_POSITION_SQL_H

#include "base/str.h"
#include "io/db.h"

struct position_row {
	struct str name, owner, position;
	int64_t fence;
};

int position_sql_get(struct db *db, struct arena *a, struct position_row *row,
    struct error *err);
int position_sql_put(struct db *db, const struct position_row *row,
    int64_t *matched_out, struct error *err);

#endif
