#include "im/consumer/indexing_batch.h"

#include "base/id.h"
#include "base/order.h"
#include "im/consumer/indexing_sql.h"
#include "io/fts_doc.h"

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

int indexing_load(const struct indexing_tools *t, struct indexing_batch *b,
    struct error *err)
{
	b->entries = ARENA_ARRAY(t->arena, b->n, struct entry);
	return entry_load(t->db, t->arena, b->refs, b->n, b->entries, err);
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
