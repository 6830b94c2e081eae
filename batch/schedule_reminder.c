/* Reminders: tells users of messages at the times that they have set. */
#include "schedule.h"

#include "base/fault.h"
#include "im/conv/archive.h"
#include "im/conv/conv.h"
#include "im/conv/history.h"
#include "im/conv/place.h"
#include "im/site/generation.h"
#include "im/site/server_key.h"
#include "im/user/personal.h"
#include "im/user/reminder.h"
#include "view/publish.h"

static const struct db_stmt *const *const statements[] = {
	reminder_due_statements, inbox_statements, entry_statements,
	archive_statements, place_statements, personal_statements,
	generation_statements, server_key_statements, NULL
};

struct finish {
	struct job *j;
	const struct reminder *r;
	struct inbox_row event;
	int finished;
};

/* A message that the user may no longer see is not brought back to mind. */
static int is_seen(struct job *j, const struct reminder *r, bool *seen_out,
    struct error *err)
{
	const struct entry_ref ref = { r->conv_id, r->conv_index };
	struct entry e;
	int64_t floor;
	bool hides;

	if (history_load(j->db, j->arena, 0, r->user_id, &ref, 1, &e, &floor,
		&hides, err) < 0)
		return -1;
	*seen_out = e.msg_id == r->msg_id;
	return 0;
}

static int finish_tx(struct db *db, void *arg, struct error *err)
{
	struct finish *f = arg;
	bool seen;

	if (job_fence_check(f->j, err) < 0 ||
	    is_seen(f->j, f->r, &seen, err) < 0)
		return -1;
	f->finished = reminder_finish(db, f->j->arena, f->r, seen, &f->event,
	    err);
	fault_point("schedule_finish");
	return f->finished < 0 ? -1 : 0;
}

static int finish(struct job *j, const struct reminder *r, struct error *err)
{
	const struct publisher p = { j->db, j->cache, j->bus, j->arena };
	struct finish f = { .j = j, .r = r };

	job_source_late(j, r->remind_ms);
	if (db_tx(j->db, finish_tx, &f, err) < 0)
		return -1;
	fault_point("schedule_committed");
	publish_own(&p, &f.event);
	fault_point("schedule_published");
	j->result.done += f.finished;
	return 0;
}

static int work(struct job *j, size_t *n_out, struct error *err)
{
	struct reminder *rows;

	if (reminder_due(j->db, j->arena, JOB_SOURCE_BATCH, &rows, n_out, err) <
	    0)
		return -1;
	fault_point("schedule_found");
	for (size_t i = 0; !j->dry_run && i < *n_out && !job_should_stop(j);
	     i++)
		if (finish(j, &rows[i], err) < 0)
			return -1;
	return 0;
}

const struct job_source schedule_reminders = {
	.name = "reminders",
	.statements = statements,
	.work = work,
};
