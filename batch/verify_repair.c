/* Repairs: each in a transaction of its own, under the lock of the writers. */
#include "verify.h"

#include "im/conv/conv.h"

struct repair {
	struct job *j;
	const struct verify_check *check;
	struct verify_finding f;
	int64_t matched;
};

/* An earlier repair of the same row may have put it right. */
static int repair_tx(struct db *db, void *arg, struct error *err)
{
	struct repair *r = arg;
	struct arena *a = r->j->arena;
	int there;

	r->matched = 1;
	if (job_fence_check(r->j, err) < 0 ||
	    verify_sql_lock(db, a, r->check->lock, &r->f, err) < 0)
		return -1;
	if (r->check->is_drastic) {
		there = verify_look_again(db, a, r->check, &r->f, err);
		if (there <= 0)
			return there;
	}
	return r->check->mend
		   ? r->check->mend(db, a, &r->f, &r->matched, err)
		   : verify_sql_repair(db, r->check, &r->f, &r->matched, err);
}

int verify_repair(struct job *j, const struct verify_check *c,
    const struct verify_finding *f, bool *repaired_out, struct error *err)
{
	struct repair r = { .j = j, .check = c, .f = *f };
	int rc;

	*repaired_out = false;
	if (!c->mend && !c->repair.sql)
		return 0;
	r.f.part = f->conv_id ? conv_part(f->conv_id) : 0;
	rc = db_tx(j->db, repair_tx, &r, err);
	if (rc < 0 && err_info(err->code)->retry == ERR_RETRY_NEVER &&
	    err->code != ERR_SCHEMA) {
		err_clear(err);
		return 0;
	}
	*repaired_out = rc == 0 && r.matched > 0;
	if (*repaired_out && c->after)
		rc = c->after(j, &r.f, err);
	return rc;
}
