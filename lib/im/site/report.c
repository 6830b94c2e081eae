#include "im/site/report.h"

#include "im/site/node.h"
#include "im/site/report_sql.h"

struct adding {
	struct arena *a;
	struct report *r;
};

/* Of two at once, one inserts the row, for which the other waits. */
static int add_tx(struct db *db, void *arg, struct error *err)
{
	struct adding *job = arg;
	struct report *r = job->r;
	int found;

	if (report_sql_insert(db, r, err) < 0)
		return -1;
	found = report_sql_find(db, job->a, r, &r->report_id, err);
	if (found < 0)
		return -1;
	if (!found)
		return err_set(err, ERR_INTERNAL, "the report is not there");
	return 0;
}

int report_add(struct db *db, struct arena *a, struct report *r,
    struct error *err)
{
	struct adding job = { a, r };

	if (db_now_ms(db, &r->created_ms, err) < 0 ||
	    node_next_id(db, &r->report_id, err) < 0)
		return -1;
	return db_tx(db, add_tx, &job, err);
}

int report_list(struct db *db, struct arena *a, int64_t app_id,
    int64_t before_id, int64_t limit, struct report **out, size_t *n_out,
    struct error *err)
{
	return report_sql_list(db, a, app_id, before_id, limit, out, n_out,
	    err);
}
