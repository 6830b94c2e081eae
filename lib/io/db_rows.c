/* Statements that return rows. */
#include <string.h>

#include "io/db_private.h"

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
		return db_stmt_fail(db, s, st, err);
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
			db_stmt_fail(db, s, st, err);
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
	int ret = db_stmt_run(db, st, &s, in, err);

	if (ret == 0)
		ret = fetch_all(db, st, s, a, max, rows, n, err);
	db_stmt_end(db);
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
	    &(struct db_text){ db_int_rows(a, st->in, in, n, stride) }, a,
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
