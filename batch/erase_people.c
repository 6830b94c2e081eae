/* People: first what others see of them, then what is their own. */
#include "erase.h"

#include "base/fault.h"
#include "im/conv/archive.h"
#include "im/conv/away.h"
#include "im/conv/conv.h"
#include "im/conv/conv_log.h"
#include "im/conv/entry.h"
#include "im/conv/erase_log.h"
#include "im/conv/group.h"
#include "im/conv/join_request.h"
#include "im/conv/member.h"
#include "im/conv/mode.h"
#include "im/conv/page.h"
#include "im/conv/remains.h"
#include "im/conv/scheduled.h"
#include "im/conv/sent.h"
#include "im/site/app_log.h"
#include "im/site/app_setting.h"
#include "im/site/generation.h"
#include "im/site/node.h"
#include "im/site/server_key.h"
#include "im/user/block.h"
#include "im/user/contact.h"
#include "im/user/erasure.h"
#include "im/user/export.h"
#include "im/user/session.h"
#include "io/bus_wake.h"
#include "io/db_clock.h"
#include "view/publish.h"
#include "view/view.h"

static const struct db_stmt *const *const statements[] = {
	erasure_due_statements, export_drop_statements, erase_log_statements,
	sent_statements, conv_statements, conv_log_append_statements,
	entry_statements, archive_statements, archive_put_statements,
	member_statements, mode_follow_statements, away_statements,
	remains_statements, join_request_erase_statements,
	scheduled_erase_statements, contact_statements, block_reader_statements,
	session_statements, inbox_statements, app_log_statements,
	app_setting_statements, node_statements, generation_statements,
	server_key_statements, NULL
};

/* Transactions for one person before the next one has a turn. */
#define TURN 200
/* Requests to come in, dropped in one. */
#define OWN_BATCH 500

struct person {
	struct job *j;
	struct erasure e; /* as it is kept */
	struct erasure next;
	struct erase_log log;
	int64_t ids[ERASE_LOG_BATCH];
	bool done;
};

static struct publisher publisher_of(struct job *j)
{
	return (struct publisher){ j->db, j->cache, j->bus, j->arena };
}

static int keep_tx(struct db *db, void *arg, struct error *err)
{
	struct person *p = arg;

	if (job_fence_check(p->j, err) < 0)
		return -1;
	return erasure_keep(db, &p->next, err);
}

static int keep(struct person *p, struct error *err)
{
	if (db_tx(p->j->db, keep_tx, p, err) < 0)
		return -1;
	p->e = p->next;
	return 0;
}

/* ---- pass 0: sessions and contacts ---- */

/* The request has ended them, unless it died. */
static int end_sessions(struct person *p, struct error *err)
{
	const struct publisher to = publisher_of(p->j);
	struct session_ended *ended;
	size_t n;

	if (session_end_all(to.db, to.cache, to.a, p->e.user_id, 0,
		SESSION_KICKED, &ended, &n, err) < 0)
		return -1;
	publish_sessions_ended(&to, p->e.user_id, ended, n);
	return 0;
}

