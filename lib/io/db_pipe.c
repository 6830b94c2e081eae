/*
 * Writes whose answers are read later: db_pipeline().
 *
 * The protocol answers commands in their order, so several may be on their way.
 * The client library sends without reading under MARIADB_OPT_SKIP_READ_RESPONSE
 * and has a function to read the answer of a statement.  Packets are numbered
 * within a command; as another may have been sent since, the number of the
 * answer's first packet is set before it is read.  Answers to writes are small:
 * the server never waits for us to read them, so we may go on sending.
 */
#include "io/db_private.h"

void db_pipeline(struct db *db)
{
	BUG_ON(db->my);
	db->pipelines = true;
}

bool db_pipe_defers(const struct db *db)
{
	return db->pipelines && db->manual && db->in_tx && !db->is_portable;
}

static int send_only(struct db *db, MYSQL_STMT *s)
{
	my_bool skip = 1;
	int ret;

	mysql_optionsv(db->my, MARIADB_OPT_SKIP_READ_RESPONSE, &skip);
	ret = mysql_stmt_execute(s);
	skip = 0;
	mysql_optionsv(db->my, MARIADB_OPT_SKIP_READ_RESPONSE, &skip);
	return ret;
}

static int read_answer(struct db *db, MYSQL_STMT *s)
{
	db->my->net.pkt_nr = 1; /* the command itself was 0 */
	return db->my->methods->db_read_execute_response(s);
}

static int check(const struct db_pending *p, struct error *err)
{
	int64_t rows = (int64_t)mysql_stmt_affected_rows(p->s);

	if (!p->expects || rows == p->expect.rows)
		return 0;
	return err_set(err, p->expect.code, "%s", p->expect.detail);
}

/* The first failure counts.  What was sent behind it has run, too, and is
 * rolled back with it. */
int db_settle(struct db *db, struct error *err)
{
	size_t n = db->n_pending;
	int ret = 0;

	for (size_t i = 0; i < n && db->my; i++) {
		const struct db_pending *p = &db->pending[i];
		int failed = read_answer(db, p->s);

		if (ret == 0 && failed)
			ret = db_stmt_fail(db, p->s, p->st, err);
		else if (ret == 0)
			ret = check(p, err);
	}
	db->n_pending = 0;
	return ret;
}

void db_pipe_discard(struct db *db)
{
	for (size_t i = 0; i < db->n_pending; i++)
		read_answer(db, db->pending[i].s);
	db->n_pending = 0;
}

static bool is_pending(const struct db *db, const MYSQL_STMT *s)
{
	for (size_t i = 0; i < db->n_pending; i++)
		if (db->pending[i].s == s)
			return true;
	return false;
}

static int defer(struct db *db, const struct db_stmt *st, MYSQL_STMT *s,
    struct error *err)
{
	if (send_only(db, s) != 0)
		return db_stmt_fail(db, s, st, err);
	db->pending[db->n_pending++] = (struct db_pending){
		.st = st,
		.s = s,
		.expects = db->expects,
		.expect = db->expect,
	};
	return 0;
}

/* Sends before it reads the answers that are due. */
static int execute_behind(struct db *db, const struct db_stmt *st,
    MYSQL_STMT *s, struct error *err)
{
	if (send_only(db, s) != 0)
		return db_stmt_fail(db, s, st, err);
	if (db_settle(db, err) < 0) {
		if (db->my && read_answer(db, s) == 0)
			mysql_stmt_free_result(s);
		return -1;
	}
	return read_answer(db, s) ? db_stmt_fail(db, s, st, err) : 0;
}

int db_pipe_execute(struct db *db, const struct db_stmt *st, MYSQL_STMT *s,
    struct error *err)
{
	if ((is_pending(db, s) || db->n_pending == DB_PENDING_MAX) &&
	    db_settle(db, err) < 0)
		return -1;
	if (db->defers)
		return defer(db, st, s, err);
	if (db->n_pending)
		return execute_behind(db, st, s, err);
	return mysql_stmt_execute(s) ? db_stmt_fail(db, s, st, err) : 0;
}
