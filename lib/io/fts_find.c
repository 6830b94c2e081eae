#include "io/fts_find.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/ids.h"
#include "io/fts_stmt.h"

/* Beginnings that so many words have are left to the inverted index. */
#define WORDS_MAX 64

/* ---- the expression ---- */

/* A string of FTS5; terms hold no quotation mark. */
static void put_string(struct buf *b, struct str head, struct str word)
{
	buf_char(b, '"');
	buf_str(b, head);
	if (head.len)
		buf_char(b, ' ');
	buf_str(b, word);
	buf_char(b, '"');
}

/* Behind all words that begin with s. */
static struct str after_all(struct arena *a, struct str s)
{
	return arena_printf(a, "%.*s\xf4\x8f\xbf\xbf", STR_ARG(s));
}

/* The words that begin with s; n above WORDS_MAX: too many. */
static int words_of(struct fts *f, struct arena *a, struct str s,
    struct str *words, size_t *n_out, struct error *err)
{
	sqlite3_stmt *st = fts_stmt(f, FTS_SQL_WORDS, err);
	size_t n = 0;
	int rc;

	if (!st)
		return -1;
	fts_bind_str(st, 1, s);
	fts_bind_str(st, 2, after_all(a, s));
	sqlite3_bind_int64(st, 3, WORDS_MAX + 1);
	while ((rc = fts_step(f, st, err)) > 0)
		words[n++] = arena_str(a, fts_column(st, 0));
	*n_out = n;
	return rc;
}

/* What a look-up is made of. */
struct look {
	struct fts *f;
	struct arena *a;
	const struct fts_query *q;
	struct buf match;
	bool *compares; /* by phrase */
	bool any;       /* something is in `match` */
};

static struct str last_of(struct str terms, struct str *head_out)
{
	struct str last = terms;

	*head_out = (struct str){ terms.p, 0 };
	for (size_t i = 0; i < terms.len; i++)
		if (terms.p[i] == ' ') {
			head_out->len = i;
			last = (struct str){ terms.p + i + 1,
				terms.len - i - 1 };
		}
	return last;
}

static void put_and(struct look *l)
{
	buf_cstr(&l->match, l->any ? " AND t : " : "t : ");
	l->any = true;
}

/* The last term, in all its forms; or none, if there are too many. */
static int put_open(struct look *l, size_t at, struct error *err)
{
	struct str words[WORDS_MAX + 1], head;
	struct str last = last_of(l->q->phrases[at].terms, &head);
	size_t n;

	if (words_of(l->f, l->a, last, words, &n, err) < 0)
		return -1;
	if (n > WORDS_MAX && l->q->compares) {
		l->compares[at] = true;
		return 0;
	}
	put_and(l);
	if (n == 0 || n > WORDS_MAX) {
		put_string(&l->match, head, last);
		buf_char(&l->match, '*');
		return 0;
	}
	buf_char(&l->match, '(');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_cstr(&l->match, " OR ");
		put_string(&l->match, head, words[i]);
	}
	buf_char(&l->match, ')');
	return 0;
}

static void put_keys(struct look *l)
{
	const struct fts_query *q = l->q;

	if (q->names_logs) {
		buf_cstr(&l->match, l->any ? " AND k : (" : "k : (");
		for (size_t i = 0; i < q->n_logs; i++)
			buf_printf(&l->match, "%s\"c%" PRId64 "\"",
			    i ? " OR " : "", q->logs[i]);
		buf_char(&l->match, ')');
		l->any = true;
	}
	if (q->sender_id) {
		buf_printf(&l->match, "%sk : \"s%" PRId64 "\"",
		    l->any ? " AND " : "", q->sender_id);
		l->any = true;
	}
}

static int put_match(struct look *l, struct error *err)
{
	for (size_t i = 0; i < l->q->n_phrases; i++) {
		const struct fts_phrase *p = &l->q->phrases[i];

		if (!p->is_open) {
			put_and(l);
			put_string(&l->match, STR_NONE, p->terms);
		} else if (put_open(l, i, err) < 0) {
			return -1;
		}
	}
	put_keys(l);
	return 0;
}

/* ---- the range ---- */

/* Ids whose blocks have a time in from_ms..to_ms. */
static int range_of(struct fts *f, const struct fts_query *q, int64_t *lo_out,
    int64_t *below_out, struct error *err)
{
	sqlite3_stmt *st;
	int rc;

	*lo_out = 0;
	*below_out = q->below;
	if (q->from_ms <= 0 && q->to_ms == INT64_MAX)
		return 0;
	st = fts_stmt(f, FTS_SQL_RANGE, err);
	if (!st)
		return -1;
	sqlite3_bind_int64(st, 1, q->from_ms);
	sqlite3_bind_int64(st, 2, q->to_ms);
	rc = fts_step(f, st, err);
	if (rc > 0 && sqlite3_column_type(st, 0) == SQLITE_NULL) {
		*below_out = 0;
	} else if (rc > 0) {
		int64_t end = (sqlite3_column_int64(st, 1) + 1)
			      << FTS_BLOCK_BITS;

		*lo_out = sqlite3_column_int64(st, 0) << FTS_BLOCK_BITS;
		if (end < *below_out)
			*below_out = end;
	}
	sqlite3_reset(st);
	return rc < 0 ? -1 : 0;
}

