/*
 * migrate: brings a database to the schema of this version.
 *
 * A migration is schema/NNNN_title.sql.  It is recorded in the table
 * `migration` with the SHA-256 of its file, so that a file that was changed
 * after it was applied is found.  MariaDB commits DDL at once; therefore the
 * row also says how many statements of the file are done, and a run that
 * died in the middle is taken up where it ended.
 */
#ifndef TOOLS_MIGRATE_H
#define TOOLS_MIGRATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

/* ---- the files ---- */

struct migration {
	int64_t version;
	struct str title;
	struct str path;
	struct str checksum;    /* hex */
	struct str *statements; /* without their ';', comments kept */
	size_t n_statements;
};

/*
 * All migrations of a directory, ascending.  INVALID_ARGUMENT: a file name
 * or a file that is none; NOT_FOUND: no directory.
 */
int migration_files(struct arena *a, const char *dir, struct migration **out,
    size_t *n_out, struct error *err);

/*
 * Cuts SQL text at the semicolons that end statements: those within quotes
 * and comments do not.  -1 when a quote or comment is not closed or the last
 * statement is not ended.
 */
int migration_split(struct arena *a, struct str text, struct str **out,
    size_t *n_out, struct error *err);

/* ---- the table ---- */

struct migration_row {
	int64_t version;
	struct str title;
	struct str checksum;
	int64_t done;       /* statements */
	int64_t applied_ms; /* 0: not finished */
};

/* 1 the lock is ours, 0 somebody else migrates, -1 failed. */
int migration_lock(struct db *db, int64_t wait_s, struct error *err);
/* The table; made when it is not there, unless dry. */
int migration_rows(struct db *db, struct arena *a, bool dry,
    struct migration_row **out, size_t *n_out, struct error *err);
int migration_begin(struct db *db, const struct migration_row *row,
    struct error *err);
/*
 * Runs a statement and records that row->done statements are done.  resumed:
 * an earlier run may have died between the two, so "is there already" and
 * "is gone already" count as done.  The database's own words go to
 * reason_out.
 */
int migration_step(struct db *db, const struct migration_row *row,
    struct str statement, bool resumed, struct str *reason_out, struct arena *a,
    struct error *err);
int migration_end(struct db *db, const struct migration_row *row,
    struct error *err);

#endif
