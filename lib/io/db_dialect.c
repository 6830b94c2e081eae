#include "io/db_dialect.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "io/json.h"

#define LIST        "JSON_TABLE(?, '$[*]' COLUMNS("
#define PATH        " PATH '$"
#define COLUMNS_MAX 16

bool db_dialect_is_portable(void)
{
	if (!strcmp(conf.db.dialect, "mariadb"))
		return false;
	if (!strcmp(conf.db.dialect, "portable"))
		return true;
	die(EX_CONFIG, "db.dialect: neither mariadb nor portable");
}

bool db_dialect_has_list(const struct db_stmt *st)
{
	return strstr(st->sql, LIST);
}

/* ---- the columns of a list ---- */

struct column {
	struct str name;
	struct str type;
	size_t place; /* in the row, */
	bool is_row;  /* or the row is its value */
};

/* name TYPE PATH '$' or name TYPE PATH '$[0]' */
static const char *read_column(const char *at, struct column *c)
{
	const char *path = strstr(at, PATH);
	char *end;

	BUG_ON(!path);
	c->name = (struct str){ at, strcspn(at, " ") };
	at += c->name.len + 1;
	BUG_ON(at > path);
	c->type = (struct str){ at, (size_t)(path - at) };
	at = path + strlen(PATH);
	c->is_row = *at == '\'';
	if (!c->is_row) {
		BUG_ON(*at != '[');
		c->place = strtoul(at + 1, &end, 10);
		BUG_ON(strncmp(end, "]'", 2) != 0);
		at = end + 1;
	}
	return at + 1;
}

/* Returns the text behind the list. */
static const char *read_columns(const char *at, struct column *columns,
    size_t *n_out)
{
	for (*n_out = 0;; at += 2) {
		BUG_ON(*n_out == COLUMNS_MAX);
		at = read_column(at, &columns[(*n_out)++]);
		if (strncmp(at, "))", 2) == 0)
			return at + 2;
		BUG_ON(strncmp(at, ", ", 2) != 0);
	}
}

/* ---- its rows ---- */

/* The word behind key in the type of a column, or "". */
static struct str word_after(struct str type, const char *key)
{
	const char *end = type.p + type.len;
	const char *p = memmem(type.p, type.len, key, strlen(key));
	const char *blank;

	if (!p)
		return STR("");
	p += strlen(key);
	blank = memchr(p, ' ', (size_t)(end - p));
	return (struct str){ p, (size_t)((blank ? blank : end) - p) };
}

static void put_text(struct arena *a, struct buf *sql, struct str type,
    struct str text)
{
	struct str charset = word_after(type, "CHARACTER SET ");
	struct str collation = word_after(type, "COLLATE ");

	if (!charset.len)
		charset = STR("utf8mb4");
	buf_printf(sql, "_%.*s x'", STR_ARG(charset));
	buf_str(sql, crypto_hex(a, text.p, text.len));
	buf_char(sql, '\'');
	if (collation.len)
		buf_printf(sql, " COLLATE %.*s", STR_ARG(collation));
}

static int put_value(struct arena *a, struct buf *sql, struct str type,
    const json_t *value)
{
	if (json_is_integer(value))
		buf_printf(sql, "%" PRId64, (int64_t)json_integer_value(value));
	else if (json_is_string(value))
		put_text(a, sql, type, json_text(value));
	else if (json_is_null(value))
		buf_cstr(sql, "NULL");
	else
		return -1;
	return 0;
}

/* -1: a column has no value in this row, or one that is not a literal. */
static int put_row(struct arena *a, struct buf *sql, const struct column *c,
    size_t n, const json_t *row, bool is_first)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_cstr(sql, ", ");
		if (put_value(a, sql, c[i].type,
			c[i].is_row ? row : json_array_get(row, c[i].place)) <
		    0)
			return -1;
		if (is_first)
			buf_printf(sql, " AS %.*s", STR_ARG(c[i].name));
	}
	return 0;
}

static void put_no_row(struct buf *sql, const struct column *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(sql, "%sNULL AS %.*s", i > 0 ? ", " : "(SELECT ",
		    STR_ARG(c[i].name));
	buf_cstr(sql, " FROM DUAL WHERE FALSE");
}

