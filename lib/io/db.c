/* Connections, errors and transactions; statements are in db_stmt.c. */
#include "io/db.h"

#include <errmsg.h>
#include <mysqld_error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/stat.h"
#include "io/db_account.h"
#include "io/db_dialect.h"
#include "io/db_error.h"
#include "io/db_private.h"

#define TX_TRIES   6
#define LOOK_UP_MS 5000 /* a server that restarts may be back by then */

static void forget_later(struct db *db)
{
	db->later = NULL;
	db->later_end = &db->later;
}

struct db *db_new(const char *prog)
{
	struct db *db = calloc(1, sizeof(*db));

	if (!db)
		die(EX_OSERR, "out of memory");
	db->prog = prog;
	forget_later(db);
	arena_init(&db->scratch);
	return db;
}

/* Keeps in_tx: the rest of a transaction that lost its connection must not run
 * on a new one, outside any transaction. */
static void disconnect(struct db *db)
{
	db->n_pending = 0;
	db->manual = false;
	db_stmts_close(db);
	if (db->my)
		mysql_close(db->my);
	db->my = NULL;
}

/* Also rolls back what was open. */
static void drop(struct db *db)
{
	disconnect(db);
	db->in_tx = false;
}

void db_free(struct db **db)
{
	if (!*db)
		return;
	drop(*db);
	arena_release(&(*db)->scratch);
	free(*db);
	*db = NULL;
}

void *db_handle(struct db *db)
{
	return db->my;
}

/* ---- errors ---- */

static bool is_lost(const struct db *db)
{
	return db_error_kind(db->last_errno) == DB_ERROR_LOST;
}

int db_fail(struct db *db, unsigned int no, const char *text, const char *what,
    struct error *err)
{
	enum db_error_kind kind = db_error_kind(no);
	char quoted[256];

	stat_add(STAT_DB_ERRORS, 1);
	db->last_errno = no;
	snprintf(db->failure, sizeof(db->failure), "%s: %u %s", what, no, text);
	log_quote(quoted, sizeof(quoted), str_of(text));
	if (kind == DB_ERROR_DUPLICATE) {
		log_debug("db_duplicate", "what=%s text=%s", what, quoted);
		return err_set(err, ERR_DUPLICATE, "a key exists already");
	}
	if (kind != DB_ERROR_INTERNAL && kind != DB_ERROR_SCHEMA) {
		log_info("db_busy", "what=%s errno=%u text=%s", what, no,
		    quoted);
		err_set(err, ERR_BUSY, "the database is not available");
	} else {
		log_error("db_error", "what=%s errno=%u text=%s", what, no,
		    quoted);
		err_set(err,
		    kind == DB_ERROR_SCHEMA ? ERR_SCHEMA : ERR_INTERNAL,
		    "a database call failed");
	}
	if (kind == DB_ERROR_LOST)
		disconnect(db);
	return -1;
}

/* The last failure was a deadlock, a lock wait timeout or a lost connection
 * with nothing committed: the transaction may run again. */
static bool may_rerun(const struct db *db)
{
	return is_lost(db) || db_error_kind(db->last_errno) == DB_ERROR_RERUN;
}

bool db_is_duplicate(const struct db *db)
{
	return db_error_kind(db->last_errno) == DB_ERROR_DUPLICATE;
}

const char *db_failure(const struct db *db)
{
	return db->last_errno ? db->failure : "";
}

bool db_was_lost(const struct db *db)
{
	return is_lost(db);
}

/* ---- connection ---- */

/* subquery_cache: for a correlated subquery it makes a temporary table in each
 * execution, which costs more than the few look-ups that it could save. */
static int session_settings(struct db *db, struct error *err)
{
	char sql[512];

	snprintf(sql, sizeof(sql),
	    "SET NAMES utf8mb4, SESSION "
	    "tx_isolation='READ-COMMITTED', "
	    "innodb_lock_wait_timeout=%d, idle_transaction_timeout=10, "
	    "time_zone='+00:00', "
	    "sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', "
	    "optimizer_switch='subquery_cache=off'",
	    (int)conf.db.lock_wait_s);
	return db_run(db, sql, err);
}

void db_be_quick(struct db *db, int64_t timeout_s)
{
	BUG_ON(db->my);
	db->quick_s = timeout_s;
}

static unsigned int wait_s(const struct db *db, int64_t setting_s)
{
	bool is_quick = db->quick_s > 0 && db->quick_s < setting_s;

	return (unsigned int)(is_quick ? db->quick_s : setting_s);
}

const char *db_name(void)
{
	return conf.db.name;
}

bool db_is_local(void)
{
	return *conf.db.socket != '\0';
}

