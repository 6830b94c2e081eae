/* im-archive: moves old entries of logs to compressed segments. */
#include <inttypes.h>
#include <string.h>

#include "base/conf.h"
#include "base/fault.h"
#include "base/log.h"
#include "im/conv/archive.h"
#include "im/conv/archive_move.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "job/job.h"

#define PAGE   200
#define DAY_MS INT64_C(86400000)

_Static_assert(ENTRY_BACK_MAX <= 200, "the lower bound of archive.keep");

static struct archive_rule rule;
static int64_t only, restored; /* conversations; 0: none named */
static int64_t after_id;
static int64_t segments, raw_bytes, bytes;

/* ---- one piece ---- */

struct moving {
	struct job *j;
	int64_t conv_id;
	int (*move)(struct moving *m, struct error *err);
	struct archive_piece piece;
	int moved;
};

static int move_old(struct moving *m, struct error *err)
{
	return archive_move(m->j->db, m->j->arena, m->conv_id, &rule, &m->piece,
	    err);
}

static int move_back(struct moving *m, struct error *err)
{
	return archive_restore(m->j->db, m->j->arena, m->conv_id, &m->piece,
	    err);
}

static int tx(struct db *db, void *arg, struct error *err)
{
	struct moving *m = arg;

	(void)db;
	if (job_fence_check(m->j, err) < 0)
		return -1;
	m->moved = m->move(m, err);
	return m->moved < 0 ? -1 : 0;
}

static void count(struct job *j, const struct archive_piece *p)
{
	segments++;
	raw_bytes += p->raw_bytes;
	bytes += p->bytes;
	j->result.done += p->to_index - p->from_index + 1;
}

/* A log that is damaged holds up no other. */
static int pass_over(struct job *j, int64_t conv_id, struct error *err)
{
	if (err->code != ERR_NOT_FOUND && err->code != ERR_INTERNAL)
		return -1;
	log_error("archive_failed", "conv_id=%" PRId64 " detail=\"%s\"",
	    conv_id, err->detail);
	j->result.dead++;
	err_clear(err);
	return 0;
}

/* All pieces of a log. */
static int each_piece(struct job *j, int64_t conv_id,
    int (*move)(struct moving *m, struct error *err), struct error *err)
{
	struct moving m = { .j = j, .conv_id = conv_id, .move = move };

	do {
		if (db_tx(j->db, tx, &m, err) < 0)
			return pass_over(j, conv_id, err);
		if (m.moved) {
			fault_point("archive_committed");
			count(j, &m.piece);
		}
		arena_rewind(j->arena);
	} while (m.moved && !job_should_stop(j));
	return 0;
}

/* ---- all logs ---- */

static int work(struct job *j, const struct archive_log *log, struct error *err)
{
	if (!archive_is_due(log, &rule))
		return 0;
	if (!j->dry_run)
		return each_piece(j, log->conv_id, move_old, err);
	log_info("archive_due", "conv_id=%" PRId64 " rows=%" PRId64,
	    log->conv_id, log->last_index - log->archived_index);
	return 0;
}

static int finish(void)
{
	if (segments)
		log_info("archived",
		    "segments=%" PRId64 " raw_bytes=%" PRId64 " bytes=%" PRId64,
		    segments, raw_bytes, bytes);
	segments = raw_bytes = bytes = 0;
	return 0;
}

/* A page of logs, which outlives the arena's rewinds. */
static int step(struct job *j, struct error *err)
{
	static struct archive_log page[PAGE];
	struct archive_log *list;
	size_t n;

	if (restored) {
		if (!j->dry_run && each_piece(j, restored, move_back, err) < 0)
			return -1;
		return finish();
	}
	if (!rule.after_ms && !rule.rows_max)
		return 0;
	if (archive_logs(j->db, j->arena, only ? only - 1 : after_id,
		only ? 1 : PAGE, &list, &n, err) < 0)
		return -1;
	if (n)
		memcpy(page, list, n * sizeof(*page));
	for (size_t i = 0; i < n && !job_should_stop(j); i++)
		if ((!only || page[i].conv_id == only) &&
		    work(j, &page[i], err) < 0)
			return -1;
	if (n < PAGE)
		return finish();
	after_id = page[n - 1].conv_id;
	return 1;
}

/* ---- the program ---- */

static int start(struct job *j, struct error *err)
{
	const struct db_stmt *const *const lists[] = { archive_statements,
		archive_put_statements, archive_move_statements,
		conv_lock_statements };

	rule = (struct archive_rule){
		.after_ms = conf.archive.after_days * DAY_MS,
		.rows_max = conf.archive.hot_max,
		.rows_min = conf.archive.keep,
		.piece = conf.archive.segment_entries,
		.piece_min = conf.archive.segment_entries / 4,
	};
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (db_check(j->db, lists[i], err) < 0)
			return -1;
	return 0;
}

static bool option(struct job *j, const char *name, const char *value)
{
	int64_t *to = !strcmp(name, "restore") ? &restored : &only;

	(void)j;
	return str_to_int(str_of(value), to) && *to > 0;
}

static const struct program_option options[] = {
	{ "conversation", "CONV_ID", "of this conversation only" },
	{ "restore", "CONV_ID", "take a conversation out of the archive" },
	{ NULL, NULL, NULL },
};

static const struct job_def def = {
	.name = "archive",
	.program = "im-archive",
	.summary = "Moves old entries of logs to compressed segments.",
	.partitions = 1,
	.lease_s = 30,
	.step = step,
	.start = start,
	.options = options,
	.option = option,
};

int main(int argc, char **argv)
{
	return job_main(argc, argv, &def);
}
