#include "migrate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "base/program.h"
#include "io/db_account.h"
#include "migrate_grants.h"

#define LOCK_WAIT_S 60

struct options {
	const char *dir; /* NULL: [migrate] dir */
	bool dry;
};

static const struct program_option own_options[] = {
	{ "n", NULL, "only print what would be done" },
	{ "s", "DIR",
	    "directory of the files NNNN_title.sql; default: [migrate] dir" },
	{ NULL, NULL, NULL },
};

static bool take(void *own, const char *name, const char *value)
{
	struct options *o = own;

	if (name[0] == 'n')
		o->dry = true;
	else
		o->dir = value;
	return true;
}

static int fail(const struct error *err)
{
	fprintf(stderr, "im-migrate: %s\n", err->detail);
	return err_info(err->code)->exit_code;
}

static int apply(struct db *db, struct arena *a, const struct migration *m,
    const struct migration_row *begun)
{
	struct migration_row row = { .version = m->version,
		.title = m->title,
		.checksum = m->checksum };
	struct error err;
	struct str reason;
	size_t first = begun ? (size_t)begun->done : 0;

	if (!begun && migration_begin(db, &row, &err) < 0)
		return fail(&err);
	for (size_t i = first; i < m->n_statements; i++) {
		row.done = (int64_t)i + 1;
		if (migration_step(db, &row, m->statements[i],
			begun && i == first, &reason, a, &err) < 0) {
			fprintf(stderr, "im-migrate: %s: statement %zu: %.*s\n",
			    m->path.p, i + 1, STR_ARG(reason));
			return fail(&err);
		}
	}
	/* Before it counts as applied: a run that died is resumed here. */
	if ((db_account_by_class() && grants_give(db, a, &err) < 0) ||
	    migration_end(db, &row, &err) < 0)
		return fail(&err);
	printf("%04" PRId64 " %.*s: applied, %zu statements\n", m->version,
	    STR_ARG(m->title), m->n_statements - first);
	return 0;
}

/* Applied migrations must be unchanged and come before the new ones. */
static int check(const struct migration *m, size_t n,
    const struct migration_row *rows, size_t n_rows)
{
	for (size_t i = 0; i < n_rows; i++) {
		if (i >= n || m[i].version != rows[i].version) {
			fprintf(stderr,
			    "im-migrate: the database has migration %04" PRId64
			    ", which is not there; a newer version was here, "
			    "or a file was put before it\n",
			    rows[i].version);
			return EX_DATAERR;
		}
		if (!str_eq(m[i].checksum, rows[i].checksum)) {
			fprintf(stderr,
			    "im-migrate: %s: changed after it was applied\n",
			    m[i].path.p);
			return EX_DATAERR;
		}
		if (rows[i].applied_ms == 0 && i + 1 < n_rows)
			return EX_DATAERR;
	}
	return 0;
}

static int run(struct db *db, struct arena *a, const struct options *o,
    const char *dir)
{
	struct migration_row *rows = NULL;
	struct migration *files;
	size_t n_rows, n;
	struct error err;
	int rc;

	if (migration_files(a, dir, &files, &n, &err) < 0)
		return fail(&err);
	if (!o->dry) {
		rc = migration_lock(db, LOCK_WAIT_S, &err);
		if (rc < 0)
			return fail(&err);
		if (!rc) {
			fputs("im-migrate: another im-migrate is running\n",
			    stderr);
			return EX_TEMPFAIL;
		}
	}
	if (migration_rows(db, a, o->dry, &rows, &n_rows, &err) < 0)
		return fail(&err);
	rc = check(files, n, rows, n_rows);
	for (size_t i = 0; i < n && !rc; i++) {
		struct migration_row *row = i < n_rows ? &rows[i] : NULL;

		if (row && row->applied_ms)
			continue;
		if (o->dry)
			printf("%04" PRId64 " %.*s: pending, %zu statements\n",
			    files[i].version, STR_ARG(files[i].title),
			    files[i].n_statements);
		else
			rc = apply(db, a, &files[i], row);
	}
	return rc;
}

static int grants(struct db *db, struct arena *a, const struct options *o)
{
	struct error err;

	return grants_make(db, a, o->dry, &err) < 0 ? fail(&err) : 0;
}

int main(int argc, char **argv)
{
	static const struct program program = {
		.name = "im-migrate",
		.log_name = "migrate",
		.text = "Brings the database to the schema of this version.",
		.options = own_options,
		.take = take,
		.operands = "[grants]",
		.operands_max = 1,
	};
	struct options o = { .dir = NULL };
	struct command_line line;
	struct arena arena;
	struct db *db;
	int rc;

	program_parse(&program, argc, argv, &o, &line);
	if (line.n_operands && strcmp(line.operands[0], "grants") != 0)
		program_usage(&program);
	program_load(&line);
	crypto_init();
	db_account_use(DB_MIGRATOR);
	arena_init(&arena);
	db = db_new("migrate");
	if (line.n_operands)
		rc = grants(db, &arena, &o);
	else
		rc = run(db, &arena, &o, o.dir ? o.dir : conf.migrate.dir);
	db_free(&db);
	arena_release(&arena);
	return rc;
}