int fts_find_place(struct fts *f, int64_t ms, int64_t *below_out,
    struct error *err)
{
	sqlite3_stmt *st = fts_stmt(f, FTS_SQL_PLACE, err);
	int rc;

	*below_out = 0;
	if (!st)
		return -1;
	sqlite3_bind_int64(st, 1, ms);
	rc = fts_step(f, st, err);
	if (rc > 0 && sqlite3_column_type(st, 0) != SQLITE_NULL)
		*below_out = (sqlite3_column_int64(st, 0) + 1)
			     << FTS_BLOCK_BITS;
	sqlite3_reset(st);
	return rc < 0 ? -1 : 0;
}

/* ---- finding ---- */

/* Some terms in a row, the last of which may be a beginning. */
static bool has_phrase(struct str terms, struct str phrase)
{
	const char *at = terms.p, *end = terms.p + terms.len;

	while ((size_t)(end - at) >= phrase.len) {
		if (!memcmp(at, phrase.p, phrase.len))
			return true;
		at = memchr(at, ' ', (size_t)(end - at));
		if (!at)
			return false;
		at++;
	}
	return false;
}

static bool is_wanted(const struct look *l, const struct fts_hit *h,
    sqlite3_stmt *st)
{
	const struct fts_query *q = l->q;
	int64_t type = sqlite3_column_int64(st, 3);
	int64_t expires_ms = sqlite3_column_int64(st, 5);

	if (ids_find(q->logs, q->n_logs, h->log_n) < 0 ||
	    (q->type && q->type != type) || h->sent_ms < q->from_ms ||
	    h->sent_ms > q->to_ms || (expires_ms && expires_ms <= q->now_ms) ||
	    (q->sender_id && q->sender_id != sqlite3_column_int64(st, 6)))
		return false;
	for (size_t i = 0; i < q->n_phrases; i++)
		if (l->compares[i] &&
		    !has_phrase(fts_column(st, 7), q->phrases[i].terms))
			return false;
	return true;
}

static int read_hits(const struct look *l, sqlite3_stmt *st, size_t max,
    size_t steps_max, struct fts_found *out, struct error *err)
{
	int rc = 1;

	while (out->steps < steps_max && out->n < max) {
		struct fts_hit h;

		rc = fts_step(l->f, st, err);
		if (rc <= 0)
			break;
		h = (struct fts_hit){ sqlite3_column_int64(st, 0),
			sqlite3_column_int64(st, 1),
			sqlite3_column_int64(st, 2),
			sqlite3_column_int64(st, 4) };
		out->below = h.id;
		out->steps++;
		if (is_wanted(l, &h, st))
			out->hits[out->n++] = h;
	}
	sqlite3_reset(st);
	out->is_end = rc == 0;
	return rc < 0 ? -1 : 0;
}

static int look_up(struct look *l, int64_t lo, int64_t below, size_t max,
    size_t steps_max, struct fts_found *out, struct error *err)
{
	sqlite3_stmt *st;
	int rc;

	if (put_match(l, err) < 0)
		return -1;
	st = fts_stmt(l->f, l->any ? FTS_SQL_FIND : FTS_SQL_ALL, err);
	if (!st)
		return -1;
	if (l->any)
		fts_bind_str(st, 1, buf_view(&l->match));
	sqlite3_bind_int64(st, 2, lo);
	sqlite3_bind_int64(st, 3, below);
	rc = read_hits(l, st, max, steps_max, out, err);
	sqlite3_clear_bindings(st);
	return rc;
}

int fts_find(struct fts *f, struct arena *a, const struct fts_query *q,
    size_t max, size_t steps_max, struct fts_found *out, struct error *err)
{
	struct look l = { .f = f, .a = a, .q = q };
	int64_t lo, below;
	int rc;

	*out = (struct fts_found){ .below = q->below, .is_end = true };
	if (range_of(f, q, &lo, &below, err) < 0)
		return -1;
	if (!q->n_phrases || !q->n_logs || below <= lo)
		return 0;
	out->hits = ARENA_ARRAY(a, max, struct fts_hit);
	l.compares = ARENA_ARRAY(a, q->n_phrases, bool);
	buf_init(&l.match);
	rc = look_up(&l, lo, below, max, steps_max, out, err);
	buf_release(&l.match);
	for (size_t i = 0; i < q->n_phrases; i++)
		out->compared = out->compared || l.compares[i];
	return rc;
}
