#include "counters.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/err.h"
#include "io/db.h"
#include "proc.h"

/* "self begin" lacks its end. */
static bool has_begun;

struct status {
	int64_t commits, syncs, bytes;
};

static const struct db_field out_status[] = {
	DB_I64(struct status, commits),
	DB_I64(struct status, syncs),
	DB_I64(struct status, bytes),
	DB_END,
};

#define STATUS(name)                                                      \
	"CAST(MAX(IF(VARIABLE_NAME = '" name "', VARIABLE_VALUE, 0)) AS " \
	"SIGNED)"

static const struct db_stmt get_status = {
	.name = "bench_status",
	.sql =
	    "SELECT " STATUS("BINLOG_COMMITS") ", " STATUS("BINLOG_GROUP_COMMITS") ", " STATUS(
		"BINLOG_BYTES_WRITTEN") " "
					"FROM information_schema.GLOBAL_STATUS "
					"WHERE VARIABLE_NAME LIKE 'BINLOG%'",
	.out = out_status,
	.out_size = sizeof(struct status),
};

static void database(const char *when)
{
	struct db *db = db_new("bench");
	struct status status = { 0 };
	struct arena arena;
	struct error err;

	arena_init(&arena);
	if (db_row(db, &get_status, NULL, &arena, &status, &err) < 1)
		die(EX_UNAVAILABLE, "the database's counters: %s", err.detail);
	printf("db %s %" PRId64 " %" PRId64 " %" PRId64 "\n", when,
	    status.commits, status.syncs, status.bytes);
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
