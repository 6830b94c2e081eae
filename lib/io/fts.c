#include "io/fts.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/terms.h"
#include "io/fts_stmt.h"

#define BUSY_MS     5000
#define MERGE_PAGES 256
#define FILE_MODE   0640 /* the group of the services reads */

/* ---- numbers ---- */

int fts_get(struct fts *f, enum fts_number which, int64_t *out,
    struct error *err)
{
	sqlite3_stmt *st = fts_stmt(f, FTS_SQL_GET, err);
	int rc;

	*out = 0;
	if (!st)
		return -1;
	sqlite3_bind_int64(st, 1, which);
	rc = fts_step(f, st, err);
	if (rc > 0)
		*out = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return rc < 0 ? -1 : 0;
}

int fts_set(struct fts *f, enum fts_number which, int64_t value,
    struct error *err)
{
	const int64_t v[] = { which, value };

	return fts_change(f, FTS_SQL_SET, v, 2, err);
}

/* ---- opening ---- */

static int64_t format(void)
{
	return FTS_FORMAT * 1000 + TERMS_VERSION;
}

static int make_tables(struct fts *f, struct error *err)
{
	if (fts_run(f, FTS_SQL_BEGIN, err) < 0)
		return -1;
	if (fts_run(f, FTS_SQL_TABLES, err) < 0 ||
	    fts_set(f, FTS_FORMAT_OF, format(), err) < 0 ||
	    fts_set(f, FTS_NEXT_ID, 1, err) < 0 ||
	    fts_run(f, FTS_SQL_COMMIT, err) < 0) {
		fts_rollback(f);
		return -1;
	}
	return 0;
}

static int check_format(struct fts *f, struct error *err)
{
	int64_t is;

	if (fts_get(f, FTS_FORMAT_OF, &is, err) < 0)
		return err->code == ERR_INTERNAL
			   ? err_set(err, ERR_SCHEMA, "not a search index")
			   : -1;
	if (is != format())
		return err_set(err, ERR_SCHEMA, "search index of format %d",
		    (int)is);
	return 0;
}

static bool is_empty(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_size == 0;
}

static int set_up(struct fts *f, const char *path, struct error *err)
{
	bool is_new = f->writes && is_empty(path);
	int on = 1;

	sqlite3_busy_timeout(f->db, BUSY_MS);
	sqlite3_extended_result_codes(f->db, 1);
	if (fts_run(f, FTS_SQL_SETUP, err) < 0 ||
	    fts_run(f, f->writes ? FTS_SQL_SETUP_WRITER : FTS_SQL_SETUP_READER,
		err) < 0)
		return -1;
	/* Readers that may not write need its files while no writer runs. */
	if (f->writes)
		sqlite3_file_control(f->db, "main", SQLITE_FCNTL_PERSIST_WAL,
		    &on);
	if (is_new && make_tables(f, err) < 0)
		return -1;
	if (check_format(f, err) < 0)
		return -1;
	f->is_secure = f->writes &&
		       sqlite3_exec(f->db, fts_sql_text(FTS_SQL_SECURE), NULL,
			   NULL, NULL) == SQLITE_OK;
	return 0;
}

/* With the rights that all its files get. */
static int make_file(const char *path, struct error *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);

	if (fd < 0)
		return err_set(err, ERR_NOT_FOUND,
		    "the search index cannot be made: %m");
	/* Closing a descriptor of an open SQLite file would drop its locks;
	 * nobody of this process has it open. */
	close(fd);
	return 0;
}

