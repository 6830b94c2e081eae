#include "counters.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/err.h"
#include "io/db.h"
#include "proc.h"

/* "self begin" lacks its end. */
static bool has_begun;

enum { BYTES, COMMITS, SYNCS, STATUS_N }; /* in the order of their names */

struct status {
	int64_t value;
};

static const struct db_field out_status[] = {
	DB_I64(struct status, value),
	DB_END,
};

static const struct db_stmt status_rows = {
	.name = "bench_status",
	.sql = "SELECT CAST(VARIABLE_VALUE AS SIGNED) "
	       "FROM information_schema.GLOBAL_STATUS "
	       "WHERE VARIABLE_NAME IN ('BINLOG_BYTES_WRITTEN', "
	       "'BINLOG_COMMITS', 'BINLOG_GROUP_COMMITS') "
	       "ORDER BY VARIABLE_NAME",
	.out = out_status,
	.out_size = sizeof(struct status),
};

static void database(const char *when)
{
	struct db *db = db_new("bench");
	struct status *rows = NULL;
	struct arena arena;
	struct error err;
	size_t n = 0;

	arena_init(&arena);
	if (db_rows(db, &status_rows, NULL, &arena, &rows, &n, &err) < 0)
		die(EX_UNAVAILABLE, "the database's counters: %s", err.detail);
	if (n != STATUS_N)
		die(EX_UNAVAILABLE, "the database lacks a counter");
	printf("db %s %" PRId64 " %" PRId64 " %" PRId64 "\n", when,
	    rows[COMMITS].value, rows[SYNCS].value, rows[BYTES].value);
	db_free(&db);
	arena_release(&arena);
}

static void self(const char *when)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	printf("self %s %" PRId64 "\n", when,
	    (int64_t)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1000000 +
		r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

static void stack(const struct options *o, const char *when)
{
	if (o->root == 0)
		return;
	if (o->counts_db)
		database(when);
	proc_cpu(o->root, when);
}

void counters_begin(const struct options *o)
{
	if (o->root != 0)
		self("begin");
	has_begun = o->root != 0;
	stack(o, "begin");
}

void counters_end(const struct options *o)
{
	counters_self_end();
	stack(o, "end");
}

void counters_self_end(void)
{
	if (has_begun)
		self("end");
	has_begun = false;
}
