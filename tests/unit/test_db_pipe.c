/*
 * Writes whose answers are read later.  Runs against the database of the
 * shared stack (IM_SHARED), in a table of its own.
 */
#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/conf.h"
#include "io/db.h"
#include "io/db_account.h"

#define TABLE "test_db_pipe"

static struct db *db, *other;
static struct arena arena;
static struct error err;

struct pair {
	int64_t id, n;
};

static const struct db_field pair_fields[] = {
	DB_I64(struct pair, id),
	DB_I64(struct pair, n),
	DB_END,
};

static const struct db_field pair_update[] = {
	DB_I64(struct pair, n),
	DB_I64(struct pair, id),
	DB_END,
};

static const struct db_stmt insert = {
	.name = "test.insert",
	.sql = "INSERT INTO " TABLE " (id, n) VALUES (?, ?)",
	.in = pair_fields,
	.in_size = sizeof(struct pair),
};

static const struct db_stmt update = {
	.name = "test.update",
	.sql = "UPDATE " TABLE " SET n = ? WHERE id = ?",
	.in = pair_update,
	.in_size = sizeof(struct pair),
};

static const struct db_stmt sum = {
	.name = "test.sum",
	.sql = "SELECT COUNT(*), COALESCE(SUM(n), 0) FROM " TABLE
	       " WHERE id > ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = pair_fields,
	.out_size = sizeof(struct pair),
};

static void put(struct db *d, int64_t id, int64_t n)
{
	assert_int_equal(db_exec(d, &insert, &(struct pair){ id, n }, NULL,
			     &err),
	    0);
}

static struct pair look(struct db *d)
{
	struct pair p = { -1, -1 };

	assert_int_equal(db_row(d, &sum, &(struct db_id){ 0 }, &arena, &p,
			     &err),
	    1);
	return p;
}

/* What others see. */
static void assert_rows(int64_t count, int64_t total)
{
	struct pair p = look(other);

	assert_int_equal(p.id, count);
	assert_int_equal(p.n, total);
}

static int set_up_all(void **state)
{
	const char *shared = getenv("IM_SHARED");

	(void)state;
	if (!shared)
		return -1;
	arena_init(&arena);
	conf_load(arena_printf(&arena, "%s/etc/imcloud.conf", shared).p, NULL,
	    0);
	db_account_use(DB_MIGRATOR);
	other = db_new("other");
	return db_run(other,
	    "DROP TABLE IF EXISTS " TABLE "; CREATE TABLE " TABLE
	    " (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)",
	    &err);
}

static int tear_down_all(void **state)
{
	(void)state;
	db_run(other, "DROP TABLE " TABLE, &err);
	db_free(&other);
	arena_release(&arena);
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	db = db_new("piped");
	db_pipeline(db);
	/* preparing waits for what has been sent */
	assert_int_equal(db_check(db,
			     (const struct db_stmt *const[]){ &insert, &update,
				 &sum, NULL },
			     &err),
	    0);
	return db_run(other, "DELETE FROM " TABLE, &err);
}

static int tear_down(void **state)
{
	(void)state;
	db_free(&db);
	return 0;
}

static int three(struct db *d, void *arg, struct error *e)
{
	struct pair two[] = { { 2, 20 }, { 3, 30 } };

	(void)arg;
	put(d, 1, 10);
	assert_int_equal(db_exec_bulk(d, &insert, two, 2, sizeof(*two), NULL,
			     e),
	    0);
	return 0;
}

static void all_or_nothing(void **state)
{
	(void)state;
	assert_int_equal(db_begin(db, &err), 0);
	three(db, NULL, &err);
	assert_rows(0, 0);
	assert_int_equal(look(db).id, 3); /* its own */
	db_rollback(db);
	assert_rows(0, 0);
	assert_int_equal(db_tx(db, three, NULL, &err), 0);
	assert_rows(3, 60);
}

static int many(struct db *d, void *arg, struct error *e)
{
	(void)arg;
	(void)e;
	for (int64_t id = 1; id <= 100; id++)
		put(d, id, 1);
	return 0;
}

static void more_than_are_kept(void **state)
{
	(void)state;
	assert_int_equal(db_tx(db, many, NULL, &err), 0);
	assert_rows(100, 100);
}

/* ---- failures ---- */

enum how { AT_COMMIT, AT_READ, AT_SETTLE, AT_TEXT };

/* The second write fails, the third is behind it. */
static int spoilt(struct db *d, void *arg, struct error *e)
{
	const enum how *how = arg;
	struct pair p;

	put(d, 1, 1);
	put(d, 1, 2);
	assert_int_equal(db_exec(d, &update, &(struct pair){ 1, 3 }, NULL, e),
	    0);
	switch (*how) {
	case AT_READ:
		return db_row(d, &sum, &(struct db_id){ 0 }, &arena, &p, e);
	case AT_SETTLE:
		return db_settle(d, e);
	case AT_TEXT:
		return db_run(d, "DO 1", e);
	case AT_COMMIT:
	default:
		return 0;
	}
}

static void a_later_call_fails(void **state)
{
	(void)state;
	for (enum how how = AT_COMMIT; how <= AT_TEXT; how++) {
		err_clear(&err);
		assert_int_equal(db_tx(db, spoilt, &how, &err), -1);
		assert_int_equal(err.code, ERR_DUPLICATE);
		assert_true(db_is_duplicate(db));
		assert_rows(0, 0);
		/* the connection is in order */
		assert_int_equal(look(db).id, 0);
	}
	assert_int_equal(db_tx(db, three, NULL, &err), 0);
	assert_rows(3, 60);
}

