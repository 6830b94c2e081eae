#include "search_part.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/ids.h"
#include "base/order.h"
#include "im/consumer/indexing_build.h"
#include "io/fts_file.h"

#define CHUNK     64
#define TRY_STEPS 3000 /* before it is done in another way */

/* ---- files ---- */

void search_part_close(struct search_part *p)
{
	fts_close(&p->fts);
	free(p->path);
	p->path = NULL;
}

static uint32_t tag_of(const char *path)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	crypto_sha256(hash, str_of(path));
	return get_u32(hash);
}

/* A file that has gone between the link and the opening is looked for once
 * more. */
int search_part_open(struct search_part *p, struct arena *a, struct error *err)
{
	for (int i = 0; i < 2; i++) {
		const char *path = fts_file_current(a, p->number);

		if (path && p->path && !strcmp(path, p->path))
			return 0;
		search_part_close(p);
		p->tag = 0;
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

/* ---- the logs ---- */

struct numbered {
	int64_t n, conv_id;
};

static int by_number(const void *x, const void *y)
{
	const struct numbered *a = x, *b = y;

	return order_i64(a->n, b->n);
}

/* Where each log stands, and what is above its cursor. */
static int find_logs(struct search_part *p, struct arena *a,
    const struct search_filter *f, struct error *err)
{
	struct numbered *logs = ARENA_ARRAY(a, f->n_chats, struct numbered);
	size_t n = 0;

	p->due = ARENA_ARRAY(a, f->n_chats, struct entry_ref);
	p->n_due = 0;
	for (size_t k = 0; k < f->n_chats; k++) {
		const struct found_chat *c = &f->chats[k];
		struct fts_log log = { 0 };

		if (fts_file_part(c->conv_id) != p->number)
			continue;
		if (p->fts && fts_log(p->fts, c->conv_id, &log, err) < 0)
			return -1;
		if (log.done_index < c->last_index)
			p->due[p->n_due++] = (struct entry_ref){ c->conv_id,
				log.done_index + 1 };
		if (log.n)
			logs[n++] = (struct numbered){ log.n, c->conv_id };
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
	return 0;
}

/* ---- searching ---- */

static int go_to(struct search_part *p, const struct search_place *at,
    struct error *err)
{
	p->is_new = at->last_ms >= 0 && at->tag != p->tag &&
		    at->below != INT64_MAX;
	p->below = at->below;
	return p->is_new && p->fts
		   ? fts_find_place(p->fts, at->last_ms, &p->below, err)
		   : 0;
}

int search_part_begin(struct search_part *p, struct arena *a,
    const struct search_filter *f, const struct search_place *at,
    struct error *err)
{
	p->n = p->at = 0;
	p->built_ms = 0;
	if ((p->fts && indexing_build_until(p->fts, &p->built_ms, err) < 0) ||
	    find_logs(p, a, f, err) < 0 || go_to(p, at, err) < 0)
		return -1;
	p->done = p->below;
	p->is_end = !p->fts || !p->n_logs;
	p->names_logs = p->n_logs <= FTS_LOGS_FEW;
	p->compares = true;
	return 0;
}

/*
 * Many documents in vain: what makes a look-up slow to begin with, but gives
 * fewer of them, is done from now on.
 */
static void be_thorough(struct search_part *p, const struct fts_found *found)
{
	if (found->is_end || found->n == CHUNK)
		return;
	if (found->compared)
		p->compares = false;
	else if (p->n_logs <= FTS_LOGS_MAX)
		p->names_logs = true;
}

static void take(struct search_part *p, struct arena *a,
    const struct fts_found *found)
{
	p->below = found->below;
	p->is_end = found->is_end;
	p->hits = ARENA_ARRAY(a, found->n, struct search_hit);
	p->n = found->n;
	p->at = 0;
	for (size_t i = 0; i < found->n; i++) {
		const struct fts_hit *h = &found->hits[i];
		ptrdiff_t log = ids_find(p->logs, p->n_logs, h->log_n);

		p->hits[i] = (struct search_hit){
			.ref = { p->convs[log], h->log_index },
			.sent_ms = h->sent_ms,
			.part = p->number,
			.id = h->id,
		};
	}
}

int search_part_refill(struct search_part *p, struct arena *a,
    const struct search_filter *f, size_t *steps, struct error *err)
{
	struct fts_query q = { .phrases = f->phrases,
		.n_phrases = f->n_phrases,
		.logs = p->logs,
		.n_logs = p->n_logs,
		.sender_id = f->sender_id,
		.type = f->type,
		.from_ms = f->from_ms,
		.to_ms = f->to_ms,
		.now_ms = f->now_ms };
	struct fts_found found;

	while (p->at == p->n && !p->is_end && *steps) {
		bool tries = !p->names_logs || p->compares;

		q.names_logs = p->names_logs;
		q.compares = p->compares;
		q.below = p->below;
		if (fts_find(p->fts, a, &q, CHUNK,
			tries && *steps > TRY_STEPS ? TRY_STEPS : *steps,
			&found, err) < 0)
			return -1;
		*steps -= found.steps;
		take(p, a, &found);
		be_thorough(p, &found);
	}
	return 0;
}
