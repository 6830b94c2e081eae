#include "search_index.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/ids.h"
#include "im/consumer/indexing_build.h"

/* Documents that one request reads, in all parts. */
#define STEPS_MAX 20000
#define CHUNK     64
#define TRY_STEPS 3000 /* before it is done in another way */

struct part {
	struct fts *fts;
	char *path;
	uint64_t tag; /* of the file, in cursors */
	/* Of this search. */
	int64_t *logs; /* their numbers, ascending */
	int64_t *convs;
	size_t n_logs;
	bool names_logs, compares, is_end, is_new;
	int64_t done;  /* the last id that is over, or where it began */
	int64_t below; /* where to read on */
	struct fts_hit *hits;
	size_t n, at;
};

struct search_index {
	int n_parts;
	struct part parts[FTS_PARTS_MAX];
	struct fts_query q;
	size_t steps;
	int64_t last_ms, last_id; /* of the last item */
};

/* ---- files ---- */

static void close_part(struct part *p)
{
	fts_close(&p->fts);
	free(p->path);
	p->path = NULL;
}

static void release(void *own)
{
	struct search_index *x = own;

	for (int i = 0; i < FTS_PARTS_MAX; i++)
		close_part(&x->parts[i]);
	free(x);
}

static uint64_t tag_of(const char *path)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	crypto_sha256(hash, str_of(path));
	return get_u32(hash);
}

/* A file that has gone between the link and the opening is looked for once
 * more. */
static int open_part(struct part *p, struct arena *a, int part,
    struct error *err)
{
	for (int i = 0; i < 2; i++) {
		const char *path = fts_file_current(a, part);

		if (path && p->path && !strcmp(path, p->path))
			return 0;
		close_part(p);
		if (!path)
			return 0;
		if (fts_open(path, false, &p->fts, err) == 0) {
			p->path = strdup(path);
			if (!p->path)
				die(EX_OSERR, "out of memory");
			p->tag = tag_of(path);
			return 0;
		}
	}
	return err_set(err, ERR_BUSY, "the search index cannot be read");
}

struct search_index *search_index_open(struct service *s, struct arena *a,
    struct error *err)
{
	struct search_index *x = s->own;

	if (!x) {
		x = calloc(1, sizeof(*x));
		if (!x)
			die(EX_OSERR, "out of memory");
		s->own = x;
		s->own_free = release;
		x->n_parts = fts_file_parts();
	}
	for (int i = 0; i < x->n_parts; i++)
		if (open_part(&x->parts[i], a, i, err) < 0)
			return NULL;
	return x;
}

int search_index_built_until(struct search_index *x, int64_t *ms_out,
    struct error *err)
{
	*ms_out = INT64_MAX;
	for (int i = 0; i < x->n_parts; i++) {
		int64_t ms = 0;

		if (x->parts[i].fts &&
		    indexing_build_until(x->parts[i].fts, &ms, err) < 0)
			return -1;
		if (ms < *ms_out)
			*ms_out = ms;
	}
	return 0;
}

/* ---- the logs ---- */

struct numbered {
	int64_t n, conv_id;
};

static int by_number(const void *x, const void *y)
{
	const struct numbered *a = x, *b = y;

	return a->n < b->n ? -1 : a->n > b->n;
}

/* Where each log stands in its part, and what is above its cursor. */
static int find_logs(struct search_index *x, struct arena *a,
    const struct search_filter *f, struct entry_ref *due, size_t *n_due,
    struct error *err)
{
	struct numbered *logs = ARENA_ARRAY(a, f->n_chats, struct numbered);

	for (int i = 0; i < x->n_parts; i++) {
		struct part *p = &x->parts[i];
		size_t n = 0;

		for (size_t k = 0; k < f->n_chats; k++) {
			const struct found_chat *c = &f->chats[k];
			struct fts_log log = { 0 };

			if (fts_file_part(c->conv_id) != i)
				continue;
			if (p->fts &&
			    fts_log(p->fts, c->conv_id, &log, err) < 0)
				return -1;
			if (log.done_index < c->last_index)
				due[(*n_due)++] = (struct entry_ref){
					c->conv_id, log.done_index + 1
				};
			if (log.n)
				logs[n++] = (struct numbered){ log.n,
					c->conv_id };
		}
		if (n)
			qsort(logs, n, sizeof(*logs), by_number);
		p->logs = ARENA_ARRAY(a, n, int64_t);
		p->convs = ARENA_ARRAY(a, n, int64_t);
		p->n_logs = n;
		for (size_t k = 0; k < n; k++) {
			p->logs[k] = logs[k].n;
			p->convs[k] = logs[k].conv_id;
		}
	}
	return 0;
}

