/* The exports that are due: writes them, and removes what is old. */
#include "export.h"

#include <inttypes.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/stat.h"
#include "export_file.h"
#include "export_page.h"
#include "im/conv/archive.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "im/conv/member.h"
#include "im/conv/message_edit.h"
#include "im/conv/place.h"
#include "im/conv/reaction.h"
#include "im/conv/scheduled.h"
#include "im/conv/sent.h"
#include "im/site/generation.h"
#include "im/site/server_key.h"
#include "im/user/block.h"
#include "im/user/chat.h"
#include "im/user/contact.h"
#include "im/user/erasure.h"
#include "im/user/personal.h"
#include "im/user/reminder.h"
#include "im/user/session.h"
#include "im/user/star.h"
#include "im/user/user.h"
#include "im/user/user_setting.h"

static const struct db_stmt *const *const statements[] = {
	export_due_statements, erasure_due_statements, conv_reader_statements,
	entry_statements, archive_statements, member_statements,
	place_statements, reaction_statements, sent_statements,
	block_list_statements, chat_statements, contact_statements,
	personal_statements, session_statements, star_list_statements,
	reminder_list_statements, scheduled_list_statements,
	message_edit_list_statements, user_reader_statements,
	user_setting_reader_statements, generation_statements,
	server_key_statements, NULL
};

/* Pages of one export before the next one has a turn. */
#define TURN      100
#define TRIES_MAX 10
#define WAIT_MS   (INT64_C(30) * 1000) /* behind the first failure */
#define WAIT_MAX  (INT64_C(3600) * 1000)

/* One turn. */
struct turn {
	struct job *j;
	struct arena pages;
	struct export_page page;
	struct export stored; /* page.e, as the row has it */
	struct export_file file;
	export_part_fn *const *parts;
	enum export_state end; /* of finish_tx() */
	int64_t wait_ms;
	int kept; /* 0: somebody has dropped it */
};

static int keep_tx(struct db *db, void *arg, struct error *err)
{
	struct turn *t = arg;

	if (job_fence_check(t->j, err) < 0)
		return -1;
	t->kept = export_keep(db, &t->page.e, t->wait_ms, err);
	return t->kept < 0 ? -1 : 0;
}

static int end_tx(struct db *db, void *arg, struct error *err)
{
	struct turn *t = arg;

	if (job_fence_check(t->j, err) < 0)
		return -1;
	t->kept = export_end(db, &t->page.e, t->end, t->wait_ms, err);
	return t->kept < 0 ? -1 : 0;
}

static int end(struct turn *t, enum export_state state, int64_t wait_ms,
    struct error *err)
{
	t->end = state;
	t->wait_ms = wait_ms;
	return db_tx(t->j->db, end_tx, t, err);
}

/* ---- writing ---- */

/* The page is on disk before the row says so. */
static int write_page(struct turn *t, struct error *err)
{
	struct export_page *p = &t->page;
	int done;

	buf_clear(&p->lines);
	done = t->parts[p->e.part](p, err);
	if (done < 0 || p->is_gone)
		return done < 0 ? -1 : end(t, EXPORT_GONE, 0, err);
	if (export_file_write(&t->file, p->e.bytes, buf_view(&p->lines), err) <
	    0)
		return -1;
	p->e.bytes += (int64_t)p->lines.len;
	fault_point("export_wrote");
	if (done) {
		p->e.part++;
		p->e.at_id = p->e.at_index = 0;
	}
	p->e.tries = 0;
	p->e.reason = STR_NONE;
	t->wait_ms = 0;
	if (db_tx(t->j->db, keep_tx, t, err) < 0)
		return -1;
	t->stored = p->e;
	fault_point("export_kept");
	stat_add(STAT_EXPORT_BYTES, (int64_t)p->lines.len);
	job_progress(t->j, "lines", p->e.file_lines, 0);
	return 0;
}

/* A complete file first, then the row that says so. */
static int finish(struct turn *t, struct error *err)
{
	if (export_file_finish(&t->file, err) < 0)
		return -1;
	fault_point("export_renamed");
	if (end(t, EXPORT_DONE, export_file_keep_ms(), err) < 0)
		return -1;
	fault_point("export_ended");
	stat_add(STAT_EXPORT_DONE, 1);
	t->j->result.done++;
	return 0;
}

