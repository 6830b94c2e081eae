/* Scheduled messages: sends them at their times, as an ordinary send would. */
#include "schedule.h"

#include <inttypes.h>

#include "base/fault.h"
#include "base/log.h"
#include "im/conv/append.h"
#include "im/conv/archive.h"
#include "im/conv/conv_log.h"
#include "im/conv/history.h"
#include "im/conv/member.h"
#include "im/conv/place.h"
#include "im/conv/reader.h"
#include "im/conv/scheduled.h"
#include "im/user/personal.h"
#include "im/user/user.h"
#include "io/bus_wake.h"
#include "view/compose.h"
#include "view/publish.h"

/* Of those that cannot be sent yet. */
#define AGAIN_MS 5000

static const struct db_stmt *const *const statements[] = {
	scheduled_due_statements, inbox_statements, entry_statements,
	archive_statements, place_statements, personal_statements,
	conv_lock_statements, conv_log_append_statements,
	member_reader_statements, reader_statements, append_statements,
	user_reader_statements, NULL
};

struct finish {
	struct job *j;
	struct arena *a; /* of this one alone */
	const struct scheduled *s;
	struct error failed; /* ERR_NONE: it has not */
	struct scheduled_held held;
	struct append_request ar;
	struct inbox_row event;
	bool sent;
};

static int check_sender(struct finish *f, struct error *err)
{
	struct user u;
	int found = user_find(f->j->db, f->j->cache, f->a, f->held.conv.app_id,
	    f->s->user_id, &u, err);

	if (found < 0)
		return -1;
	if (!found || u.disabled_ms)
		return err_set(err, ERR_FORBIDDEN, "the sender is disabled");
	return 0;
}

/* The request, as the service would have made it just now. */
static int compose(struct finish *f, struct error *err)
{
	const struct scheduled *s = &f->held.row;
	struct compose c = {
		.app_id = f->held.conv.app_id,
		.sender_id = s->user_id,
		.conv_id = s->conv_id,
	};
	struct entry reply;

	if (check_sender(f, err) < 0 ||
	    compose_read(f->a, s->content, &c, err) < 0)
		return -1;
	f->ar = (struct append_request){
		.msg_id = s->msg_id,
		.client_msg_id = s->client_msg_id,
		.fingerprint = s->fingerprint,
	};
	return compose_message(f->j->db, f->j->cache, f->a, &c, &f->ar, &reply,
	    err);
}

/* Of this one alone, whenever it is tried. */
static bool is_final(const struct error *why)
{
	return why->code != ERR_SCHEMA &&
	       err_info(why->code)->retry == ERR_RETRY_NEVER;
}

/* Slow mode, say, delays it; the rest is for its sender to know. */
static int refuse(struct finish *f, const struct error *why, struct error *err)
{
	int64_t after_ms = why->retry_after_ms ? why->retry_after_ms : AGAIN_MS;

	if (is_final(why))
		return scheduled_fail(f->j->db, &f->held, why, &f->event, err);
	f->j->result.retried++;
	return scheduled_postpone(f->j->db, &f->held, after_ms, err);
}

static int send(struct finish *f, struct error *err)
{
	struct error why;
	int sent;

	if (f->failed.code != ERR_NONE)
		return refuse(f, &f->failed, err);
	if (compose(f, &why) < 0)
		return is_final(&why)
			   ? refuse(f, &why, err)
			   : err_set(err, why.code, "%s", why.detail);
	sent = scheduled_send(f->j->db, f->a, &f->held, &f->ar, &f->event, err);
	if (sent == 0)
		return refuse(f, &f->ar.error, err);
	f->sent = sent > 0;
	return sent < 0 ? -1 : 0;
}

static int finish_tx(struct db *db, void *arg, struct error *err)
{
	struct finish *f = arg;
	int held, rc;

	f->sent = false;
	f->event.user_index = 0;
	if (job_fence_check(f->j, err) < 0)
		return -1;
	held = scheduled_hold(db, f->a, f->s, &f->held, err);
	if (held <= 0)
		return held;
	if (f->s->state == SCHEDULED_WAITING && f->held.inbox)
		rc = send(f, err);
	else
		rc = scheduled_drop(db, &f->held, err);
	fault_point("schedule_finish");
	return rc;
}

/*
 * What the database refuses, whatever the time, stands in nobody's way: it
 * fails.
 */
static int finish_sure(struct finish *f, struct error *err)
{
	if (db_tx(f->j->db, finish_tx, f, err) == 0)
		return 0;
	if (err->code != ERR_INTERNAL)
		return -1;
	f->failed = *err;
	log_error("schedule_failed", "conv_id=%" PRId64 " msg_id=%" PRId64,
	    f->s->conv_id, f->s->msg_id);
	return db_tx(f->j->db, finish_tx, f, err);
}

static int finish(struct job *j, struct arena *a, const struct scheduled *s,
    struct error *err)
{
	const struct publisher p = { j->db, j->cache, j->bus, a };
	struct finish f = { .j = j, .a = a, .s = s };

	job_source_late(j, s->due_ms);
	if (finish_sure(&f, err) < 0)
		return -1;
	fault_point("schedule_committed");
	if (f.sent)
		bus_wake("fanout");
	publish_own(&p, &f.event);
	fault_point("schedule_published");
	j->result.done += f.sent;
	return 0;
}

static int work(struct job *j, size_t *n_out, struct error *err)
{
	struct scheduled *rows;
	struct arena a;
	int rc = 0;

	if (scheduled_due(j->db, j->arena, JOB_SOURCE_BATCH, &rows, n_out,
		err) < 0)
		return -1;
	fault_point("schedule_found");
	arena_init(&a);
	for (size_t i = 0;
	     rc == 0 && !j->dry_run && i < *n_out && !job_should_stop(j); i++) {
		rc = finish(j, &a, &rows[i], err);
		arena_rewind(&a);
	}
	arena_release(&a);
	return rc;
}

const struct job_source schedule_messages = {
	.name = "messages",
	.statements = statements,
	.work = work,
};
