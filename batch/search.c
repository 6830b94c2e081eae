/* im-search: brings the logs into the search index. */
#include "search_part.h"

#include <inttypes.h>
#include <string.h>
#include <stdio.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/stat.h"
#include "base/terms.h"
#include "im/consumer/indexing_build.h"
#include "im/conv/archive.h"
#include "im/site/server_key.h"
#include "io/bus_wake.h"
#include "io/db_clock.h"
#include "io/fts_file.h"
#include "io/fts_peers.h"
#include "job/progress.h"
#include "search_status.h"
#include "view/message_text.h"

/* What was dropped leaves the file within a day. */
#define MERGE_EVERY_MS (24 * INT64_C(3600000))
#define TELL_EVERY_MS  10000

static struct search_part parts[FTS_PARTS_MAX];
static int64_t told_ms;
static bool asks_rebuild, asks_optimize;

/* ---- steps ---- */

static struct str terms_of(struct arena *a, const struct entry *e)
{
	struct terms t;
	struct buf b;
	struct str s;

	message_terms(a, e, &t);
	buf_init(&b);
	terms_write(&b, &t);
	s = arena_str(a, buf_view(&b));
	buf_release(&b);
	return s;
}

static struct indexing_tools tools_of(struct job *j, struct fts *f)
{
	return (struct indexing_tools){
		.db = j->db,
		.fts = f,
		.arena = j->arena,
		.part_of = fts_file_part,
		.part = j->partition,
		.terms = terms_of,
		.point = fault_point,
	};
}

static void count(struct job *j, const struct indexing_tally *t)
{
	j->result.done += t->entries;
	stat_add(STAT_SEARCH_ENTRIES, t->entries);
	stat_add(STAT_SEARCH_DOCUMENTS, t->documents);
	stat_add(STAT_SEARCH_DROPPED, t->dropped);
	stat_add(STAT_SEARCH_COMMITS, t->entries || t->dropped);
}

static int follow(struct job *j, struct search_file *f, struct error *err)
{
	const struct indexing_tools t = tools_of(j, f->fts);
	struct indexing_tally tally = { 0 };
	int64_t lag_ms = 0;
	int rc = indexing_follow(&f->follow, &t, &tally, err);

	if (rc < 0) {
		f->follow.began = false;
		return -1;
	}
	count(j, &tally);
	if (tally.oldest_ms)
		lag_ms = db_clock_ms(j->db) - tally.oldest_ms;
	if (lag_ms > j->result.lag_ms)
		j->result.lag_ms = lag_ms;
	stat_set(STAT_SEARCH_LAG_MS, lag_ms);
	return rc;
}

/* 1 there is more to build; state_out: what it is now. */
static int build(struct job *j, struct search_file *f, int64_t *state_out,
    struct error *err)
{
	const struct indexing_tools t = tools_of(j, f->fts);
	struct indexing_tally tally = { 0 };
	int rc = indexing_build_step(&t, &tally, err);

	if (rc < 0 || fts_get(f->fts, FTS_BUILD, state_out, err) < 0)
		return -1;
	count(j, &tally);
	return rc;
}

static int tell(struct job *j, struct fts *f, struct error *err)
{
	int64_t now = db_clock_ms(j->db), percent;

	if (search_status_percent(f, &percent, err) < 0)
		return -1;
	stat_set(STAT_SEARCH_BUILT, percent);
	if (progress_is_bar())
		job_progress(j, "index", percent, 100);
	else if (now - told_ms >= TELL_EVERY_MS || percent == 100) {
		told_ms = now;
		log_info("search_build", "part=%d percent=%" PRId64,
		    j->partition + 1, percent);
	}
	return 0;
}

/* A file that is followed from its survey on. */
static int work_on(struct job *j, struct search_file *f, int64_t *state_out,
    struct error *err)
{
	int more, news;

	*state_out = INDEXING_BUILT;
	if (!f->fts)
		return 0;
	more = build(j, f, state_out, err);
	if (more < 0 || (more && tell(j, f->fts, err) < 0))
		return -1;
	if (*state_out == INDEXING_SURVEY)
		return 1;
	news = follow(j, f, err);
	return news < 0 ? -1 : more || news;
}

/* Without an index, one that is being built is better than none. */
static int switch_files(struct job *j, struct search_part *p, int64_t state,
    bool more, struct error *err)
{
	bool ready = p->current.fts ? state == INDEXING_BUILT && !more
				    : state != INDEXING_SURVEY;

	return p->next.fts && ready ? search_part_switch(j, p, err) : 0;
}