/* -1: text is not a list of such rows. */
static int put_table(struct arena *a, struct buf *sql, const struct column *c,
    size_t n, struct str text)
{
	struct error ignored;
	json_t *rows;

	if (json_parse(a, text, false, &rows, &ignored) < 0 ||
	    !json_is_array(rows))
		return -1;
	if (json_array_size(rows) == 0)
		put_no_row(sql, c, n);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		buf_cstr(sql, i > 0 ? " UNION ALL SELECT " : "(SELECT ");
		if (put_row(a, sql, c, n, json_array_get(rows, i), i == 0) < 0)
			return -1;
	}
	buf_char(sql, ')');
	return 0;
}

/* ---- statements ---- */

/* The length of the next piece of a statement: a literal or a name in quotes,
 * or one character. */
static size_t piece_len(const char *at)
{
	const char *end;

	if (*at != '\'' && *at != '`')
		return 1;
	end = strchr(at + 1, *at);
	BUG_ON(!end);
	return (size_t)(end + 1 - at);
}

static struct str list_text(const struct db_field *f, const void *in)
{
	BUG_ON(f->type != DB_TYPE_STR);
	if (!in)
		return STR("[]");
	return *(const struct str *)((const char *)in + f->offset);
}

static size_t count_fields(const struct db_field *f)
{
	size_t n = 0;

	while (f && f[n].type != DB_TYPE_END)
		n++;
	return n;
}

/* Renders st into sql; `kept` gets the parameters that stay. */
static int put_lists(struct arena *a, struct buf *sql, const struct db_stmt *st,
    const void *in, struct db_field *kept)
{
	struct column columns[COLUMNS_MAX];
	const struct db_field *next = st->in;
	const char *at = st->sql;
	size_t n;

	while (*at) {
		if (strncmp(at, LIST, strlen(LIST)) == 0) {
			at = read_columns(at + strlen(LIST), columns, &n);
			if (put_table(a, sql, columns, n,
				list_text(next++, in)) < 0)
				return -1;
			continue;
		}
		if (*at == '?')
			*kept++ = *next++;
		n = piece_len(at);
		buf_add(sql, at, n);
		at += n;
	}
	BUG_ON(next->type != DB_TYPE_END);
	return 0;
}

int db_dialect_lists(struct arena *a, const struct db_stmt *st, const void *in,
    struct db_stmt *out, struct error *err)
{
	struct db_field *kept = ARENA_ARRAY(a, count_fields(st->in) + 1,
	    struct db_field);
	struct buf sql;
	int ret;

	buf_init(&sql);
	ret = put_lists(a, &sql, st, in, kept);
	*out = *st;
	out->sql = arena_str(a, buf_view(&sql)).p;
	out->in = kept;
	buf_release(&sql);
	if (ret < 0)
		return err_set(err, ERR_INTERNAL,
		    "%s: a parameter is not a list of its rows", st->name);
	return 0;
}

/* Behind the parenthesis that closes the one at `at`. */
static const char *skip_tuple(const char *at)
{
	int depth = 0;

	do {
		depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
		BUG_ON(!*at);
		at += piece_len(at);
	} while (depth > 0);
	return at;
}

/* The maps of n structs as one, END included. */
static const struct db_field *repeat_fields(struct arena *a,
    const struct db_field *f, size_t n, size_t stride)
{
	size_t n_fields = count_fields(f), i;
	struct db_field *all = ARENA_ARRAY(a, n * n_fields + 1,
	    struct db_field);

	for (i = 0; i < n * n_fields; i++) {
		all[i] = f[i % n_fields];
		all[i].offset += i / n_fields * stride;
	}
	return all;
}

bool db_dialect_rows(struct arena *a, const struct db_stmt *st, size_t n,
    size_t stride, struct db_stmt *out)
{
	const char *tuple = strstr(st->sql, " VALUES ("), *tail;
	struct buf sql;

	if (strncmp(st->sql, "INSERT ", 7) != 0 || !tuple)
		return false;
	tuple += strlen(" VALUES ");
	tail = skip_tuple(tuple);
	if (memchr(st->sql, '?', (size_t)(tuple - st->sql)) ||
	    strchr(tail, '?'))
		return false;
	buf_init(&sql);
	buf_add(&sql, st->sql, (size_t)(tail - st->sql));
	for (size_t i = 1; i < n; i++) {
		buf_cstr(&sql, ", ");
		buf_add(&sql, tuple, (size_t)(tail - tuple));
	}
	buf_cstr(&sql, tail);
	*out = *st;
	out->sql = arena_str(a, buf_view(&sql)).p;
	out->in = repeat_fields(a, st->in, n, stride);
	buf_release(&sql);
	return true;
}