/* ---- cursors ---- */

#define CURSOR_FORM 1

struct str search_index_cursor(const struct search_index *x, struct arena *a,
    bool all)
{
	struct buf b;
	struct str s;

	buf_init(&b);
	buf_u8(&b, CURSOR_FORM);
	buf_u8(&b, (uint8_t)x->n_parts);
	buf_u64(&b, (uint64_t)x->last_ms);
	buf_u64(&b, (uint64_t)x->last_id);
	for (int i = 0; i < x->n_parts; i++) {
		const struct part *p = &x->parts[i];

		buf_u32(&b, (uint32_t)p->tag);
		buf_u64(&b,
		    (uint64_t)(all && p->at == p->n ? p->below : p->done));
	}
	s = crypto_base64url(a, b.p, b.len);
	buf_release(&b);
	return s;
}

static int bad_cursor(struct error *err)
{
	return err_field(err, ERR_INVALID_ARGUMENT, "cursor",
	    "not a cursor of this list");
}

static int read_part(struct search_index *x, struct part *p, const char *at,
    struct error *err)
{
	uint64_t id = get_u64(at + 4);

	if (id > INT64_MAX)
		return bad_cursor(err);
	p->is_new = get_u32(at) != (uint32_t)p->tag;
	p->below = (int64_t)id;
	if (p->is_new && p->fts)
		return fts_find_place(p->fts, x->last_ms, &p->below, err);
	return 0;
}

static int read_cursor(struct search_index *x, struct arena *a,
    struct str cursor, struct error *err)
{
	struct str s = crypto_base64url_decode(a, cursor);

	if (s.len < 18 || s.p[0] != CURSOR_FORM || s.p[1] <= 0 ||
	    s.len != 18 + (size_t)s.p[1] * 12)
		return bad_cursor(err);
	x->last_ms = (int64_t)get_u64(s.p + 2);
	x->last_id = (int64_t)get_u64(s.p + 10);
	if (x->last_ms < 0 || x->last_id < 0)
		return bad_cursor(err);
	for (int i = 0; i < x->n_parts; i++) {
		static const char none[12] = { 0 };
		struct part *p = &x->parts[i];

		/* The index has another number of parts now: all are new. */
		if (read_part(x, p,
			s.p[1] == x->n_parts ? s.p + 18 + 12 * (size_t)i : none,
			err) < 0)
			return -1;
	}
	return 0;
}

bool search_index_is_behind(const struct search_index *x,
    const struct search_hit *h, int64_t msg_id)
{
	if (!x->parts[h->part].is_new || h->sent_ms < x->last_ms)
		return true;
	return h->sent_ms == x->last_ms && msg_id < x->last_id;
}

/* ---- searching ---- */

static void make_query(struct search_index *x, struct arena *a,
    const struct search_filter *f)
{
	struct fts_phrase *phrases = ARENA_ARRAY(a, f->q->n, struct fts_phrase);
	struct buf b;

	buf_init(&b);
	for (size_t i = 0; i < f->q->n; i++) {
		buf_clear(&b);
		phrases[i].is_open = terms_query_write(&b, &f->q->phrases[i]);
		phrases[i].terms = arena_str(a, buf_view(&b));
	}
	buf_release(&b);
	x->q = (struct fts_query){ .phrases = phrases,
		.n_phrases = f->q->n,
		.sender_id = f->sender_id,
		.type = f->type,
		.from_ms = f->from_ms,
		.to_ms = f->to_ms,
		.now_ms = f->now_ms };
}

