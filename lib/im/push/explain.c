#include "im/push/explain.h"

#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "im/push/push_job.h"
#include "im/user/registration.h"

#define JOBS_MAX 1000

struct work {
	struct arena *a;
	const struct explain_query *q;
	struct ledger_query of;
	struct explained *out;
	size_t n;
};

static int find_message(struct db *db, struct work *w, struct error *err)
{
	struct entry e;
	struct conv c;
	int found = entry_by_msg(db, w->a, w->q->msg_id, &e, err);

	if (found < 0)
		return -1;
	if (!found || conv_get(db, w->a, e.conv_id, &c, err) < 0 ||
	    c.app_id != w->q->app_id)
		return err_set(err, ERR_NOT_FOUND, "no such message");
	w->of.conv_id = e.conv_id;
	w->of.conv_index = e.conv_index;
	return 0;
}

/* ---- what is due ---- */

static bool is_about(const struct work *w, const struct push_job *j)
{
	if (j->state != PUSH_JOB_WAITING && j->state != PUSH_JOB_SENDING)
		return false;
	if (w->of.conv_id < 0)
		return true;
	return j->conv_id == w->of.conv_id &&
	       j->first_index <= w->of.conv_index &&
	       j->upto_index >= w->of.conv_index;
}

/* Whose notice is in the ledger already: it says more. */
static bool is_told(const struct ledger *rows, size_t n, int64_t notice_id)
{
	for (size_t i = 0; i < n; i++) {
		if (rows[i].ledger_id == notice_id)
			return true;
	}
	return false;
}

static int64_t provider_of(const struct registration *devices, size_t n,
    struct str device_id)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(devices[i].device_id, device_id))
			return devices[i].provider;
	}
	return 0;
}

static void add_job(struct work *w, const struct push_job *j, int64_t provider)
{
	w->out[w->n++].row = (struct ledger){
		.user_id = j->user_id,
		.app_id = j->app_id,
		.device_id = j->device_id,
		.provider = provider,
		.conv_id = j->conv_id,
		.first_index = j->first_index,
		.upto_index = j->upto_index,
		.decision = LEDGER_WAITING,
		.reason = j->state == PUSH_JOB_SENDING ? STR("sending")
						       : STR("queued"),
		.at_ms = j->since_ms,
	};
}

static int add_jobs(struct db *db, struct work *w, const struct ledger *rows,
    size_t n_rows, struct error *err)
{
	struct registration *devices;
	struct push_job *jobs;
	size_t n, n_devices;

	if (push_job_list(db, w->a, w->q->user_id, w->q->device_id, JOBS_MAX,
		&jobs, &n, err) < 0 ||
	    registration_list(db, w->a, w->q->user_id, &devices, &n_devices,
		err) < 0)
		return -1;
	w->out = ARENA_ARRAY(w->a, n + n_rows + 1, struct explained);
	for (size_t i = 0; i < n; i++) {
		if (is_about(w, &jobs[i]) &&
		    !is_told(rows, n_rows, jobs[i].notice_id))
			add_job(w, &jobs[i],
			    provider_of(devices, n_devices, jobs[i].device_id));
	}
	return 0;
}

/* ---- what was decided ---- */

static int add_rows(struct db *db, struct work *w, const struct ledger *rows,
    size_t n, struct error *err)
{
	struct ledger_attempt *all;
	size_t n_all;

	if (ledger_attempts(db, w->a, rows, n, &all, &n_all, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct explained *x = &w->out[w->n++];

		x->row = rows[i];
		for (size_t k = 0; k < n_all; k++) {
			if (all[k].ledger_id != rows[i].ledger_id)
				continue;
			if (!x->n_attempts++)
				x->attempts = &all[k];
		}
	}
	return 0;
}

int explain(struct db *db, struct arena *a, const struct explain_query *q,
    struct explained **out, size_t *n_out, int64_t *next_out, struct error *err)
{
	struct work w = {
		.a = a,
		.q = q,
		.of = {
			.user_id = q->user_id,
			.device_id = q->device_id,
			.conv_id = -1,
			.before_id = q->before_id,
			.limit = q->limit + 1,
		},
	};
	struct ledger *rows;
	size_t n;

	if ((q->msg_id && find_message(db, &w, err) < 0) ||
	    ledger_list(db, a, &w.of, &rows, &n, err) < 0)
		return -1;
	*next_out = 0;
	if (n > (size_t)q->limit)
		*next_out = rows[--n - 1].ledger_id;
	w.out = ARENA_ARRAY(a, n + 1, struct explained);
	if ((!q->before_id && add_jobs(db, &w, rows, n, err) < 0) ||
	    add_rows(db, &w, rows, n, err) < 0)
		return -1;
	*out = w.out;
	*n_out = w.n;
	return 0;
}
