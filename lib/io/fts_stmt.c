#include "io/fts_stmt.h"

int fts_fail(struct fts *f, int rc, struct error *err)
{
	const char *text = f->db ? sqlite3_errmsg(f->db) : sqlite3_errstr(rc);

	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_FULL:
		return err_set(err, ERR_BUSY, "search index: %s", text);
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return err_set(err, ERR_SCHEMA, "search index: %s", text);
	case SQLITE_CANTOPEN:
		return err_set(err, ERR_NOT_FOUND, "search index: %s", text);
	default:
		return err_set(err, ERR_INTERNAL, "search index: %s", text);
	}
}

int fts_run(struct fts *f, enum fts_sql which, struct error *err)
{
	int rc = sqlite3_exec(f->db, fts_sql_text(which), NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : fts_fail(f, rc, err);
}

sqlite3_stmt *fts_stmt(struct fts *f, enum fts_sql which, struct error *err)
{
	int rc;

	if (!f->st[which]) {
		rc = sqlite3_prepare_v3(f->db, fts_sql_text(which), -1,
		    SQLITE_PREPARE_PERSISTENT, &f->st[which], NULL);
		if (rc != SQLITE_OK) {
			fts_fail(f, rc, err);
			return NULL;
		}
	}
	sqlite3_reset(f->st[which]);
	return f->st[which];
}

int fts_step(struct fts *f, sqlite3_stmt *st, struct error *err)
{
	int rc = sqlite3_step(st);

	if (rc == SQLITE_ROW)
		return 1;
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : fts_fail(f, rc, err);
}

void fts_bind_str(sqlite3_stmt *st, int at, struct str s)
{
	sqlite3_bind_text(st, at, s.p ? s.p : "", (int)s.len, SQLITE_STATIC);
}

struct str fts_column(sqlite3_stmt *st, int at)
{
	const char *p = (const char *)sqlite3_column_text(st, at);

	return (struct str){ p ? p : "", (size_t)sqlite3_column_bytes(st, at) };
}

int fts_change(struct fts *f, enum fts_sql which, const int64_t *v, int n,
    struct error *err)
{
	sqlite3_stmt *st = fts_stmt(f, which, err);

	if (!st)
		return -1;
	for (int i = 0; i < n; i++)
		sqlite3_bind_int64(st, i + 1, v[i]);
	return fts_step(f, st, err);
}