int search_index_begin(struct search_index *x, struct arena *a,
    const struct search_filter *f, struct str cursor,
    struct entry_ref **due_out, size_t *n_due_out, struct error *err)
{
	*due_out = ARENA_ARRAY(a, f->n_chats, struct entry_ref);
	*n_due_out = 0;
	x->steps = STEPS_MAX;
	x->last_ms = x->last_id = 0;
	for (int i = 0; i < x->n_parts; i++) {
		struct part *p = &x->parts[i];

		p->below = INT64_MAX;
		p->is_new = false;
		p->n = p->at = 0;
	}
	if (find_logs(x, a, f, *due_out, n_due_out, err) < 0 ||
	    (cursor.p && read_cursor(x, a, cursor, err) < 0))
		return -1;
	for (int i = 0; i < x->n_parts; i++) {
		struct part *p = &x->parts[i];

		p->done = p->below;
		p->is_end = !p->fts || !p->n_logs;
		p->names_logs = p->n_logs <= FTS_LOGS_FEW;
		p->compares = true;
	}
	make_query(x, a, f);
	return 0;
}

/*
 * Many documents in vain: what makes a look-up slow to begin with, but gives
 * fewer of them, is done from now on.
 */
static void be_thorough(struct part *p, const struct fts_found *found)
{
	if (found->is_end || found->n == CHUNK)
		return;
	if (found->compared)
		p->compares = false;
	else if (p->n_logs <= FTS_LOGS_MAX)
		p->names_logs = true;
}

/* What the part has next, if that is not known yet. */
static int refill(struct search_index *x, struct arena *a, struct part *p,
    struct error *err)
{
	struct fts_query q = x->q;
	struct fts_found found;
	size_t steps;

	while (p->at == p->n && !p->is_end && x->steps) {
		bool tries = !p->names_logs || p->compares;

		q.logs = p->logs;
		q.n_logs = p->n_logs;
		q.names_logs = p->names_logs;
		q.compares = p->compares;
		q.below = p->below;
		steps = tries ? TRY_STEPS : x->steps;
		if (steps > x->steps)
			steps = x->steps;
		if (fts_find(p->fts, a, &q, CHUNK, steps, &found, err) < 0)
			return -1;
		x->steps -= found.steps;
		p->below = found.below;
		p->is_end = found.is_end;
		p->hits = found.hits;
		p->n = found.n;
		p->at = 0;
		be_thorough(p, &found);
	}
	return 0;
}

static int64_t conv_of(const struct part *p, int64_t log_n)
{
	return p->convs[ids_find(p->logs, p->n_logs, log_n)];
}

/* The newest of the first hits of all parts; -1: there is none. */
static int newest(const struct search_index *x)
{
	int best = -1;

	for (int i = 0; i < x->n_parts; i++) {
		const struct part *p = &x->parts[i];

		if (p->at < p->n &&
		    (best < 0 ||
			p->hits[p->at].sent_ms >
			    x->parts[best].hits[x->parts[best].at].sent_ms))
			best = i;
	}
	return best;
}

bool search_index_is_tired(const struct search_index *x)
{
	for (int i = 0; i < x->n_parts; i++)
		if (x->parts[i].at == x->parts[i].n && !x->parts[i].is_end &&
		    !x->steps)
			return true;
	return false;
}

int search_index_next(struct search_index *x, struct arena *a, size_t max,
    struct search_hit *out, size_t *n_out, struct error *err)
{
	*n_out = 0;
	while (*n_out < max) {
		int i;

		for (i = 0; i < x->n_parts; i++)
			if (refill(x, a, &x->parts[i], err) < 0)
				return -1;
		/* What another part has may be newer. */
		if (search_index_is_tired(x))
			return 0;
		i = newest(x);
		if (i < 0)
			return 0;
		{
			struct part *p = &x->parts[i];
			const struct fts_hit *h = &p->hits[p->at++];

			out[(*n_out)++] = (struct search_hit){
				.ref = { conv_of(p, h->log_n), h->log_index },
				.sent_ms = h->sent_ms,
				.part = i,
				.id = h->id,
			};
		}
	}
	return 0;
}

void search_index_done(struct search_index *x, const struct search_hit *h,
    int64_t msg_id, bool shown)
{
	x->parts[h->part].done = h->id;
	if (shown) {
		x->last_ms = h->sent_ms;
		x->last_id = msg_id;
	}
}
