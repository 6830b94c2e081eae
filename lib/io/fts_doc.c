#include "io/fts_doc.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "io/fts_stmt.h"

/* ---- words ---- */

/* FNV-1a, seeded: nobody outside can make words collide. */
static uint64_t hash_of(const struct fts *f, struct str word)
{
	uint64_t h = f->seed;

	for (size_t i = 0; i < word.len; i++)
		h = (h ^ (unsigned char)word.p[i]) * UINT64_C(0x100000001b3);
	h ^= h >> 29;
	return h ? h : 1;
}

static int word_change(struct fts *f, enum fts_sql which, struct str word,
    struct error *err)
{
	sqlite3_stmt *st = fts_stmt(f, which, err);
	int rc;

	if (!st)
		return -1;
	fts_bind_str(st, 1, word);
	rc = fts_step(f, st, err);
	sqlite3_reset(st);
	return rc;
}

static int note_words(struct fts *f, struct str terms, struct error *err)
{
	while (terms.len) {
		struct str word = str_cut(&terms, ' ');
		uint64_t h = hash_of(f, word);
		uint64_t *seen = &f->seen[h % FTS_SEEN];

		if (*seen == h)
			continue;
		if (word_change(f, FTS_SQL_WORD_PUT, word, err) < 0)
			return -1;
		*seen = h;
	}
	return 0;
}

/* 1: a document has it. */
static int is_in_use(struct fts *f, struct str word, struct error *err)
{
	struct buf match;
	int rc;

	buf_init(&match);
	buf_printf(&match, "t : \"%.*s\"", STR_ARG(word));
	rc = word_change(f, FTS_SQL_WORD_IN_USE, buf_view(&match), err);
	buf_release(&match);
	return rc;
}

/* After their document has gone. */
static int forget_words(struct fts *f, struct str terms, struct error *err)
{
	while (terms.len) {
		struct str word = str_cut(&terms, ' ');
		int used = is_in_use(f, word, err);

		if (used < 0 ||
		    (!used && word_change(f, FTS_SQL_WORD_DROP, word, err) < 0))
			return -1;
		if (!used)
			f->seen[hash_of(f, word) % FTS_SEEN] = 0;
	}
	return 0;
}

/* ---- documents ---- */

struct old {
	int64_t id, sender_id, expires_ms;
	struct str terms; /* on the heap */
};

/* 1: there is one; its terms are to be freed. */
static int find_old(struct fts *f, int64_t log_n, int64_t log_index,
    struct old *out, struct error *err)
{
	sqlite3_stmt *st = fts_stmt(f, FTS_SQL_DOC_AT, err);
	struct str terms;
	int rc;

	*out = (struct old){ 0 };
	if (!st)
		return -1;
	sqlite3_bind_int64(st, 1, log_n);
	sqlite3_bind_int64(st, 2, log_index);
	rc = fts_step(f, st, err);
	if (rc > 0) {
		char *copy;

		terms = fts_column(st, 3);
		copy = malloc(terms.len + 1);
		if (!copy)
			die(EX_OSERR, "out of memory");
		memcpy(copy, terms.p, terms.len);
		*out = (struct old){ sqlite3_column_int64(st, 0),
			sqlite3_column_int64(st, 1),
			sqlite3_column_int64(st, 2), STR_NONE };
		out->terms.p = copy;
		out->terms.len = terms.len;
	}
	sqlite3_reset(st);
	return rc;
}

static void free_old(struct old *o)
{
	free((char *)(uintptr_t)o->terms.p);
}

static int terms_change(struct fts *f, enum fts_sql which, int64_t id,
    struct str terms, int64_t log_n, int64_t sender_id, struct error *err)
{
	sqlite3_stmt *st;

	if (!terms.len)
		return 0;
	st = fts_stmt(f, which, err);
	if (!st)
		return -1;
	sqlite3_bind_int64(st, 1, id);
	fts_bind_str(st, 2, terms);
	sqlite3_bind_int64(st, 3, log_n);
	sqlite3_bind_int64(st, 4, sender_id);
	return fts_step(f, st, err);
}

static int note_time(struct fts *f, int64_t id, int64_t ms, struct error *err)
{
	const int64_t v[] = { id >> FTS_BLOCK_BITS, ms };

	if (f->block == v[0] && f->from <= ms && ms <= f->to)
		return 0;
	if (f->block != v[0]) {
		f->block = v[0];
		f->from = f->to = ms;
	}
	f->from = ms < f->from ? ms : f->from;
	f->to = ms > f->to ? ms : f->to;
	return fts_change(f, FTS_SQL_BLOCK, v, 2, err);
}

static int add(struct fts *f, int64_t log_n, int64_t id,
    const struct fts_doc *doc, struct error *err)
{
	sqlite3_stmt *st = fts_stmt(f, FTS_SQL_DOC_PUT, err);
	const int64_t v[] = { id, log_n, doc->log_index, doc->sender_id,
		doc->type, doc->sent_ms, doc->expires_ms };

	if (!st)
		return -1;
	for (int i = 0; i < 7; i++)
		sqlite3_bind_int64(st, i + 1, v[i]);
	fts_bind_str(st, 8, doc->terms);
	if (fts_step(f, st, err) < 0 ||
	    terms_change(f, FTS_SQL_TERMS_PUT, id, doc->terms, log_n,
		doc->sender_id, err) < 0 ||
	    note_words(f, doc->terms, err) < 0)
		return -1;
	return note_time(f, id, doc->sent_ms, err);
}

