#include "im/site/aged.h"

#include "base/id.h"
#include "im/site/aged_sql.h"

int site_aged_answers(struct db *db, int64_t limit, int64_t *n_out,
    struct error *err)
{
	return site_aged_sql_answers(db, limit, n_out, err);
}

/* Ids begin with the time. */
int site_aged_audit(struct db *db, int64_t before_ms, int64_t limit,
    int64_t *n_out, struct error *err)
{
	return site_aged_sql_audit(db, id_first_at(before_ms), limit, n_out,
	    err);
}

int site_aged_app_log(struct db *db, int64_t app_id, int64_t before_ms,
    int64_t limit, int64_t *n_out, struct error *err)
{
	return site_aged_sql_app_log(db, app_id, id_first_at(before_ms), limit,
	    n_out, err);
}

int site_aged_apps(struct db *db, struct arena *a, int64_t after, int64_t limit,
    struct db_id **out, size_t *n_out, struct error *err)
{
	return site_aged_sql_apps(db, a, after, limit, out, n_out, err);
}