static int drop_contacts(struct person *p, bool *done_out, struct error *err)
{
	const struct publisher to = publisher_of(p->j);
	struct contact_change change;
	struct contact *rows;
	size_t n;

	if (contact_list(to.db, to.a, p->e.user_id, 0, 0, JOB_SOURCE_BATCH,
		&rows, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (contact_remove(to.db, to.a, p->e.user_id, rows[i].other_id,
			&change, err) < 0)
			return -1;
		publish_contact(&to, &change.events[0]);
		publish_contact(&to, &change.events[1]);
		fault_point("erase_contact");
	}
	*done_out = n < JOB_SOURCE_BATCH;
	return 0;
}

static int say_goodbye(struct person *p, struct error *err)
{
	bool done;

	if (end_sessions(p, err) < 0 || drop_contacts(p, &done, err) < 0)
		return -1;
	if (!done)
		return 0;
	p->next.pass = 1;
	return keep(p, err);
}

/* ---- passes 1 and 2: conversations ---- */

static int log_tx(struct db *db, void *arg, struct error *err)
{
	struct person *p = arg;

	p->log.after_index = p->e.conv_index;
	if (job_fence_check(p->j, err) < 0 ||
	    erase_log(db, p->j->arena, &p->log, p->ids, err) < 0)
		return -1;
	p->next.conv_id = p->log.done ? p->log.conv_id + 1 : p->log.conv_id;
	p->next.conv_index = p->log.done ? 0 : p->log.after_index;
	fault_point("erase_changed");
	return erasure_keep(db, &p->next, err);
}

/* What others have kept of it. */
static void tell(struct person *p)
{
	struct job *j = p->j;
	struct cache *cache = generation_follow(j->db, j->cache);

	if (!p->log.changed)
		return;
	conv_changed(p->log.conv_id);
	conv_rewritten(p->log.conv_id);
	for (size_t i = 0; cache && i < p->log.n; i++)
		page_forget(cache, j->arena, p->log.conv_id, p->log.gone[i]);
	member_ids_refresh(j->db, j->cache, j->arena, &p->log.conv);
	bus_wake("fanout");
}

static int end_pass(struct person *p, struct error *err)
{
	p->next.pass++;
	p->next.conv_id = p->next.conv_index = 0;
	if (p->e.pass == 1) {
		p->next.due_ms = p->e.asked_ms + ERASURE_SETTLE_MS;
		p->done = p->next.due_ms > db_clock_ms(p->j->db);
	}
	return keep(p, err);
}

static int leave_conversation(struct person *p, struct error *err)
{
	int64_t conv_id;

	if (erasure_next_conv(p->j->db, p->j->arena, p->e.user_id, p->e.conv_id,
		&conv_id, err) < 0)
		return -1;
	if (conv_id == 0)
		return end_pass(p, err);
	if (conv_id != p->e.conv_id)
		p->e.conv_index = 0;
	p->log = (struct erase_log){
		.app_id = p->e.app_id,
		.user_id = p->e.user_id,
		.conv_id = conv_id,
		.body = view_member_body,
	};
	if (erase_log_ids(p->j->db, p->ids, err) < 0 ||
	    db_tx(p->j->db, log_tx, p, err) < 0)
		return -1;
	fault_point("erase_committed");
	p->e = p->next;
	tell(p);
	p->j->result.done += (int64_t)p->log.n;
	fault_point("erase_told");
	return 0;
}

/* ---- what is the user's own ---- */

static int own_tx(struct db *db, void *arg, struct error *err)
{
	struct person *p = arg;
	int64_t requests;

	if (job_fence_check(p->j, err) < 0 ||
	    join_request_erase(db, p->e.user_id, OWN_BATCH, &requests, err) <
		0 ||
	    erasure_drop_own(db, &p->e, &p->done, err) < 0)
		return -1;
	p->done &= requests < OWN_BATCH;
	fault_point("erase_own");
	if (!p->done)
		return 0;
	p->next.due_ms = 0;
	return erasure_keep(db, &p->next, err);
}

/* The files are removed by im-export. */
static int drop_own(struct person *p, struct error *err)
{
	if (db_tx(p->j->db, own_tx, p, err) < 0)
		return -1;
	bus_wake("export");
	return 0;
}

/* ---- a person ---- */

static int step(struct person *p, struct error *err)
{
	p->next = p->e;
	switch (p->e.pass) {
	case 0:
		return say_goodbye(p, err);
	case 1:
	case 2:
		return leave_conversation(p, err);
	default:
		return drop_own(p, err);
	}
}

static int work_on(struct job *j, const struct erasure *e, struct error *err)
{
	struct person p = { .j = j, .e = *e };

	job_source_late(j, e->due_ms);
	for (int i = 0; i < TURN && !p.done && !job_should_stop(j); i++)
		if (step(&p, err) < 0)
			return -1;
	return 0;
}

static int work(struct job *j, size_t *n_out, struct error *err)
{
	struct erasure *rows;

	if (erasure_due(j->db, j->arena, JOB_SOURCE_BATCH, &rows, n_out, err) <
	    0)
		return -1;
	fault_point("erase_found");
	for (size_t i = 0; !j->dry_run && i < *n_out && !job_should_stop(j);
	     i++)
		if (work_on(j, &rows[i], err) < 0)
			return -1;
	/* There may be more of each. */
	if (*n_out && !j->dry_run)
		*n_out = JOB_SOURCE_BATCH;
	return 0;
}

const struct job_source erase_people = {
	.name = "people",
	.statements = statements,
	.work = work,
};
