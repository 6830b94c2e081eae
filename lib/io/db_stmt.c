/* Prepared statements and their maps. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ids.h"
#include "base/stat.h"
#include "io/db_private.h"

#define MANY_MIN 4 /* for fewer rows, single statements are cheaper */

const struct db_field db_in_id[] = { DB_I64(struct db_id, id), DB_END };
const struct db_field db_in_text[] = { DB_STR(struct db_text, text), DB_END };

/* ---- preparing ---- */

void db_stmts_close(struct db *db)
{
	size_t i;

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

static size_t count_fields(const struct db_field *f)
{
	size_t n = 0;

	while (f && f[n].type != DB_TYPE_END)
		n++;
	BUG_ON(n > DB_FIELDS_MAX);
	return n;
}

static int stmt_fail(struct db *db, MYSQL_STMT *s, const struct db_stmt *st,
    struct error *err)
{
	unsigned int no = mysql_stmt_errno(s);
	struct str text = arena_printf(&db->scratch, "%s", mysql_stmt_error(s));

	return db_fail(db, no, text.p, st->name, err);
}

/* A mismatch of maps and statement would corrupt memory. */
static void check_counts(MYSQL_STMT *s, const struct db_stmt *st)
{
	if (mysql_stmt_param_count(s) != count_fields(st->in))
		BUG("%s: %lu parameters, %zu in the map", st->name,
		    mysql_stmt_param_count(s), count_fields(st->in));
	if (mysql_stmt_field_count(s) != count_fields(st->out))
		BUG("%s: %u columns, %zu in the map", st->name,
		    mysql_stmt_field_count(s), count_fields(st->out));
}

static int prepare(struct db *db, const struct db_stmt *st, MYSQL_STMT **out,
    struct error *err)
{
	struct db_prepared *slot;
	MYSQL_STMT *s;

	if (db_connect(db, err) < 0)
		return -1;
	slot = slot_of(db, st);
	if (!slot->stmt) {
		BUG_ON(db->n_stmts + 1 >= DB_STMTS_MAX);
		s = mysql_stmt_init(db->my);
		if (!s)
			die(EX_OSERR, "out of memory");
		if (mysql_stmt_prepare(s, st->sql, strlen(st->sql)) != 0) {
			stmt_fail(db, s, st, err);
			mysql_stmt_close(s);
			return -1;
		}
		check_counts(s, st);
		slot->def = st;
		slot->stmt = s;
		db->n_stmts++;
	}
	*out = slot->stmt;
	return 0;
}

int db_check(struct db *db, const struct db_stmt *const *list,
    struct error *err)
{
	MYSQL_STMT *s;

	for (; *list; list++) {
		if (prepare(db, *list, &s, err) == 0 &&
		    (!(*list)->many ||
			prepare(db, (*list)->many, &s, err) == 0))
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
	MYSQL_BIND binds[DB_FIELDS_MAX];
	unsigned long lengths[DB_FIELDS_MAX];
	char nulls[DB_FIELDS_MAX];
	size_t n = count_fields(st->in), i;
	unsigned int array_size = 0;

	memset(binds, 0, sizeof(binds));
	for (i = 0; i < n; i++)
		bind_one(&binds[i], &st->in[i], in, &lengths[i], &nulls[i]);
	mysql_stmt_attr_set(s, STMT_ATTR_ARRAY_SIZE, &array_size);
	if (n > 0 && mysql_stmt_bind_param(s, binds) != 0)
		return stmt_fail(db, s, st, err);
	if (mysql_stmt_execute(s) != 0)
		return stmt_fail(db, s, st, err);
	return 0;
}

/*
 * If the answer to a write outside a transaction was lost, its outcome is
 * unknown.
 */
static int exec_failed(struct db *db, bool was_tx, struct error *err)
{
	if (was_tx || !db_was_lost(db) || err->code != ERR_BUSY)
		return -1;
	return err_set(err, ERR_UNCERTAIN, "the answer to a write was lost");
}

int db_exec(struct db *db, const struct db_stmt *st, const void *in,
    int64_t *affected_out, struct error *err)
{
	bool was_tx = db->in_tx;
	MYSQL_STMT *s;
	int ret;

	db->last_errno = 0;
	ret = prepare(db, st, &s, err);
	if (ret == 0) {
		ret = execute(db, st, s, in, err);
		if (ret != 0)
			ret = exec_failed(db, was_tx, err);
		else if (affected_out)
			*affected_out = (int64_t)mysql_stmt_affected_rows(s);
	}
	arena_rewind(&db->scratch);
	return ret;
}

static int execute_bulk(struct db *db, const struct db_stmt *st, MYSQL_STMT *s,
    const void *in, size_t n, size_t stride, struct error *err)
{
	MYSQL_BIND binds[DB_FIELDS_MAX];
	size_t n_fields = count_fields(st->in), i;
	unsigned int array_size = (unsigned int)n;
	size_t row_size = 0;

	memset(binds, 0, sizeof(binds));
	for (i = 0; i < n_fields; i++)
		bind_array(&db->scratch, &binds[i], &st->in[i], in, n, stride);
	mysql_stmt_attr_set(s, STMT_ATTR_ARRAY_SIZE, &array_size);
	mysql_stmt_attr_set(s, STMT_ATTR_ROW_SIZE, &row_size);
	if (mysql_stmt_bind_param(s, binds) != 0)
		return stmt_fail(db, s, st, err);
	if (mysql_stmt_execute(s) != 0)
		return stmt_fail(db, s, st, err);
	return 0;
}

/* [[1,2],[3,4]]: the integers of n structs. */
static struct str int_rows(struct arena *a, const struct db_field *f,
    const void *in, size_t n, size_t stride)
{
	size_t n_fields = count_fields(f), len = 0, i, k;
	size_t cap = n * (n_fields * 21 + 3) + 3;
	char *p = arena_alloc(a, cap);

	p[len++] = '[';
	for (i = 0; i < n; i++) {
		const char *row = (const char *)in + i * stride;

		for (k = 0; k < n_fields; k++) {
			int64_t v;

			BUG_ON(f[k].type != DB_TYPE_I64);
			memcpy(&v, row + f[k].offset, sizeof(v));
			len += (size_t)snprintf(p + len, cap - len,
			    "%s%" PRId64,
			    k > 0   ? ","
			    : i > 0 ? ",["
				    : "[",
			    v);
		}
		p[len++] = ']';
	}
	p[len++] = ']';
	return (struct str){ p, len };
}

int db_exec_bulk(struct db *db, const struct db_stmt *st, const void *in,
    size_t n, size_t stride, int64_t *affected_out, struct error *err)
{
	bool was_tx = db->in_tx;
	MYSQL_STMT *s;
	int ret;

	if (affected_out)
		*affected_out = 0;
	if (n == 0)
		return 0;
	if (n == 1)
		return db_exec(db, st, in, affected_out, err);
	if (st->many && n >= MANY_MIN)
		return db_exec(db, st->many,
		    &(struct db_text){
			int_rows(&db->scratch, st->in, in, n, stride) },
		    affected_out, err);
	db->last_errno = 0;
	ret = prepare(db, st, &s, err);
	if (ret == 0) {
		ret = execute_bulk(db, st, s, in, n, stride, err);
		if (ret != 0)
			ret = exec_failed(db, was_tx, err);
		else if (affected_out)
			*affected_out = (int64_t)mysql_stmt_affected_rows(s);
	}
	arena_rewind(&db->scratch);
	return ret;
}

/* ---- rows ---- */

struct out_bind {
	MYSQL_BIND binds[DB_FIELDS_MAX];
	unsigned long lengths[DB_FIELDS_MAX];
	my_bool nulls[DB_FIELDS_MAX];
	my_bool errors[DB_FIELDS_MAX];
	int64_t ints[DB_FIELDS_MAX];
};

static void out_bind_init(struct out_bind *o, const struct db_stmt *st)
{
	size_t i;

	memset(o, 0, sizeof(*o));
	for (i = 0; st->out[i].type != DB_TYPE_END; i++) {
		MYSQL_BIND *b = &o->binds[i];

		b->length = &o->lengths[i];
		b->is_null = &o->nulls[i];
		b->error = &o->errors[i];
		if (st->out[i].type == DB_TYPE_STR) {
			/*
			 * Only the length first; the bytes are fetched into the
			 * arena later.
			 */
			b->buffer_type = MYSQL_TYPE_STRING;
			b->buffer_length = 0;
		} else {
			b->buffer_type = MYSQL_TYPE_LONGLONG;
			b->buffer = &o->ints[i];
			b->buffer_length = sizeof(o->ints[i]);
		}
	}
}

static int take_text(MYSQL_STMT *s, struct out_bind *o, unsigned int i,
    struct arena *a, struct str *dst)
{
	unsigned long len = o->lengths[i];
	MYSQL_BIND b;
	char *p;

	*dst = STR_NONE;
	if (o->nulls[i])
		return 0;
	p = arena_alloc(a, len + 1);
	*dst = (struct str){ p, len };
	if (len == 0)
		return 0;
	memset(&b, 0, sizeof(b));
	b.buffer_type = MYSQL_TYPE_STRING;
	b.buffer = p;
	b.buffer_length = len;
	b.length = &len;
	return mysql_stmt_fetch_column(s, &b, i, 0);
}

static int take_row(MYSQL_STMT *s, const struct db_stmt *st, struct out_bind *o,
    struct arena *a, char *row)
{
	unsigned int i;

	for (i = 0; st->out[i].type != DB_TYPE_END; i++) {
		void *dst = row + st->out[i].offset;

		if (st->out[i].type != DB_TYPE_STR)
			*(int64_t *)dst = o->nulls[i] ? 0 : o->ints[i];
		else if (take_text(s, o, i, a, dst) != 0)
			return -1;
	}
	return 0;
}

static int fetch_all(struct db *db, const struct db_stmt *st, MYSQL_STMT *s,
    struct arena *a, size_t max, char **rows_out, size_t *n_out,
    struct error *err)
{
	struct out_bind o;
	size_t total, n = 0;
	int ret;

	out_bind_init(&o, st);
	if (mysql_stmt_bind_result(s, o.binds) != 0 ||
	    mysql_stmt_store_result(s) != 0)
		return stmt_fail(db, s, st, err);
	total = (size_t)mysql_stmt_num_rows(s);
	if (total > max)
		total = max;
	if (!*rows_out)
		*rows_out = arena_array(a, total, st->out_size);
	while (n < total) {
		ret = mysql_stmt_fetch(s);
		if (ret == MYSQL_NO_DATA)
			break;
		if ((ret != 0 && ret != MYSQL_DATA_TRUNCATED) ||
		    take_row(s, st, &o, a, *rows_out + n * st->out_size) != 0) {
			stmt_fail(db, s, st, err);
			if (db->my)
				mysql_stmt_free_result(s);
			return -1;
		}
		n++;
	}
	mysql_stmt_free_result(s);
	*n_out = n;
	return 0;
}

static int query_once(struct db *db, const struct db_stmt *st, const void *in,
    struct arena *a, size_t max, char **rows, size_t *n, struct error *err)
{
	MYSQL_STMT *s;
	int ret;

	db->last_errno = 0;
	ret = prepare(db, st, &s, err);
	if (ret == 0)
		ret = execute(db, st, s, in, err);
	if (ret == 0)
		ret = fetch_all(db, st, s, a, max, rows, n, err);
	arena_rewind(&db->scratch);
	return ret;
}

static int query(struct db *db, const struct db_stmt *st, const void *in,
    struct arena *a, size_t max, char **rows, size_t *n, struct error *err)
{
	bool was_tx = db->in_tx;
	int ret = query_once(db, st, in, a, max, rows, n, err);

	if (ret != 0 && !was_tx && db_was_lost(db))
		ret = query_once(db, st, in, a, max, rows, n, err);
	return ret;
}

int db_rows(struct db *db, const struct db_stmt *st, const void *in,
    struct arena *a, void *rows_out, size_t *n_out, struct error *err)
{
	char *rows = NULL;

	*n_out = 0;
	if (query(db, st, in, a, SIZE_MAX, &rows, n_out, err) < 0)
		return -1;
	*(void **)rows_out = rows;
	return 0;
}

int db_rows_bulk(struct db *db, const struct db_stmt *st, const void *in,
    size_t n, size_t stride, struct arena *a, void *rows_out, size_t *n_out,
    struct error *err)
{
	*n_out = 0;
	*(void **)rows_out = NULL;
	if (n == 0)
		return 0;
	if (n == 1)
		return db_rows(db, st, in, a, rows_out, n_out, err);
	return db_rows(db, st->many,
	    &(struct db_text){ int_rows(a, st->in, in, n, stride) }, a,
	    rows_out, n_out, err);
}

int db_row(struct db *db, const struct db_stmt *st, const void *in,
    struct arena *a, void *row_out, struct error *err)
{
	char *row = row_out;
	size_t n = 0;

	if (query(db, st, in, a, 1, &row, &n, err) < 0)
		return -1;
	return n > 0;
}

/* ---- lists ---- */

struct str db_list(struct arena *a, const int64_t *ids, size_t n)
{
	size_t cap = n * 21 + 3, len = 0, i;
	char *p = arena_alloc(a, cap);

	p[len++] = '[';
	for (i = 0; i < n; i++)
		len += (size_t)snprintf(p + len, cap - len, "%s%" PRId64,
		    i > 0 ? "," : "", ids[i]);
	p[len++] = ']';
	return (struct str){ p, len };
}

struct str db_set(struct arena *a, const int64_t *ids, size_t n)
{
	int64_t *sorted = ARENA_ARRAY(a, n, int64_t);

	for (size_t i = 0; i < n; i++)
		sorted[i] = ids[i];
	return db_list(a, sorted, ids_sort_distinct(sorted, n));
}

struct str db_pairs(struct arena *a, const int64_t (*pairs)[2], size_t n)
{
	static const struct db_field fields[] = { { DB_TYPE_I64, 0 },
		{ DB_TYPE_I64, sizeof(int64_t) }, DB_END };

	return int_rows(a, fields, pairs, n, sizeof(*pairs));
}