static int is_merge_due(struct job *j, struct fts *f, struct error *err)
{
	int64_t dropped, merged_ms;

	if (fts_file_is_asked(j->arena, j->partition, FTS_ASK_OPTIMIZE))
		return 1;
	if (fts_get(f, FTS_DROPPED, &dropped, err) < 0 ||
	    fts_get(f, FTS_MERGED, &merged_ms, err) < 0)
		return -1;
	return dropped && db_clock_ms(j->db) - merged_ms >= MERGE_EVERY_MS;
}

/* A bounded part, between two looks at the logs. */
static int merge(struct job *j, struct search_part *p, struct error *err)
{
	struct fts *f = p->current.fts;
	int rc = p->merges || !f ? p->merges : is_merge_due(j, f, err);

	if (rc <= 0 || !f)
		return rc;
	p->merges = true;
	rc = fts_merge(f, err);
	fault_point("merge");
	if (rc)
		return rc;
	p->merges = false;
	fts_file_unask(j->arena, j->partition, FTS_ASK_OPTIMIZE);
	if (fts_begin(f, err) < 0)
		return -1;
	if (fts_set(f, FTS_MERGED, db_clock_ms(j->db), err) < 0) {
		fts_rollback(f);
		return -1;
	}
	if (fts_commit(f, err) < 0 || fts_checkpoint(f, err) < 0)
		return -1;
	log_info("search_merged", "part=%d", j->partition + 1);
	return 0;
}

/* The lease is checked in the database, and the fence in the file. */
static int check_lease(struct db *db, void *arg, struct error *err)
{
	(void)db;
	return job_fence_check(arg, err);
}

static int step_part(struct job *j, struct search_part *p, struct error *err)
{
	int64_t state, next_state;
	int news, built, merged;

	if (db_tx(j->db, check_lease, j, err) < 0 ||
	    search_part_open(j, p, err) < 0)
		return -1;
	news = work_on(j, &p->current, &state, err);
	if (news < 0)
		return -1;
	built = work_on(j, &p->next, &next_state, err);
	if (built < 0 || switch_files(j, p, next_state, built, err) < 0)
		return -1;
	merged = merge(j, p, err);
	return merged < 0 ? -1 : news || built || merged;
}

static int step(struct job *j, struct error *err)
{
	struct search_part *p = &parts[j->partition];
	int rc;

	if (j->dry_run)
		return search_status(j, j->partition, err) < 0 ? -1 : 0;
	rc = step_part(j, p, err);
	/* Whoever has the lease now opens them. */
	if (rc < 0)
		search_part_close(p);
	return rc;
}

/* ---- start ---- */

static int ask(struct job *j, enum fts_ask what, struct error *err)
{
	for (int part = 0; part < fts_file_parts(); part++)
		if (fts_peers_is_here(part) &&
		    fts_file_ask(j->arena, part, what, err) < 0)
			return -1;
	bus_wake("search");
	return 0;
}

static int start(struct job *j, struct error *err)
{
	const struct db_stmt *const *const lists[] = { indexing_statements,
		entry_statements, archive_statements, server_key_statements };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (db_check(j->db, lists[i], err) < 0)
			return -1;
	if (j->dry_run)
		return 0;
	stat_set(STAT_SEARCH_BUILT, 100);
	if ((asks_rebuild && ask(j, FTS_ASK_REBUILD, err) < 0) ||
	    (asks_optimize && ask(j, FTS_ASK_OPTIMIZE, err) < 0))
		return -1;
	/* Once: start() runs again after a failure. */
	asks_rebuild = asks_optimize = false;
	return 0;
}

static const struct program_option options[] = {
	{ "rebuild", NULL, "make the index again from the logs" },
	{ "optimize", NULL, "remove from the files what was deleted" },
	{ "status", NULL, "print how far the index is, and change nothing" },
	{ .name = NULL },
};

static bool option(struct job *j, const char *name, const char *value)
{
	(void)value;
	if (!strcmp(name, "rebuild"))
		asks_rebuild = true;
	else if (!strcmp(name, "optimize"))
		asks_optimize = true;
	else
		j->dry_run = true;
	return true;
}

static const struct job_def def = {
	.name = "search",
	.program = "im-search",
	.summary = "Brings the logs into the search index.",
	.count = fts_file_parts,
	.is_here = fts_peers_is_here,
	.lease_s = 10,
	.step = step,
	.start = start,
	.options = options,
	.option = option,
};

int main(int argc, char **argv)
{
	int code = job_main(argc, argv, &def);

	for (int i = 0; i < FTS_PARTS_MAX; i++)
		search_part_close(&parts[i]);
	return code;
}
