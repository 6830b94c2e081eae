/* pause_sql: the statements of job/pause. */
#ifndef JOB_PAUSE_SQL_H
#define JOB_PAUSE_SQL_H

#include "job/pause.h"

int pause_sql_find(struct db *db, struct arena *a, struct str job,
    struct job_pause *out, struct error *err);
int pause_sql_insert(struct db *db, const struct job_pause *p,
    int64_t *added_out, struct error *err);
int pause_sql_delete(struct db *db, struct str job, int64_t *removed_out,
    struct error *err);

#endif