static int expecting(struct db *d, void *arg, struct error *e)
{
	const struct db_expect one = { 1, ERR_MOVED, "it has moved" };
	struct pair p = { *(int64_t *)arg, 7 };

	put(d, 1, 1);
	return db_exec_expect(d, &update, &p, 1, sizeof(p), &one, e);
}

static void expected_rows(void **state)
{
	int64_t id = 1;

	(void)state;
	for (int piped = 0; piped < 2; piped++) {
		struct db *d = piped ? db : other;

		id = 1;
		assert_int_equal(db_tx(d, expecting, &id, &err), 0);
		assert_rows(1, 7);
		assert_int_equal(db_run(other, "DELETE FROM " TABLE, &err), 0);
		id = 2;
		assert_int_equal(db_tx(d, expecting, &id, &err), -1);
		assert_int_equal(err.code, ERR_MOVED);
		assert_rows(0, 0);
	}
}

static int part(struct db *d, void *arg, struct error *e)
{
	(void)e;
	put(d, 2, 2);
	put(d, *(int64_t *)arg, 3);
	return 0;
}

static int parts(struct db *d, void *arg, struct error *e)
{
	int64_t spoils = 1, fits = 3;

	(void)arg;
	put(d, 1, 1);
	assert_int_equal(db_tx(d, part, &spoils, e), -1);
	assert_int_equal(e->code, ERR_DUPLICATE);
	return db_tx(d, part, &fits, e);
}

/* A part that failed is undone, and the rest stays. */
static void parts_of_a_transaction(void **state)
{
	(void)state;
	assert_int_equal(db_tx(db, parts, NULL, &err), 0);
	assert_rows(3, 6);
}

/* ---- deadlock ---- */

static void *wait_for_first(void *arg)
{
	struct error e;

	db_exec(arg, &update, &(struct pair){ 1, 100 }, NULL, &e);
	db_rollback(arg);
	return NULL;
}

static const struct db_stmt waiting = {
	.name = "test.waiting",
	.sql = "SELECT COUNT(*), 0 FROM information_schema.PROCESSLIST "
	       "WHERE INFO LIKE 'UPDATE " TABLE " %' AND ID > ?",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
	.out = pair_fields,
	.out_size = sizeof(struct pair),
};

struct deadlock {
	struct db *rival;
	pthread_t thread;
	int runs;
};

/* The rival has changed more, so this one is chosen to end. */
static int run_into(struct db *d, void *arg, struct error *e)
{
	struct deadlock *lock = arg;
	struct pair p = { 0 };

	if (lock->runs++)
		return err_set(e, ERR_INTERNAL, "it was run again");
	db_exec(d, &update, &(struct pair){ 1, 11 }, NULL, e);
	assert_int_equal(db_settle(d, e), 0);
	pthread_create(&lock->thread, NULL, wait_for_first, lock->rival);
	while (!p.id) {
		clock_sleep_ms(10);
		assert_int_equal(db_row(other, &waiting, &(struct db_id){ 0 },
				     &arena, &p, e),
		    1);
	}
	db_exec(d, &update, &(struct pair){ 2, 22 }, NULL, e);
	put(d, 900, 9);
	return 0;
}

/*
 * A deadlock ends the transaction in the server, but not what was sent behind
 * it: with autocommit that would be there now.
 */
static void nothing_outlives_a_deadlock(void **state)
{
	struct deadlock lock = { .rival = db_new("rival") };

	(void)state;
	put(other, 1, 1);
	put(other, 2, 2);
	assert_int_equal(db_begin(lock.rival, &err), 0);
	for (int64_t id = 100; id < 200; id++)
		put(lock.rival, id, 0);
	assert_int_equal(db_exec(lock.rival, &update, &(struct pair){ 2, 5 },
			     NULL, &err),
	    0);
	assert_int_equal(db_tx(db, run_into, &lock, &err), -1);
	assert_int_equal(lock.runs, 2);
	pthread_join(lock.thread, NULL);
	db_free(&lock.rival);
	assert_rows(2, 3);
}

/* ---- between transactions, and lost connections ---- */

static void outside_transactions(void **state)
{
	(void)state;
	assert_int_equal(db_tx(db, three, NULL, &err), 0);
	put(db, 4, 40);
	assert_rows(4, 100); /* committed */
	assert_int_equal(db_run(other, "DELETE FROM " TABLE, &err), 0);
	assert_int_equal(look(db).id, 0);
	assert_int_equal(db_tx(db, three, NULL, &err), 0);
	assert_rows(3, 60);
}

static int killed_once(struct db *d, void *arg, struct error *e)
{
	int *runs = arg;
	struct pair p;
	char sql[64];

	if (++*runs == 1) {
		static const struct db_stmt own = {
			.name = "test.own",
			.sql = "SELECT CONNECTION_ID(), 0 WHERE ? > 0",
			.in = db_in_id,
			.in_size = sizeof(struct db_id),
			.out = pair_fields,
			.out_size = sizeof(struct pair),
		};

		assert_int_equal(db_row(d, &own, &(struct db_id){ 1 }, &arena,
				     &p, e),
		    1);
		snprintf(sql, sizeof(sql), "KILL %" PRId64, p.id);
		put(d, 5, 5);
		assert_int_equal(db_run(other, sql, e), 0);
	}
	/* on a connection that is lost these may fail at once */
	if (db_exec(d, &insert, &(struct pair){ 6, 6 }, NULL, e) < 0)
		return -1;
	return 0;
}

static void a_lost_connection(void **state)
{
	int runs = 0;

	(void)state;
	assert_int_equal(db_tx(db, killed_once, &runs, &err), 0);
	assert_int_equal(runs, 2);
	assert_rows(1, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_or_nothing, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(more_than_are_kept, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(a_later_call_fails, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(expected_rows, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(parts_of_a_transaction, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(nothing_outlives_a_deadlock,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(outside_transactions, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(a_lost_connection, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
