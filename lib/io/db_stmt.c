/* Prepared statements, their parameters, and writes; reads are in db_rows.c. */
#include <string.h>

#include "io/db_dialect.h"
#include "io/db_private.h"

#define MANY_MIN 4 /* for fewer rows, single statements are cheaper */
/* Of a rendered statement.  The protocol allows 65,535 parameters: up to
 * DB_FIELDS_MAX for each row. */
#define ROWS_MAX 1000

const struct db_field db_in_id[] = { DB_I64(struct db_id, id), DB_END };
const struct db_field db_in_text[] = { DB_STR(struct db_text, text), DB_END };

/* ---- preparing ---- */

static void close_once(struct db *db)
{
	if (db->once)
		mysql_stmt_close(db->once);
	db->once = NULL;
}

void db_stmts_close(struct db *db)
{
	size_t i;

	close_once(db);
	for (i = 0; i < DB_STMTS_MAX; i++) {
		if (db->stmts[i].stmt)
			mysql_stmt_close(db->stmts[i].stmt);
		db->stmts[i].stmt = NULL;
		db->stmts[i].def = NULL;
	}
	db->n_stmts = 0;
}

static struct db_prepared *slot_of(struct db *db, const struct db_stmt *st)
{
	size_t i = ((uintptr_t)st / sizeof(*st)) & (DB_STMTS_MAX - 1);

	while (db->stmts[i].def && db->stmts[i].def != st)
		i = (i + 1) & (DB_STMTS_MAX - 1);
	return &db->stmts[i];
}

size_t db_fields_count(const struct db_field *f)
{
	size_t n = 0;

	while (f && f[n].type != DB_TYPE_END)
		n++;
	return n;
}

int db_stmt_fail(struct db *db, MYSQL_STMT *s, const struct db_stmt *st,
    struct error *err)
{
	unsigned int no = mysql_stmt_errno(s);
	struct str text = arena_printf(&db->scratch, "%s", mysql_stmt_error(s));

	return db_fail(db, no, text.p, st->name, err);
}

/* A mismatch of maps and statement would corrupt memory. */
static void check_counts(MYSQL_STMT *s, const struct db_stmt *st)
{
	if (mysql_stmt_param_count(s) != db_fields_count(st->in))
		BUG("%s: %lu parameters, %zu in the map", st->name,
		    mysql_stmt_param_count(s), db_fields_count(st->in));
	BUG_ON(db_fields_count(st->out) > DB_FIELDS_MAX);
	if (mysql_stmt_field_count(s) != db_fields_count(st->out))
		BUG("%s: %u columns, %zu in the map", st->name,
		    mysql_stmt_field_count(s), db_fields_count(st->out));
}

static MYSQL_STMT *prepare_text(struct db *db, const struct db_stmt *st,
    struct error *err)
{
	MYSQL_STMT *s;

	if (db_settle(db, err) < 0)
		return NULL;
	s = mysql_stmt_init(db->my);
	if (!s)
		die(EX_OSERR, "out of memory");
	if (mysql_stmt_prepare(s, st->sql, strlen(st->sql)) != 0) {
		db_stmt_fail(db, s, st, err);
		mysql_stmt_close(s);
		return NULL;
	}
	check_counts(s, st);
	return s;
}

static int prepare(struct db *db, const struct db_stmt *st, MYSQL_STMT **out,
    struct error *err)
{
	struct db_prepared *slot = slot_of(db, st);

	if (!slot->stmt) {
		BUG_ON(db->n_stmts + 1 >= DB_STMTS_MAX);
		BUG_ON(db_fields_count(st->in) > DB_FIELDS_MAX);
		slot->stmt = prepare_text(db, st, err);
		if (!slot->stmt)
			return -1;
		slot->def = st;
		db->n_stmts++;
	}
	*out = slot->stmt;
	return 0;
}

/* For a rendered statement: db_stmt_end() closes it. */
static int prepare_once(struct db *db, const struct db_stmt *st,
    MYSQL_STMT **out, struct error *err)
{
	BUG_ON(db->once);
	*out = db->once = prepare_text(db, st, err);
	return *out ? 0 : -1;
}

static bool is_rendered(const struct db *db, const struct db_stmt *st)
{
	return db->is_portable && db_dialect_has_list(st);
}

void db_stmt_end(struct db *db)
{
	close_once(db);
	arena_rewind(&db->scratch);
}

static int check_one(struct db *db, const struct db_stmt *st, struct error *err)
{
	struct db_stmt rendered;
	MYSQL_STMT *s;
	int ret;

	if (db_connect(db, err) < 0)
		return -1;
	if (!is_rendered(db, st))
		return prepare(db, st, &s, err);
	ret = db_dialect_lists(&db->scratch, st, NULL, &rendered, err);
	if (ret == 0)
		ret = prepare_once(db, &rendered, &s, err);
	db_stmt_end(db);
	return ret;
}

