#include "verify_mend.h"

#include "im/consumer/chat_drift.h"
#include "im/user/drift.h"
#include "im/user/inbox_restart.h"

static struct verify_finding finding_of(const struct drift *d)
{
	return (struct verify_finding){
		.conv_id = d->conv_id,
		.user_id = d->user_id,
		.at = d->at,
		.want = d->want,
		.got = d->got,
		.what = d->what,
	};
}

typedef int drift_fn(struct db *db, struct arena *a, struct str users,
    struct drift **out, size_t *n_out, struct error *err);

static int look(drift_fn *fn, struct db *db, struct arena *a, struct str keys,
    struct verify_finding **out, size_t *n_out, struct error *err)
{
	struct drift *rows;

	if (fn(db, a, keys, &rows, n_out, err) < 0)
		return -1;
	*out = ARENA_ARRAY(a, *n_out, struct verify_finding);
	for (size_t i = 0; i < *n_out; i++)
		(*out)[i] = finding_of(&rows[i]);
	return 0;
}

VERIFY_LOOK(settings)
{
	return look(drift_settings, db, a, keys, out, n_out, err);
}

VERIFY_LOOK(badge)
{
	return look(drift_badge, db, a, keys, out, n_out, err);
}

VERIFY_LOOK(badge_chat)
{
	return look(drift_badge_chat, db, a, keys, out, n_out, err);
}

VERIFY_LOOK(chat)
{
	struct chat_drift *rows;

	if (chat_drift_of_convs(db, a, keys, &rows, n_out, err) < 0)
		return -1;
	*out = ARENA_ARRAY(a, *n_out, struct verify_finding);
	for (size_t i = 0; i < *n_out; i++) {
		const struct drift d = chat_drift_first(&rows[i]);

		(*out)[i] = finding_of(&d);
	}
	return 0;
}

VERIFY_MEND(chat)
{
	struct chat_drift was;
	int rc = chat_drift_mend(db, a, f->conv_id, f->user_id, &was, err);

	/* 0: the writer was faster. */
	*matched_out = rc >= 0;
	return rc < 0 ? -1 : 0;
}

VERIFY_MEND(settings)
{
	(void)a;
	return drift_mend_settings(db, f->user_id, f->conv_id, matched_out,
	    err);
}

VERIFY_MEND(badge)
{
	(void)a;
	return drift_mend_badge(db, f->user_id, matched_out, err);
}

VERIFY_MEND(inbox)
{
	int rc = inbox_restart(db, a, f->user_id, err);

	*matched_out = rc > 0;
	return rc < 0 ? -1 : 0;
}

VERIFY_MEND(sweep)
{
	(void)a;
	return inbox_sweep(db, f->user_id, matched_out, err);
}

int verify_sweep(struct job *j, const struct verify_finding *f,
    struct error *err)
{
	int64_t n = INBOX_SWEEP;

	while (n == INBOX_SWEEP && !job_should_stop(j))
		if (inbox_sweep(j->db, f->user_id, &n, err) < 0)
			return -1;
	return 0;
}

const struct db_stmt *const *const verify_mend_lists[] = { drift_statements,
	chat_drift_statements, inbox_restart_statements, NULL };