int fts_open(const char *path, bool writes, struct fts **out, struct error *err)
{
	struct fts *f;
	int rc;

	*out = NULL;
	if (writes && access(path, F_OK) < 0 && make_file(path, err) < 0)
		return -1;
	f = calloc(1, sizeof(*f));
	if (!f)
		die(EX_OSERR, "out of memory");
	f->writes = writes;
	f->block = -1;
	f->seen = writes ? calloc(FTS_SEEN, sizeof(*f->seen)) : NULL;
	if (writes && !f->seen)
		die(EX_OSERR, "out of memory");
	crypto_random(&f->seed, sizeof(f->seed));
	rc = sqlite3_open_v2(path, &f->db,
	    (writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
		SQLITE_OPEN_NOMUTEX,
	    NULL);
	if (rc != SQLITE_OK)
		fts_fail(f, rc, err);
	else if (set_up(f, path, err) == 0) {
		*out = f;
		return 0;
	}
	fts_close(&f);
	return -1;
}

void fts_close(struct fts **f)
{
	if (!*f)
		return;
	for (int i = 0; i < FTS_SQL_MAX; i++)
		sqlite3_finalize((*f)->st[i]);
	sqlite3_close((*f)->db);
	free((*f)->seen);
	free(*f);
	*f = NULL;
}

/* ---- reading ---- */

int fts_read(struct fts *f, struct error *err)
{
	return fts_run(f, FTS_SQL_READ, err);
}

void fts_end(struct fts *f)
{
	struct error ignored;

	(void)fts_run(f, FTS_SQL_ROLLBACK, &ignored);
}

int fts_log(struct fts *f, int64_t log_id, struct fts_log *out,
    struct error *err)
{
	sqlite3_stmt *st = fts_stmt(f, FTS_SQL_LOG, err);
	int rc;

	*out = (struct fts_log){ 0 };
	if (!st)
		return -1;
	sqlite3_bind_int64(st, 1, log_id);
	rc = fts_step(f, st, err);
	if (rc > 0) {
		out->n = sqlite3_column_int64(st, 0);
		out->done_index = sqlite3_column_int64(st, 1);
	}
	sqlite3_reset(st);
	return rc < 0 ? -1 : 0;
}

int fts_count(struct fts *f, int64_t *out, struct error *err)
{
	sqlite3_stmt *st = fts_stmt(f, FTS_SQL_COUNT, err);
	int rc;

	*out = 0;
	if (!st)
		return -1;
	rc = fts_step(f, st, err);
	if (rc > 0)
		*out = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return rc < 0 ? -1 : 0;
}

/* ---- transactions ---- */

static int check_fence(struct fts *f, struct error *err)
{
	int64_t fence;

	if (fts_get(f, FTS_FENCE, &fence, err) < 0)
		return -1;
	if (fence != f->fence)
		return err_set(err, ERR_MOVED,
		    "another writer has the search index");
	return 0;
}

int fts_begin(struct fts *f, struct error *err)
{
	BUG_ON(f->in_tx || !f->writes);
	if (fts_run(f, FTS_SQL_BEGIN, err) < 0)
		return -1;
	f->in_tx = true;
	f->dropped = 0;
	if (check_fence(f, err) < 0 ||
	    fts_get(f, FTS_NEXT_ID, &f->next_id, err) < 0) {
		fts_rollback(f);
		return -1;
	}
	return 0;
}

static int put_numbers(struct fts *f, struct error *err)
{
	int64_t dropped;

	if (fts_set(f, FTS_NEXT_ID, f->next_id, err) < 0)
		return -1;
	if (!f->dropped)
		return 0;
	if (fts_get(f, FTS_DROPPED, &dropped, err) < 0)
		return -1;
	return fts_set(f, FTS_DROPPED, dropped + f->dropped, err);
}

int fts_commit(struct fts *f, struct error *err)
{
	BUG_ON(!f->in_tx);
	if (put_numbers(f, err) < 0 || fts_run(f, FTS_SQL_COMMIT, err) < 0) {
		fts_rollback(f);
		return -1;
	}
	f->in_tx = false;
	return 0;
}

void fts_rollback(struct fts *f)
{
	struct error ignored;

	if (!sqlite3_get_autocommit(f->db))
		(void)fts_run(f, FTS_SQL_ROLLBACK, &ignored);
	f->in_tx = false;
	/* What they say was rolled back, too. */
	f->block = -1;
	if (f->seen)
		memset(f->seen, 0, FTS_SEEN * sizeof(*f->seen));
}

int fts_claim(struct fts *f, int64_t fence, struct error *err)
{
	int64_t now;

	if (fts_run(f, FTS_SQL_BEGIN, err) < 0)
		return -1;
	if (fts_get(f, FTS_FENCE, &now, err) < 0)
		goto fail;
	if (now > fence) {
		err_set(err, ERR_MOVED, "a later writer has the search index");
		goto fail;
	}
	if (fts_set(f, FTS_FENCE, fence, err) < 0 ||
	    fts_run(f, FTS_SQL_COMMIT, err) < 0)
		goto fail;
	f->fence = fence;
	return 0;
fail:
	fts_rollback(f);
	return -1;
}

int fts_log_done(struct fts *f, int64_t log_id, int64_t done_index,
    struct fts_log *out, struct error *err)
{
	if (fts_log(f, log_id, out, err) < 0)
		return -1;
	if (!out->n) {
		const int64_t v[] = { log_id, done_index };

		if (fts_change(f, FTS_SQL_LOG_MAKE, v, 2, err) < 0)
			return -1;
		out->n = sqlite3_last_insert_rowid(f->db);
	} else if (out->done_index != done_index) {
		const int64_t v[] = { out->n, done_index };

		if (fts_change(f, FTS_SQL_LOG_DONE, v, 2, err) < 0)
			return -1;
	}
	out->done_index = done_index;
	return 0;
}

void fts_reserve(struct fts *f, int64_t next_id)
{
	BUG_ON(!f->in_tx);
	if (f->next_id < next_id)
		f->next_id = next_id;
}

/* ---- upkeep ---- */

/* By SQLite's documentation a merge that changed fewer than two rows had
 * nothing to do. */
int fts_merge(struct fts *f, struct error *err)
{
	const int64_t all = -MERGE_PAGES, some = MERGE_PAGES;
	int64_t before, dropped;
	int rc = 1;

	if (fts_begin(f, err) < 0)
		return -1;
	if (fts_get(f, FTS_DROPPED, &dropped, err) < 0)
		goto fail;
	before = sqlite3_total_changes64(f->db);
	/* The first one takes in all segments, the others go on with it. */
	if (fts_change(f, FTS_SQL_MERGE, dropped ? &all : &some, 1, err) < 0)
		goto fail;
	if (dropped) {
		if (fts_set(f, FTS_DROPPED, 0, err) < 0)
			goto fail;
	} else if (sqlite3_total_changes64(f->db) - before < 2) {
		rc = 0;
	}
	if (fts_commit(f, err) < 0)
		return -1;
	return rc;
fail:
	fts_rollback(f);
	return -1;
}

int fts_checkpoint(struct fts *f, struct error *err)
{
	return fts_run(f, FTS_SQL_CHECKPOINT, err);
}
