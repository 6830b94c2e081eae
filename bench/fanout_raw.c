/*
 * fanout_raw: an upper bound for fan-out: copies the inbox rows of an app,
 * which fan-out has written, into an empty table of the same structure, in
 * transactions of the same size.  Prints rows per second.
 *
 *   fanout_raw -c CONF APP_ID
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "im/user/inbox.h"
#include "io/db_account.h"

#define BATCH 5000

#define ROW struct inbox_row
static const struct db_field row_map[] = { DB_I64(ROW, user_id),
	DB_I64(ROW, user_index), DB_I64(ROW, kind), DB_I64(ROW, conv_id),
	DB_I64(ROW, conv_index), DB_I64(ROW, action), DB_I64(ROW, by_id),
	DB_I64(ROW, at_ms), DB_END };

static const struct db_stmt rows_of = {
	.name = "bench.rows",
	.sql = "SELECT i.user_id, i.user_index, i.kind, i.conv_id, "
	       "i.conv_index, i.action, i.by_id, i.at_ms "
	       "FROM user u JOIN inbox i ON i.user_id = u.user_id "
	       "WHERE u.app_id = ? "
	       "ORDER BY i.conv_id, i.conv_index, i.user_id",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = row_map,
	.out_size = sizeof(ROW),
};
static const struct db_stmt insert = {
	.name = "bench.insert",
	.sql = "INSERT INTO bench_inbox (user_id, user_index, kind, conv_id, "
	       "conv_index, action, by_id, at_ms) "
	       "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	.in = row_map,
	.in_size = sizeof(ROW),
};

static void check(int rc, const struct error *err)
{
	if (rc < 0)
		die(err_info(err->code)->exit_code, "%s", err->detail);
}

static int by_key(const void *x, const void *y)
{
	const struct inbox_row *a = x, *b = y;

	if (a->user_id != b->user_id)
		return a->user_id < b->user_id ? -1 : 1;
	return (a->user_index > b->user_index) -
	       (a->user_index < b->user_index);
}

static int64_t write_all(struct db *db, struct inbox_row *rows, size_t n)
{
	int64_t begun = clock_mono_us();
	struct error err;

	for (size_t at = 0; at < n; at += BATCH) {
		size_t k = n - at < BATCH ? n - at : BATCH;

		qsort(rows + at, k, sizeof(*rows), by_key);
		check(db_begin(db, &err), &err);
		check(db_exec_bulk(db, &insert, rows + at, k, sizeof(*rows),
			  NULL, &err),
		    &err);
		check(db_commit(db, &err), &err);
	}
	return clock_mono_us() - begun;
}

int main(int argc, char **argv)
{
	struct inbox_row *rows;
	struct db_id app;
	struct arena a;
	struct error err;
	struct db *db;
	int64_t us;
	size_t n;

	log_init("bench", LOG_INFO);
	crypto_init();
	if (argc != 4 || getopt(argc, argv, "c:") != 'c' ||
	    !str_to_id(str_of(argv[3]), &app.id))
		die(EX_USAGE, "fanout_raw -c CONF APP_ID");
	conf_load(optarg, NULL, 0);
	arena_init(&a);
	db_account_use(DB_MIGRATOR);
	db = db_new("bench");
	check(db_rows(db, &rows_of, &app, &a, &rows, &n, &err), &err);
	check(db_run(db, "DROP TABLE IF EXISTS bench_inbox", &err), &err);
	check(db_run(db, "CREATE TABLE bench_inbox LIKE inbox", &err), &err);
	us = write_all(db, rows, n);
	check(db_run(db, "DROP TABLE bench_inbox", &err), &err);
	printf("%zu %" PRId64 "\n", n, (int64_t)n * 1000000 / (us ? us : 1));
	db_free(&db);
	arena_release(&a);
	return 0;
}
