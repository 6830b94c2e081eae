/* Rows of the installation, each kind by an index of their time. */
#include "expire.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/fault.h"
#include "base/log.h"
#include "im/site/aged.h"
#include "im/user/aged.h"
#include "io/db_clock.h"
#include "job/job_run.h"
#include "job/lease.h"

#define APPS    100
#define LOOK_MS 60000 /* while nothing is left */

static const struct db_stmt *const *const statements[] = { site_aged_statements,
	user_aged_statements, job_run_aged_statements, lease_aged_statements,
	NULL };

struct removal {
	struct job *j;
	int64_t now_ms;
	int64_t app_id;
	int64_t n;
	int (*remove)(struct removal *r, struct error *err);
};

static int64_t days_ago(const struct removal *r, int64_t days)
{
	return r->now_ms - days * EXPIRE_DAY_MS;
}

static int answers(struct removal *r, struct error *err)
{
	return site_aged_answers(r->j->db, EXPIRE_BATCH, &r->n, err);
}

static int audit(struct removal *r, struct error *err)
{
	r->n = 0;
	if (!conf.expire.audit_days)
		return 0;
	return site_aged_audit(r->j->db, days_ago(r, conf.expire.audit_days),
	    EXPIRE_BATCH, &r->n, err);
}

static int app_log(struct removal *r, struct error *err)
{
	return site_aged_app_log(r->j->db, r->app_id,
	    days_ago(r, conf.expire.app_log_days), EXPIRE_BATCH, &r->n, err);
}

static int exports(struct removal *r, struct error *err)
{
	return user_aged_exports(r->j->db, r->app_id,
	    days_ago(r, conf.expire.export_days), EXPIRE_BATCH, &r->n, err);
}

static int runs(struct removal *r, struct error *err)
{
	return job_run_forget(r->j->db, days_ago(r, conf.expire.job_run_days),
	    EXPIRE_BATCH, &r->n, err);
}

static int leases(struct removal *r, struct error *err)
{
	return lease_forget(r->j->db, days_ago(r, conf.expire.job_run_days),
	    &r->n, err);
}

struct kind {
	const char *name;
	int (*remove)(struct removal *r, struct error *err);
};

static const struct kind kinds[] = {
	{ "answers", answers },
	{ "audit", audit },
	{ "runs", runs },
	{ "leases", leases },
};
static const struct kind app_kinds[] = {
	{ "app_log", app_log },
	{ "exports", exports },
};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int remove_tx(struct db *db, void *arg, struct error *err)
{
	struct removal *r = arg;

	(void)db;
	if (job_fence_check(r->j, err) < 0 || r->remove(r, err) < 0)
		return -1;
	fault_point("expire_rows");
	return 0;
}

/* 1: there may be more of it. */
static int remove_some(struct removal *r, const struct kind *k,
    struct error *err)
{
	r->remove = k->remove;
	if (db_tx(r->j->db, remove_tx, r, err) < 0)
		return -1;
	fault_point("expire_rows_committed");
	r->j->result.done += r->n;
	if (r->n)
		log_debug("expired", "kind=%s n=%" PRId64, k->name, r->n);
	return r->n >= EXPIRE_BATCH;
}

static int of_apps(struct removal *r, bool *more, struct error *err)
{
	struct db_id *apps;
	int64_t after = 0;
	size_t n;

	do {
		if (site_aged_apps(r->j->db, r->j->arena, after, APPS, &apps,
			&n, err) < 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			r->app_id = after = apps[i].id;
			for (size_t k = 0; k < COUNT(app_kinds); k++) {
				int rc = remove_some(r, &app_kinds[k], err);

				if (rc < 0)
					return -1;
				*more |= rc > 0;
			}
		}
	} while (n == APPS && !job_should_stop(r->j));
	return 0;
}

static int work(struct job *j, size_t *n_out, struct error *err)
{
	static int64_t look_ms;
	struct removal r = { .j = j, .now_ms = db_clock_ms(j->db) };
	bool more = false;

	*n_out = 0;
	if (j->dry_run || clock_mono_ms() < look_ms)
		return 0;
	for (size_t k = 0; k < COUNT(kinds); k++) {
		int rc = remove_some(&r, &kinds[k], err);

		if (rc < 0)
			return -1;
		more |= rc > 0;
	}
	if (of_apps(&r, &more, err) < 0)
		return -1;
	if (more)
		*n_out = JOB_SOURCE_BATCH;
	else
		look_ms = clock_mono_ms() + LOOK_MS;
	return 0;
}

const struct job_source expire_rows = {
	.name = "rows",
	.statements = statements,
	.work = work,
};
