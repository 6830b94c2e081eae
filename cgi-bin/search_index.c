#include "search_index.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "io/fts_peers.h"
#include "search_peer.h"

/* Documents that one request reads, in all parts. */
#define STEPS_MAX 20000

struct search_index {
	struct service *s;
	struct http_client *peers; /* NULL: all parts are here */
	int n_parts;
	struct search_part parts[FTS_PARTS_MAX];
	const struct search_filter *f;
	size_t steps;
	int64_t last_ms, last_id; /* of the last item */
};

/* ---- files ---- */

static void release(void *own)
{
	struct search_index *x = own;

	for (int i = 0; i < FTS_PARTS_MAX; i++)
		search_part_close(&x->parts[i]);
	http_client_free(&x->peers);
	free(x);
}

static struct search_index *of_thread(struct service *s)
{
	struct search_index *x = s->own;

	if (x)
		return x;
	x = calloc(1, sizeof(*x));
	if (!x)
		die(EX_OSERR, "out of memory");
	s->own = x;
	s->own_free = release;
	x->s = s;
	x->n_parts = fts_file_parts();
	for (int i = 0; i < x->n_parts; i++) {
		x->parts[i].number = i;
		if (!x->peers && !fts_peers_is_here(i))
			x->peers = http_client_new();
	}
	return x;
}

struct search_index *search_index_open(struct service *s, struct arena *a,
    struct error *err)
{
	struct search_index *x = of_thread(s);

	for (int i = 0; i < x->n_parts; i++)
		if (fts_peers_is_here(i) &&
		    search_part_open(&x->parts[i], a, err) < 0)
			return NULL;
	return x;
}

struct search_part *search_index_part(struct service *s, struct arena *a,
    int part, struct error *err)
{
	struct search_part *p = &of_thread(s)->parts[part];

	return search_part_open(p, a, err) < 0 ? NULL : p;
}

int64_t search_index_built_until(const struct search_index *x)
{
	int64_t ms = INT64_MAX;

	for (int i = 0; i < x->n_parts; i++)
		if (x->parts[i].built_ms < ms)
			ms = x->parts[i].built_ms;
	return ms;
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
		const struct search_part *p = &x->parts[i];

		buf_u32(&b, p->tag);
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

/* places: of all parts. */
static int read_cursor(struct search_index *x, struct arena *a,
    struct str cursor, struct search_place *places, struct error *err)
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
		/* The index has another number of parts now: all are new. */
		const char *at = s.p[1] == x->n_parts
				     ? s.p + 18 + 12 * (size_t)i
				     : none;
		uint64_t id = get_u64(at + 4);

		if (id > INT64_MAX)
			return bad_cursor(err);
		places[i] = (struct search_place){ get_u32(at), (int64_t)id,
			x->last_ms };
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

static void write_phrases(struct arena *a, const struct terms_query *q,
    struct search_filter *f)
{
	struct fts_phrase *phrases = ARENA_ARRAY(a, q->n, struct fts_phrase);
	struct buf b;

	buf_init(&b);
	for (size_t i = 0; i < q->n; i++) {
		buf_clear(&b);
		phrases[i].is_open = terms_query_write(&b, &q->phrases[i]);
		phrases[i].terms = arena_str(a, buf_view(&b));
	}
	buf_release(&b);
	f->phrases = phrases;
	f->n_phrases = q->n;
}

/* Chats of a part, as the other host wants them. */
static size_t chats_of(const struct search_filter *f, int part,
    struct found_chat *out)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_chats; i++)
		if (fts_file_part(f->chats[i].conv_id) == part)
			out[n++] = f->chats[i];
	return n;
}

/* Nothing is asked of a part without chats of the caller. */
static void stay(struct search_part *p, const struct search_place *at)
{
	p->tag = at->tag;
	p->done = p->below = at->below;
	p->is_end = true;
	p->is_new = false;
	p->n = p->at = p->n_due = 0;
	p->built_ms = INT64_MAX;
}

/* Asks other hosts for those parts of theirs that have nothing left; places:
 * where they begin, or NULL. */
static int ask_peers(struct search_index *x, struct arena *a,
    const struct search_place *places, struct error *err)
{
	struct search_question *list = ARENA_ARRAY(a, x->n_parts,
	    struct search_question);
	size_t n = 0, steps = x->steps;

	for (int i = 0; i < x->n_parts; i++) {
		struct search_part *p = &x->parts[i];
		struct search_question *q = &list[n];
		struct found_chat *chats;

		if (fts_peers_is_here(i) ||
		    (!places && (p->is_end || p->at < p->n)))
			continue;
		if (places)
			stay(p, &places[i]);
		chats = ARENA_ARRAY(a, x->f->n_chats, struct found_chat);
		*q = (struct search_question){ .part = p,
			.begins = places ? &places[i] : NULL,
			.chats = chats,
			.n_chats = chats_of(x->f, i, chats) };
		n += q->n_chats > 0;
	}
	if (!n || !steps)
		return 0;
	for (size_t i = 0; i < n; i++)
		list[i].steps = steps / n + 1;
	if (search_peers_ask(x->peers, x->s, a, x->f, list, n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		x->steps -= list[i].steps < x->steps ? list[i].steps : x->steps;
	return 0;
}

static void collect_due(const struct search_index *x, struct arena *a,
    struct entry_ref **out, size_t *n_out)
{
	*out = ARENA_ARRAY(a, x->f->n_chats, struct entry_ref);
	*n_out = 0;
	for (int i = 0; i < x->n_parts; i++)
		for (size_t k = 0;
		     k < x->parts[i].n_due && *n_out < x->f->n_chats; k++)
			(*out)[(*n_out)++] = x->parts[i].due[k];
}

int search_index_begin(struct search_index *x, struct arena *a,
    const struct terms_query *q, struct search_filter *f, struct str cursor,
    struct entry_ref **due_out, size_t *n_due_out, struct error *err)
{
	struct search_place *places = ARENA_ARRAY(a, x->n_parts,
	    struct search_place);

	x->steps = STEPS_MAX;
	x->last_ms = x->last_id = 0;
	write_phrases(a, q, f);
	x->f = f;
	for (int i = 0; i < x->n_parts; i++)
		places[i] = (struct search_place){ 0, INT64_MAX, -1 };
	if (cursor.p && read_cursor(x, a, cursor, places, err) < 0)
		return -1;
	for (int i = 0; i < x->n_parts; i++)
		if (fts_peers_is_here(i) &&
		    search_part_begin(&x->parts[i], a, f, &places[i], err) < 0)
			return -1;
	if (x->peers && ask_peers(x, a, places, err) < 0)
		return -1;
	collect_due(x, a, due_out, n_due_out);
	return 0;
}

/* What the parts have next, where that is not known yet. */
static int refill(struct search_index *x, struct arena *a, struct error *err)
{
	for (int i = 0; i < x->n_parts; i++)
		if (fts_peers_is_here(i) && search_part_refill(&x->parts[i], a,
						x->f, &x->steps, err) < 0)
			return -1;
	return x->peers ? ask_peers(x, a, NULL, err) : 0;
}

/* The newest of the first hits of all parts; -1: there is none. */
static int newest(const struct search_index *x)
{
	int best = -1;

	for (int i = 0; i < x->n_parts; i++) {
		const struct search_part *p = &x->parts[i];

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

		if (refill(x, a, err) < 0)
			return -1;
		/* What another part has may be newer. */
		if (search_index_is_tired(x))
			return 0;
		i = newest(x);
		if (i < 0)
			return 0;
		out[(*n_out)++] = x->parts[i].hits[x->parts[i].at++];
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