int db_check(struct db *db, const struct db_stmt *const *list,
    struct error *err)
{
	for (; *list; list++) {
		if (check_one(db, *list, err) == 0 &&
		    (!(*list)->many || check_one(db, (*list)->many, err) == 0))
			continue;
		if (err->code != ERR_BUSY)
			err_set(err, ERR_SCHEMA,
			    "statement %s does not fit the schema",
			    (*list)->name);
		return -1;
	}
	return 0;
}

/* ---- parameters ---- */

static void bind_one(MYSQL_BIND *b, const struct db_field *f, const char *base,
    unsigned long *length, char *is_null)
{
	const void *p = base + f->offset;
	const struct str *s = p;

	*is_null = 0;
	b->is_null = is_null;
	if (f->type == DB_TYPE_STR) {
		b->buffer_type = MYSQL_TYPE_STRING;
		b->buffer = (void *)(uintptr_t)s->p;
		*length = (unsigned long)s->len;
		b->length = length;
		*is_null = !s->p;
		return;
	}
	b->buffer_type = MYSQL_TYPE_LONGLONG;
	b->buffer = (void *)(uintptr_t)p;
}

/* Column-wise arrays: the client library's row-wise binding needs strings
 * inside the struct. */
static void bind_array(struct arena *a, MYSQL_BIND *b, const struct db_field *f,
    const char *base, size_t n, size_t stride)
{
	int64_t *ints = NULL;
	const char **texts = NULL;
	unsigned long *lengths = NULL;
	char *indicators = ARENA_ARRAY(a, n, char);
	size_t i;

	if (f->type == DB_TYPE_STR) {
		texts = ARENA_ARRAY(a, n, const char *);
		lengths = ARENA_ARRAY(a, n, unsigned long);
		b->buffer_type = MYSQL_TYPE_STRING;
		b->buffer = texts;
		b->length = lengths;
	} else {
		ints = ARENA_ARRAY(a, n, int64_t);
		b->buffer_type = MYSQL_TYPE_LONGLONG;
		b->buffer = ints;
	}
	b->u.indicator = indicators;
	for (i = 0; i < n; i++) {
		const void *p = base + i * stride + f->offset;
		const struct str *s = p;
		bool null = false;

		if (f->type == DB_TYPE_STR) {
			texts[i] = s->p != NULL ? s->p : "";
			lengths[i] = (unsigned long)s->len;
			null = !s->p;
		} else {
			ints[i] = *(const int64_t *)p;
		}
		indicators[i] = null ? STMT_INDICATOR_NULL
				     : STMT_INDICATOR_NONE;
	}
}

static int execute(struct db *db, const struct db_stmt *st, MYSQL_STMT *s,
    const void *in, struct error *err)
{
	size_t n = db_fields_count(st->in), i;
	MYSQL_BIND *binds = ARENA_ARRAY(&db->scratch, n, MYSQL_BIND);
	unsigned long *lengths = ARENA_ARRAY(&db->scratch, n, unsigned long);
	char *nulls = ARENA_ARRAY(&db->scratch, n, char);
	unsigned int array_size = 0;

	for (i = 0; i < n; i++)
		bind_one(&binds[i], &st->in[i], in, &lengths[i], &nulls[i]);
	mysql_stmt_attr_set(s, STMT_ATTR_ARRAY_SIZE, &array_size);
	if (n > 0 && mysql_stmt_bind_param(s, binds) != 0)
		return db_stmt_fail(db, s, st, err);
	return db_pipe_execute(db, st, s, err);
}

static int execute_once(struct db *db, const struct db_stmt *rendered,
    MYSQL_STMT **s_out, const void *in, struct error *err)
{
	if (prepare_once(db, rendered, s_out, err) < 0)
		return -1;
	return execute(db, rendered, *s_out, in, err);
}

int db_stmt_run(struct db *db, const struct db_stmt *st, MYSQL_STMT **s_out,
    const void *in, struct error *err)
{
	struct db_stmt rendered;

	db->last_errno = 0;
	if (db_connect(db, err) < 0)
		return -1;
	if (is_rendered(db, st)) {
		if (db_dialect_lists(&db->scratch, st, in, &rendered, err) < 0)
			return -1;
		return execute_once(db, &rendered, s_out, in, err);
	}
	if (prepare(db, st, s_out, err) < 0)
		return -1;
	return execute(db, st, *s_out, in, err);
}

/*
 * The end of a write.  If its answer was lost outside a transaction, its
 * outcome is unknown, unless it was not even prepared: s is NULL.
 */
static int written(struct db *db, bool was_tx, int ret, MYSQL_STMT *s,
    int64_t *affected_out, struct error *err)
{
	if (ret == 0 && affected_out)
		*affected_out = (int64_t)mysql_stmt_affected_rows(s);
	if (ret != 0 && s && !was_tx && db_was_lost(db) &&
	    err->code == ERR_BUSY)
		err_set(err, ERR_UNCERTAIN, "the answer to a write was lost");
	db_stmt_end(db);
	return ret;
}

int db_exec(struct db *db, const struct db_stmt *st, const void *in,
    int64_t *affected_out, struct error *err)
{
	bool was_tx = db->in_tx;
	MYSQL_STMT *s = NULL;
	int ret;

	db->defers = !affected_out && db_pipe_defers(db);
	ret = db_stmt_run(db, st, &s, in, err);
	db->defers = false;
	return written(db, was_tx, ret, s, affected_out, err);
}