static int open_file(struct turn *t, struct error *err)
{
	struct export *e = &t->page.e;
	int64_t bytes;

	if (export_file_open(&t->file, t->j->arena, e->name, e->bytes, &bytes,
		err) < 0)
		return -1;
	if (bytes == e->bytes)
		return 0;
	e->part = e->at_id = e->at_index = e->bytes = e->file_lines = 0;
	return 0;
}

static int write_pages(struct turn *t, struct error *err)
{
	t->kept = 1;
	if (open_file(t, err) < 0)
		return -1;
	for (int i = 0; i < TURN && !job_should_stop(t->j); i++) {
		int rc;

		if (!t->parts[t->page.e.part])
			return finish(t, err);
		rc = write_page(t, err);
		arena_rewind(&t->pages);
		if (rc < 0)
			return -1;
		/* Its row is GONE, and due. */
		if (!t->kept || t->page.is_gone)
			return 0;
	}
	return 0;
}

/* A failure that is not one of the store is one of this export: others go on.
 * A page that was not kept is written again. */
static int put_off(struct turn *t, struct error *err)
{
	struct export *e = &t->page.e;
	int64_t wait_ms;

	if (err_info(err->code)->retry != ERR_RETRY_NEVER)
		return -1;
	*e = t->stored;
	e->tries++;
	e->reason = arena_str(t->j->arena, str_of(err->detail));
	log_warn("export_failed",
	    "export_id=%" PRId64 " tries=%" PRId64 " detail=\"%s\"",
	    e->export_id, e->tries, err->detail);
	err_clear(err);
	if (e->tries >= TRIES_MAX) {
		t->j->result.dead++;
		stat_add(STAT_EXPORT_FAILED, 1);
		return end(t, EXPORT_FAILED, 0, err);
	}
	t->j->result.retried++;
	wait_ms = WAIT_MS << (e->tries - 1);
	t->wait_ms = wait_ms < WAIT_MAX ? wait_ms : WAIT_MAX;
	return db_tx(t->j->db, keep_tx, t, err);
}

static int work_on(struct job *j, const struct export *e, struct error *err)
{
	struct turn t = { .j = j,
		.page = { .j = j, .e = *e },
		.stored = *e,
		.file = { .fd = -1 },
		.parts = e->user_id ? export_person_parts : export_conv_parts };
	int rc;

	job_source_late(j, e->due_ms);
	arena_init(&t.pages);
	t.page.a = &t.pages;
	t.page.file = &t.file;
	buf_init(&t.page.lines);
	rc = write_pages(&t, err);
	if (rc < 0)
		rc = put_off(&t, err);
	export_file_close(&t.file);
	buf_release(&t.page.lines);
	arena_release(&t.pages);
	return rc;
}

/* ---- removing ---- */

struct removal {
	struct job *j;
	const struct export *e;
};

static int removed_tx(struct db *db, void *arg, struct error *err)
{
	const struct removal *r = arg;

	if (job_fence_check(r->j, err) < 0)
		return -1;
	return export_removed(db, r->e, err);
}

/* 1; 0: it could not be removed, and stays due. */
static int remove_one(struct job *j, const struct export *e, struct error *err)
{
	struct removal r = { j, e };

	if (e->name.p && export_file_remove(j->arena, e->name, err) < 0) {
		log_warn("export_remove", "export_id=%" PRId64 " detail=\"%s\"",
		    e->export_id, err->detail);
		err_clear(err);
		return 0;
	}
	fault_point("export_removed");
	if (db_tx(j->db, removed_tx, &r, err) < 0)
		return -1;
	j->result.done++;
	return 1;
}

/* ---- the source ---- */

static int work(struct job *j, size_t *n_out, struct error *err)
{
	struct export *rows;
	bool any = false;

	if (export_due(j->db, j->arena, JOB_SOURCE_BATCH, &rows, n_out, err) <
	    0)
		return -1;
	fault_point("export_found");
	for (size_t i = 0; !j->dry_run && i < *n_out && !job_should_stop(j);
	     i++) {
		const bool runs = rows[i].state == EXPORT_RUNNING;
		int rc = runs ? work_on(j, &rows[i], err)
			      : remove_one(j, &rows[i], err);

		if (rc < 0)
			return -1;
		any |= runs || rc > 0;
	}
	/* There may be more of each. */
	if (any)
		*n_out = JOB_SOURCE_BATCH;
	return 0;
}

const struct job_source export_files = {
	.name = "exports",
	.statements = statements,
	.work = work,
};
