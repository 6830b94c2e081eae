#include "im/consumer/indexing_batch.h"

#include "base/id.h"
#include "base/order.h"
#include "im/consumer/indexing_sql.h"
#include "io/fts_doc.h"

#define RUN_MIN 16

int64_t indexing_id_at(int64_t ms)
{
	return ms <= ID_EPOCH_MS ? 0
	       : ms > ID_LAST_MS ? INT64_MAX
				 : (ms - ID_EPOCH_MS) << 22;
}

bool indexing_is_ours(const struct indexing_tools *t, int64_t conv_id)
{
	return t->part_of(conv_id) == t->part;
}

/* How many of the places are one behind the other. */
static size_t run_length(const struct entry_ref *refs, size_t n)
{
	size_t len = 1;

	while (len < n && refs[len].conv_id == refs[0].conv_id &&
	       refs[len].conv_index == refs[0].conv_index + (int64_t)len)
		len++;
	return len;
}

/* Bodies first: what is recalled meanwhile is recalled in its entry, too.
 * Where rows are missing, entries may be archived. */
static int load_run(const struct indexing_tools *t,
    const struct entry_ref *refs, size_t len, struct entry *out,
    struct error *err)
{
	const struct entry_ref first = refs[0], last = refs[len - 1];
	struct indexing_body *bodies;
	struct entry *rows;
	size_t n_bodies, n_rows, k = 0;

	if (indexing_sql_bodies(t->db, t->arena, first, last.conv_index,
		&bodies, &n_bodies, err) < 0 ||
	    indexing_sql_entries(t->db, t->arena, first, last.conv_index, &rows,
		&n_rows, err) < 0)
		return -1;
	if (n_rows < len)
		return entry_load(t->db, t->arena, refs, len, out, err);
	for (size_t i = 0; i < n_rows; i++) {
		while (
		    k < n_bodies && bodies[k].conv_index < rows[i].conv_index)
			k++;
		if (k < n_bodies && bodies[k].conv_index == rows[i].conv_index)
			rows[i].body = bodies[k].content;
		out[rows[i].conv_index - first.conv_index] = rows[i];
	}
	return 0;
}

/* Places that are alone are read by key, which costs four times as much. */
static int load_entries(const struct indexing_tools *t,
    struct indexing_batch *b, struct error *err)
{
	size_t from = 0, len; /* of those that are alone */

	for (size_t at = 0; at < b->n; at += len) {
		len = run_length(&b->refs[at], b->n - at);
		if (len < RUN_MIN)
			continue;
		if (entry_load(t->db, t->arena, &b->refs[from], at - from,
			&b->entries[from], err) < 0 ||
		    load_run(t, &b->refs[at], len, &b->entries[at], err) < 0)
			return -1;
		from = at + len;
	}
	return entry_load(t->db, t->arena, &b->refs[from], b->n - from,
	    &b->entries[from], err);
}

int indexing_load(const struct indexing_tools *t, struct indexing_batch *b,
    struct error *err)
{
	b->entries = ARENA_ARRAY(t->arena, b->n, struct entry);
	return load_entries(t, b, err);
}

/* As it is now: a document, or none. */
int indexing_put(const struct indexing_tools *t, const struct entry *e,
    int64_t log_n, int64_t *id, struct indexing_tally *tally, struct error *err)
{
	struct fts_doc doc = { .log_index = e->conv_index,
		.sender_id = e->sender_id,
		.type = e->type,
		.sent_ms = e->sent_ms,
		.expires_ms = e->expires_ms };
	int rc;

	if (e->kind != ENTRY_MESSAGE)
		return 0;
	if (e->state != ENTRY_AS_SENT || e->burn_s || entry_is_expired(e)) {
		rc = fts_drop(t->fts, log_n, e->conv_index, err);
		tally->dropped += rc > 0;
		return rc < 0 ? -1 : 0;
	}
	doc.terms = t->terms(t->arena, e);
	rc = fts_put(t->fts, log_n, id ? *id : 0, &doc, err);
	tally->documents += rc > 0;
	if (rc == FTS_ADDED && id)
		++*id;
	return rc < 0 ? -1 : 0;
}

int indexing_by_time(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	return order_pair(a->sent_ms, b->sent_ms, a->msg_id, b->msg_id);
}

int indexing_by_place(const void *x, const void *y)
{
	const struct entry_ref *a = x, *b = y;

	return order_pair(a->conv_id, b->conv_id, a->conv_index, b->conv_index);
}