static int execute_array(struct db *db, const struct db_stmt *st, MYSQL_STMT *s,
    const void *in, size_t n, size_t stride, struct error *err)
{
	MYSQL_BIND binds[DB_FIELDS_MAX];
	size_t n_fields = db_fields_count(st->in), i;
	unsigned int array_size = (unsigned int)n;
	size_t row_size = 0;

	memset(binds, 0, sizeof(binds));
	for (i = 0; i < n_fields; i++)
		bind_array(&db->scratch, &binds[i], &st->in[i], in, n, stride);
	mysql_stmt_attr_set(s, STMT_ATTR_ARRAY_SIZE, &array_size);
	mysql_stmt_attr_set(s, STMT_ATTR_ROW_SIZE, &row_size);
	if (mysql_stmt_bind_param(s, binds) != 0)
		return db_stmt_fail(db, s, st, err);
	return db_pipe_execute(db, st, s, err);
}

static int exec_many(struct db *db, const struct db_stmt *st, const void *in,
    size_t n, size_t stride, int64_t *affected_out, struct error *err)
{
	return db_exec(db, st->many,
	    &(struct db_text){
		db_int_rows(&db->scratch, st->in, in, n, stride) },
	    affected_out, err);
}

static int exec_array(struct db *db, const struct db_stmt *st, const void *in,
    size_t n, size_t stride, int64_t *affected_out, struct error *err)
{
	bool was_tx = db->in_tx;
	MYSQL_STMT *s = NULL;
	int ret;

	db->defers = !affected_out && db_pipe_defers(db);
	ret = prepare(db, st, &s, err);
	if (ret == 0)
		ret = execute_array(db, st, s, in, n, stride, err);
	db->defers = false;
	return written(db, was_tx, ret, s, affected_out, err);
}

/* ---- the same for an engine without array binding ---- */

static int exec_each(struct db *db, const struct db_stmt *st, const void *in,
    size_t n, size_t stride, int64_t *affected_out, struct error *err)
{
	int64_t one;

	*affected_out = 0;
	for (size_t i = 0; i < n; i++) {
		if (db_exec(db, st, (const char *)in + i * stride, &one, err) <
		    0)
			return -1;
		*affected_out += one;
	}
	return 0;
}

static int exec_rendered(struct db *db, const struct db_stmt *rendered,
    const void *in, int64_t *affected_out, struct error *err)
{
	bool was_tx = db->in_tx;
	MYSQL_STMT *s = NULL;
	int ret = execute_once(db, rendered, &s, in, err);

	return written(db, was_tx, ret, s, affected_out, err);
}

static int exec_chunk(struct db *db, const struct db_stmt *st, const void *in,
    size_t n, size_t stride, int64_t *affected_out, struct error *err)
{
	struct db_stmt rendered;

	if (st->many && n >= MANY_MIN)
		return exec_many(db, st, in, n, stride, affected_out, err);
	if (db_dialect_rows(&db->scratch, st, n, stride, &rendered))
		return exec_rendered(db, &rendered, in, affected_out, err);
	return exec_each(db, st, in, n, stride, affected_out, err);
}

static int exec_chunks(struct db *db, const struct db_stmt *st, const void *in,
    size_t n, size_t stride, int64_t *affected_out, struct error *err)
{
	int64_t total = 0, some;

	for (size_t at = 0; at < n; at += ROWS_MAX) {
		if (exec_chunk(db, st, (const char *)in + at * stride,
			n - at < ROWS_MAX ? n - at : ROWS_MAX, stride, &some,
			err) < 0)
			return -1;
		total += some;
	}
	if (affected_out)
		*affected_out = total;
	return 0;
}

int db_exec_bulk(struct db *db, const struct db_stmt *st, const void *in,
    size_t n, size_t stride, int64_t *affected_out, struct error *err)
{
	if (affected_out)
		*affected_out = 0;
	if (n == 0)
		return 0;
	if (n == 1)
		return db_exec(db, st, in, affected_out, err);
	db->last_errno = 0;
	if (db_connect(db, err) < 0)
		return -1;
	if (db->is_portable)
		return exec_chunks(db, st, in, n, stride, affected_out, err);
	if (st->many && n >= MANY_MIN)
		return exec_many(db, st, in, n, stride, affected_out, err);
	return exec_array(db, st, in, n, stride, affected_out, err);
}

int db_exec_expect(struct db *db, const struct db_stmt *st, const void *in,
    size_t n, size_t stride, const struct db_expect *expect, struct error *err)
{
	int64_t rows;
	int ret;

	if (n > 0 && db_pipe_defers(db)) {
		db->expects = true;
		db->expect = *expect;
		ret = db_exec_bulk(db, st, in, n, stride, NULL, err);
		db->expects = false;
		return ret;
	}
	if (db_exec_bulk(db, st, in, n, stride, &rows, err) < 0)
		return -1;
	if (rows != expect->rows)
		return err_set(err, expect->code, "%s", expect->detail);
	return 0;
}
