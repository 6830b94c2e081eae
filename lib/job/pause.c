#include "job/pause.h"

#include "job/pause_sql.h"

int pause_find(struct db *db, struct arena *a, struct str job,
    struct job_pause *out, struct error *err)
{
	return pause_sql_find(db, a, job, out, err);
}

int pause_set(struct db *db, const struct job_pause *p, struct error *err)
{
	int64_t added;

	if (pause_sql_insert(db, p, &added, err) < 0)
		return -1;
	return added > 0;
}

int pause_end(struct db *db, struct str job, struct error *err)
{
	int64_t removed;

	if (pause_sql_delete(db, job, &removed, err) < 0)
		return -1;
	return removed > 0;
}