static MYSQL *handle_new(const struct db *db)
{
	unsigned int connect_s = wait_s(db, conf.db.connect_timeout_s);
	unsigned int read_s = wait_s(db, conf.db.read_timeout_s);
	MYSQL *my = mysql_init(NULL);

	if (!my)
		die(EX_OSERR, "out of memory");
	mysql_optionsv(my, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
	mysql_optionsv(my, MYSQL_OPT_READ_TIMEOUT, &read_s);
	mysql_optionsv(my, MYSQL_OPT_WRITE_TIMEOUT, &read_s);
	mysql_optionsv(my, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_optionsv(my, MYSQL_OPT_CONNECT_ATTR_ADD, "imcloud_program",
	    db->prog);
	return my;
}

/* Sets db->my. */
static int log_in(struct db *db, struct arena *a, struct error *err)
{
	const char *user, *password;
	bool local = db_is_local();
	char quoted[256];

	if (db_account_login(a, &user, &password, err) < 0) {
		log_quote(quoted, sizeof(quoted), str_of(err->detail));
		log_error("db_account", "text=%s", quoted);
	} else {
		db->my = handle_new(db);
		if (mysql_real_connect(db->my, local ? NULL : conf.db.host,
			user, password, conf.db.name,
			(unsigned int)conf.db.port,
			local ? conf.db.socket : NULL,
			CLIENT_FOUND_ROWS | CLIENT_MULTI_STATEMENTS))
			return 0;
		db_fail(db, mysql_errno(db->my), mysql_error(db->my), "connect",
		    err);
		disconnect(db);
	}
	/* Whatever the reason, only the operator can fix it. */
	return err_set(err, ERR_BUSY, "the database is not available");
}

/* A statement outside a transaction comes after some that were in one. */
static int commit_each(struct db *db, struct error *err)
{
	db->manual = false;
	if (db_run(db, "SET autocommit=1", err) == 0)
		return 0;
	disconnect(db);
	return -1;
}

int db_connect(struct db *db, struct error *err)
{
	struct arena a;
	int rc;

	if (db->in_tx && db->doomed) {
		db->last_errno = ER_LOCK_DEADLOCK;
		return err_set(err, ERR_BUSY, "the transaction has ended");
	}
	if (db->my)
		return db->manual && !db->in_tx ? commit_each(db, err) : 0;
	if (db->in_tx) {
		db->last_errno = CR_SERVER_LOST;
		return err_set(err, ERR_BUSY, "the connection was lost");
	}
	arena_init(&a);
	rc = log_in(db, &a, err);
	arena_release(&a);
	if (rc < 0)
		return -1;
	stat_add(STAT_DB_CONNECTS, 1);
	if (session_settings(db, err) < 0) {
		drop(db);
		return -1;
	}
	db->is_portable = db_dialect_is_portable();
	db->last_errno = 0;
	return 0;
}

int db_run(struct db *db, const char *sql, struct error *err)
{
	int ret;

	if (db_connect(db, err) < 0 || db_settle(db, err) < 0)
		return -1;
	db->last_errno = 0;
	ret = mysql_real_query(db->my, sql, strlen(sql));
	while (ret == 0 && mysql_more_results(db->my))
		ret = mysql_next_result(db->my);
	if (ret != 0)
		return db_fail(db, mysql_errno(db->my), mysql_error(db->my),
		    "run", err);
	return 0;
}

/* ---- transactions ---- */

static int start(struct db *db, struct error *err)
{
	if (!db->pipelines)
		return db_run(db, "START TRANSACTION", err);
	if (db->manual)
		return 0;
	if (db_run(db, "SET autocommit=0", err) < 0)
		return -1;
	db->manual = true;
	return 0;
}

int db_begin(struct db *db, struct error *err)
{
	BUG_ON(db->in_tx);
	/* A connection that was lost while idle is detected here, where a retry
	 * is harmless. */
	if (start(db, err) < 0 && (!db_was_lost(db) || start(db, err) < 0))
		return -1;
	db->in_tx = true;
	db->doomed = false;
	return 0;
}

int db_commit(struct db *db, struct error *err)
{
	int ret;

	BUG_ON(!db->in_tx);
	if (!db->my || db->doomed)
		return db_connect(db, err); /* nothing was committed */
	if (db_settle(db, err) < 0)
		return -1;
	ret = db_run(db, "COMMIT", err);
	db->in_tx = false;
	if (ret == 0)
		return 0;
	if (!db_error_hides_commit(db->last_errno))
		return -1;
	/* It may have been committed: a rerun could do it twice.  The session
	 * may still have it open. */
	disconnect(db);
	db->last_errno = 0;
	return err_set(err, ERR_UNCERTAIN, "the answer to COMMIT was lost");
}

void db_rollback(struct db *db)
{
	unsigned int cause = db->last_errno;
	struct error ignored;

	db->doomed = false;
	if (db->my)
		db_pipe_discard(db);
	if (db->in_tx && db->my && db_run(db, "ROLLBACK", &ignored) != 0)
		disconnect(db);
	db->in_tx = false;
	db->last_errno = cause;
}

bool db_in_tx(const struct db *db)
{
	return db->in_tx;
}

static void rerun_pause(int try)
{
	uint32_t r;

	crypto_random(&r, sizeof(r));
	clock_sleep_ms(1 + r % (4u << try));
}

/* ---- after the commit ---- */

struct db_later {
	void (*fn)(void *arg);
	void *arg;
	struct db_later *next;
};

void db_after_commit(struct db *db, struct arena *a, void (*fn)(void *arg),
    void *arg)
{
	struct db_later *l;

	if (!db->in_tx) {
		fn(arg);
		return;
	}
	l = ARENA_NEW(a, struct db_later);
	*l = (struct db_later){ fn, arg, NULL };
	*db->later_end = l;
	db->later_end = &l->next;
}

static void run_later(struct db *db)
{
	struct db_later *list = db->later;

	forget_later(db);
	for (; list; list = list->next)
		list->fn(list->arg);
}

/* ---- a transaction, and parts of it ---- */

/* Savepoints are named by depth, so that nested parts do not clash. */
static int savepoint(struct db *db, const char *verb, struct error *err)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "%s part%d", verb, db->depth);
	return db_run(db, sql, err);
}

