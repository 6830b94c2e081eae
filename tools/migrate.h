/*
 * migrate: brings a database to the schema of this version.
 *
 * A migration is a file schema/NNNN_title.sql.  The table `migration` records
 * it with the SHA-256 of the file, so that a later change of the file is
 * detected.  MariaDB commits DDL implicitly; therefore the row also counts the
 * statements that are done, and a run that died is resumed there.
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
 * All migrations of a directory, ascending.  INVALID_ARGUMENT: an invalid file
 * name or file; NOT_FOUND: no such directory.
 */
int migration_files(struct arena *a, const char *dir, struct migration **out,
    size_t *n_out, struct error *err);

/* ---- the table ---- */

struct migration_row {
	int64_t version;
	struct str title;
	struct str checksum;
	int64_t done;       /* statements */
	int64_t applied_ms; /* 0: not finished */
};

/* 1 locked, 0 another im-migrate holds the lock, -1 failed. */
int migration_lock(struct db *db, int64_t wait_s, struct error *err);
/* Reads the table; creates it if it does not exist, unless dry. */
int migration_rows(struct db *db, struct arena *a, bool dry,
    struct migration_row **out, size_t *n_out, struct error *err);
int migration_begin(struct db *db, const struct migration_row *row,
    struct error *err);
/*
 * Runs a statement and records that row->done statements are done.  resumed: an
 * earlier run may have died between the two, so "exists already" and "does not
 * exist" count as done.  reason_out: the database's message.
 */
int migration_step(struct db *db, const struct migration_row *row,
    struct str statement, bool resumed, struct str *reason_out, struct arena *a,
    struct error *err);
int migration_end(struct db *db, const struct migration_row *row,
    struct error *err);

#endif
