#include "search_part.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "im/consumer/indexing_build.h"
#include "im/site/server_key.h"
#include "io/fts_file.h"

static void close_file(struct search_file *f)
{
	fts_close(&f->fts);
	free((char *)(uintptr_t)f->path);
	f->path = NULL;
	f->follow.began = false;
}

void search_part_close(struct search_part *p)
{
	close_file(&p->current);
	close_file(&p->next);
	p->fence = 0;
}

/* Which store a file belongs to: never 0. */
static int store_of(struct job *j, int64_t *out, struct error *err)
{
	struct str key;

	if (server_key_get(j->db, j->arena, SERVER_KEY_SEARCH, &key, err) < 0)
		return -1;
	memcpy(out, key.p, sizeof(*out));
	*out = (*out & INT64_MAX) | 1;
	return 0;
}

static int check_lease(struct db *db, void *arg, struct error *err)
{
	(void)db;
	return job_fence_check(arg, err);
}

/*
 * A higher fence is in the file: either the lease is lost, or the numbers of
 * leases began again, with another store.
 */
static int claim(struct job *j, struct fts *f, struct error *err)
{
	struct error why;

	if (fts_claim(f, job_fence(j), err) == 0)
		return 0;
	if (err->code != ERR_MOVED)
		return -1;
	if (db_tx(j->db, check_lease, j, &why) < 0) {
		*err = why;
		return -1;
	}
	return err_set(err, ERR_SCHEMA, "it belongs to another store");
}

/* A new file is to be built.  The survey has no business in the transaction
 * that makes the tables: a file without a store is a new one. */
static int check_store(struct job *j, struct fts *f, struct error *err)
{
	int64_t store, is, now_ms;

	if (store_of(j, &store, err) < 0 || fts_get(f, FTS_STORE, &is, err) < 0)
		return -1;
	if (is == store)
		return 0;
	if (is)
		return err_set(err, ERR_SCHEMA, "it belongs to another store");
	if (db_now_ms(j->db, &now_ms, err) < 0)
		return -1;
	return indexing_build_begin(f, store, now_ms, err);
}

static int open_file(struct job *j, struct search_file *f, const char *path,
    bool makes, struct error *err)
{
	if (fts_open(path, makes, &f->fts, err) < 0)
		return -1;
	f->path = strdup(path);
	if (!f->path)
		die(EX_OSERR, "out of memory");
	if (claim(j, f->fts, err) < 0 || check_store(j, f->fts, err) < 0) {
		close_file(f);
		return -1;
	}
	return 0;
}

/* Opens what the link names, unless it is open.  0: there is none, or it was
 * of no use. */
static int follow_link(struct job *j, struct search_file *f, bool next,
    struct error *err)
{
	const char *path = next ? fts_file_next(j->arena, j->partition)
				: fts_file_current(j->arena, j->partition);

	if (f->fts && path && !strcmp(path, f->path))
		return 1;
	close_file(f);
	if (!path)
		return 0;
	if (open_file(j, f, path, true, err) == 0)
		return 1;
	if (err->code != ERR_SCHEMA && err->code != ERR_NOT_FOUND)
		return -1;
	log_warn("search_index", "part=%d unusable=\"%s\"", j->partition + 1,
	    err->detail);
	err_clear(err);
	fts_file_forget(j->arena, j->partition, next);
	return 0;
}

static int make_next(struct job *j, struct search_part *p, struct error *err)
{
	const char *path;

	if (fts_file_make_next(j->arena, j->partition, &path, err) < 0)
		return -1;
	fault_point("made");
	fts_file_unask(j->arena, j->partition, FTS_ASK_REBUILD);
	log_info("search_build", "part=%d event=begun", j->partition + 1);
	return follow_link(j, &p->next, true, err) < 0 ? -1 : 0;
}

int search_part_open(struct job *j, struct search_part *p, struct error *err)
{
	int current, next;

	if (p->fence != job_fence(j)) {
		search_part_close(p);
		fts_file_tidy(j->arena, j->partition);
		p->fence = job_fence(j);
	}
	current = follow_link(j, &p->current, false, err);
	next = current < 0 ? -1 : follow_link(j, &p->next, true, err);
	if (current < 0 || next < 0)
		return -1;
	if (next)
		fts_file_unask(j->arena, j->partition, FTS_ASK_REBUILD);
	else if (!current ||
		 fts_file_is_asked(j->arena, j->partition, FTS_ASK_REBUILD))
		return make_next(j, p, err);
	return 0;
}

int search_part_switch(struct job *j, struct search_part *p, struct error *err)
{
	fault_point("switch");
	close_file(&p->current);
	if (fts_file_switch(j->arena, j->partition, err) < 0)
		return -1;
	fault_point("switched");
	/* Its state goes on: the file is the same. */
	p->current = p->next;
	p->next = (struct search_file){ .fts = NULL };
	free((char *)(uintptr_t)p->current.path);
	p->current.path = strdup(fts_file_current(j->arena, j->partition));
	if (!p->current.path)
		die(EX_OSERR, "out of memory");
	log_info("search_build", "part=%d event=in_use", j->partition + 1);
	return 0;
}