static int run_part(struct db *db,
    int (*fn)(struct db *, void *arg, struct error *), void *arg,
    struct error *err)
{
	struct db_later **end = db->later_end;
	struct error ignored;
	unsigned int cause;
	int ret;

	db->depth++;
	ret = savepoint(db, "SAVEPOINT", err);
	if (ret == 0) {
		db->last_errno = 0;
		ret = fn(db, arg, err);
		if (ret >= 0 && db_settle(db, err) < 0)
			ret = -1;
		cause = db->last_errno;
		if (ret < 0 && may_rerun(db)) {
			db->doomed = true;
		} else if (ret < 0) {
			savepoint(db, "ROLLBACK TO SAVEPOINT", &ignored);
			db->last_errno = cause;
			db->later_end = end;
			*end = NULL;
		}
	}
	db->depth--;
	return ret < 0 ? -1 : 0;
}

int db_tx(struct db *db, int (*fn)(struct db *, void *arg, struct error *),
    void *arg, struct error *err)
{
	if (db->in_tx)
		return run_part(db, fn, arg, err);
	for (int try = 0;; try++) {
		forget_later(db);
		if (db_begin(db, err) < 0)
			return -1;
		db->last_errno = 0;
		if (fn(db, arg, err) == 0 && db_commit(db, err) == 0) {
			run_later(db);
			return 0;
		}
		if (err->code == ERR_UNCERTAIN)
			return -1;
		db_rollback(db);
		if (!may_rerun(db) || try + 1 == TX_TRIES)
			return -1;
		stat_add(STAT_DB_RERUNS, 1);
		rerun_pause(try);
	}
}

/* 1 committed, 0 not.  The list of later functions stays as it is. */
static int look_up(struct db *db,
    int (*was_done)(struct db *, void *arg, struct error *), void *arg)
{
	int64_t until_ms = clock_mono_ms() + LOOK_UP_MS;
	struct error err;
	int done;

	for (int try = 0;; try++) {
		done = db_begin(db, &err);
		if (done == 0)
			done = was_done(db, arg, &err);
		db_rollback(db);
		if (done >= 0 || err.code != ERR_BUSY ||
		    clock_mono_ms() >= until_ms)
			return done;
		rerun_pause(try < TX_TRIES ? try : TX_TRIES);
	}
}

int db_tx_sure(struct db *db, int (*fn)(struct db *, void *arg, struct error *),
    int (*was_done)(struct db *, void *arg, struct error *), void *arg,
    struct error *err)
{
	int ret, done;

	for (int try = 0;; try++) {
		ret = db_tx(db, fn, arg, err);
		if (ret == 0 || err->code != ERR_UNCERTAIN || db->in_tx)
			return ret;
		log_info("db_uncertain", "try=%d", try);
		done = look_up(db, was_done, arg);
		if (done > 0) {
			run_later(db);
			return 0;
		}
		if (done < 0 || try + 1 == TX_TRIES)
			return -1;
	}
}

int db_snapshot(struct db *db,
    int (*fn)(struct db *, void *arg, struct error *), void *arg,
    struct error *err)
{
	/* One round trip, on one connection: the level is of the next
	 * transaction only. */
	static const char start[] =
	    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; "
	    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";
	int try, ret;

	if (db->in_tx)
		return fn(db, arg, err);
	for (try = 0;; try++) {
		ret = db_run(db, start, err);
		if (ret == 0) {
			db->in_tx = true;
			ret = fn(db, arg, err);
			db_rollback(db);
		}
		if (ret == 0 || !may_rerun(db) || try > 0)
			return ret;
	}
}