static int replace(struct fts *f, int64_t log_n, const struct old *old,
    const struct fts_doc *doc, struct error *err)
{
	sqlite3_stmt *st;

	/* While doc_terms still has what is taken out. */
	if (terms_change(f, FTS_SQL_TERMS_DROP, old->id, old->terms, log_n,
		old->sender_id, err) < 0)
		return -1;
	st = fts_stmt(f, FTS_SQL_DOC_CHANGE, err);
	if (!st)
		return -1;
	sqlite3_bind_int64(st, 1, old->id);
	sqlite3_bind_int64(st, 2, doc->expires_ms);
	fts_bind_str(st, 3, doc->terms);
	f->dropped++;
	if (fts_step(f, st, err) < 0 ||
	    terms_change(f, FTS_SQL_TERMS_PUT, old->id, doc->terms, log_n,
		old->sender_id, err) < 0 ||
	    note_words(f, doc->terms, err) < 0)
		return -1;
	return forget_words(f, old->terms, err);
}

int fts_put(struct fts *f, int64_t log_n, int64_t id, const struct fts_doc *doc,
    struct error *err)
{
	struct old old;
	int rc = find_old(f, log_n, doc->log_index, &old, err);

	BUG_ON(!f->in_tx);
	if (rc < 0)
		return -1;
	if (rc > 0) {
		rc = FTS_SAME;
		if (!str_eq(old.terms, doc->terms) ||
		    old.expires_ms != doc->expires_ms)
			rc = replace(f, log_n, &old, doc, err) < 0
				 ? -1
				 : FTS_REPLACED;
		free_old(&old);
		return rc;
	}
	if (!id)
		id = f->next_id++;
	return add(f, log_n, id, doc, err) < 0 ? -1 : FTS_ADDED;
}

int fts_drop(struct fts *f, int64_t log_n, int64_t log_index, struct error *err)
{
	struct old old;
	int rc = find_old(f, log_n, log_index, &old, err);

	BUG_ON(!f->in_tx);
	if (rc <= 0)
		return rc;
	f->dropped++;
	if (terms_change(f, FTS_SQL_TERMS_DROP, old.id, old.terms, log_n,
		old.sender_id, err) < 0 ||
	    fts_change(f, FTS_SQL_DOC_DROP, &old.id, 1, err) < 0 ||
	    forget_words(f, old.terms, err) < 0)
		rc = -1;
	free_old(&old);
	return rc;
}

#define EXPIRE_MAX 500

int fts_has_expired(struct fts *f, int64_t now_ms, struct error *err)
{
	sqlite3_stmt *st = fts_stmt(f, FTS_SQL_EXPIRED, err);
	int rc;

	if (!st)
		return -1;
	sqlite3_bind_int64(st, 1, now_ms);
	sqlite3_bind_int64(st, 2, 1);
	rc = fts_step(f, st, err);
	sqlite3_reset(st);
	return rc;
}

int fts_expire(struct fts *f, int64_t now_ms, int64_t max, struct error *err)
{
	int64_t at[EXPIRE_MAX][2];
	sqlite3_stmt *st = fts_stmt(f, FTS_SQL_EXPIRED, err);
	int n = 0, rc;

	if (!st)
		return -1;
	sqlite3_bind_int64(st, 1, now_ms);
	sqlite3_bind_int64(st, 2, max < EXPIRE_MAX ? max : EXPIRE_MAX);
	while ((rc = fts_step(f, st, err)) > 0) {
		at[n][0] = sqlite3_column_int64(st, 0);
		at[n++][1] = sqlite3_column_int64(st, 1);
	}
	for (int i = 0; i < n && rc >= 0; i++)
		rc = fts_drop(f, at[i][0], at[i][1], err);
	return rc < 0 ? -1 : n;
}

/* ---- later ---- */

int fts_later_put(struct fts *f, int64_t ms, int64_t log_id, int64_t log_index,
    struct error *err)
{
	const int64_t v[] = { ms, log_id, log_index };

	return fts_change(f, FTS_SQL_LATER_PUT, v, 3, err);
}

int fts_later_take(struct fts *f, struct arena *a, int64_t upto_ms, size_t max,
    struct fts_later **out, size_t *n_out, struct error *err)
{
	sqlite3_stmt *st = fts_stmt(f, FTS_SQL_LATER, err);
	struct fts_later *v = ARENA_ARRAY(a, max, struct fts_later);
	size_t n = 0;
	int rc;

	if (!st)
		return -1;
	sqlite3_bind_int64(st, 1, upto_ms);
	sqlite3_bind_int64(st, 2, (int64_t)max);
	while ((rc = fts_step(f, st, err)) > 0)
		v[n++] = (struct fts_later){ sqlite3_column_int64(st, 0),
			sqlite3_column_int64(st, 1),
			sqlite3_column_int64(st, 2) };
	for (size_t i = 0; i < n && rc >= 0; i++) {
		const int64_t key[] = { v[i].ms, v[i].log_id, v[i].log_index };

		rc = fts_change(f, FTS_SQL_LATER_DROP, key, 3, err);
	}
	*out = v;
	*n_out = n;
	return rc < 0 ? -1 : 0;
}
