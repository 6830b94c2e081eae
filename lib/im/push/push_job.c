#include "im/push/push_job.h"

#include "im/push/push_job_sql.h"
#include "io/db_clock.h"

int push_job_test(struct db *db, int64_t user_id, struct str device_id,
    int64_t app_id, struct error *err)
{
	int64_t now = db_clock_ms(db);
	const struct push_job j = {
		.user_id = user_id,
		.device_id = device_id,
		.conv_id = PUSH_TEST_CONV,
		.app_id = app_id,
		.part = user_id % PUSH_PARTS,
		.state = PUSH_JOB_WAITING,
		.due_ms = now,
		.first_index = now,
		.upto_index = now,
		.since_ms = now,
	};

	return push_job_sql_raise(db, &j, 1, err);
}

int push_job_raise(struct db *db, struct arena *a, const struct push_job *jobs,
    size_t n, struct error *err)
{
	struct push_job *rows = ARENA_ARRAY(a, n + 1, struct push_job);

	for (size_t i = 0; i < n; i++) {
		rows[i] = jobs[i];
		rows[i].part = jobs[i].user_id % PUSH_PARTS;
		rows[i].state = PUSH_JOB_WAITING;
	}
	return n ? push_job_sql_raise(db, rows, n, err) : 0;
}

int push_job_due(struct db *db, struct arena *a, int64_t part, int64_t now_ms,
    int64_t limit, struct push_job **out, size_t *n_out, struct error *err)
{
	return push_job_sql_due(db, a, part, now_ms, limit, out, n_out, err);
}

int push_job_next_due(struct db *db, int64_t part, int64_t *due_ms_out,
    struct error *err)
{
	return push_job_sql_next_due(db, part, due_ms_out, err);
}

int push_job_list(struct db *db, struct arena *a, int64_t user_id,
    struct str device_id, int64_t limit, struct push_job **out, size_t *n_out,
    struct error *err)
{
	return push_job_sql_list(db, a, user_id, device_id, limit, out, n_out,
	    err);
}

static bool is_withdrawal(const struct push_job *j)
{
	return j->state == PUSH_JOB_WITHDRAW ||
	       (j->state == PUSH_JOB_SENDING && !j->sent_index);
}

int push_job_begin(struct db *db, const struct push_job *was,
    struct push_job *j, struct error *err)
{
	struct push_job_step in = { .was = *was, .next = *was };
	int rc;

	in.next.state = PUSH_JOB_SENDING;
	in.next.sent_index = is_withdrawal(was) ? 0 : was->upto_index;
	in.next.attempts = was->attempts + 1;
	in.next.notice_id = j->notice_id;
	in.next.due_ms = j->due_ms;
	rc = push_job_sql_begin(db, &in, err);
	if (rc > 0)
		*j = in.next;
	return rc;
}

int push_job_shown(struct db *db, const struct push_job *j, int64_t due_ms,
    struct error *err)
{
	struct push_job_step in = { .was = *j, .next = { .due_ms = due_ms } };

	return push_job_sql_shown(db, &in, err);
}

int push_job_later(struct db *db, const struct push_job *j, int64_t due_ms,
    struct error *err)
{
	struct push_job_step in = { .was = *j, .next = { .due_ms = due_ms } };

	return push_job_sql_later(db, &in, err);
}

int push_job_drop(struct db *db, const struct push_job *j, struct error *err)
{
	struct push_job_step in = { .was = *j };

	return j->shown_index ? push_job_sql_rest(db, &in, err)
			      : push_job_sql_drop(db, &in, err);
}

int push_job_gone(struct db *db, const struct push_job *j, struct error *err)
{
	struct push_job_step in = { .was = *j };

	return push_job_sql_drop(db, &in, err);
}

int push_job_withdraw(struct db *db, int64_t user_id, int64_t conv_id,
    int64_t upto_index, int64_t due_ms, int64_t *n_out, struct error *err)
{
	const struct push_job in = {
		.user_id = user_id,
		.conv_id = conv_id,
		.shown_index = upto_index,
		.due_ms = due_ms,
	};

	return push_job_sql_withdraw(db, &in, n_out, err);
}

int push_job_age(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, int64_t *n_out, struct error *err)
{
	struct push_job *rows;
	size_t n;

	*n_out = 0;
	if (push_job_sql_old(db, a, users, before_ms, limit, &rows, &n, err) <
	    0)
		return -1;
	return n ? push_job_sql_forget(db, rows, n, n_out, err) : 0;
}
