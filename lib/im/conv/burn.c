#include "im/conv/burn.h"

#include "im/conv/archive.h"
#include "im/conv/away.h"
#include "im/conv/burn_sql.h"

static int put_away(struct db *db, struct arena *a, const struct burning *lit,
    size_t n, struct error *err)
{
	struct away *rows = ARENA_ARRAY(a, n, struct away);

	for (size_t i = 0; i < n; i++)
		rows[i] = (struct away){ lit[i].conv_id, lit[i].conv_index,
			lit[i].sender_id, lit[i].countable, lit[i].expires_ms };
	return away_put(db, rows, n, err);
}

static int find_archived(struct db *db, struct arena *a, const struct mark *at,
    int64_t *ordinal_out, int64_t *own_out, struct error *err)
{
	struct archive_counts counts = { 0 };
	int found = archive_counts(db, a, at->conv_id, at->read_index,
	    at->user_id, &counts, err);

	*ordinal_out = counts.ordinal;
	*own_out = counts.own;
	return found;
}

/* The inbox of the reader is locked, so nobody else reads these. */
static int light(void *arg, struct db *db, struct arena *a,
    const struct mark *m, int64_t now_ms, struct error *err)
{
	struct burn_result *r = arg;

	if (burn_sql_waiting(db, a, m, &r->lit, &r->n_lit, err) < 0)
		return -1;
	for (size_t i = 0; i < r->n_lit; i++) {
		struct burning *b = &r->lit[i];
		int64_t at_ms = now_ms + b->burn_s * 1000;

		if (b->expires_ms == 0 || b->expires_ms > at_ms)
			b->expires_ms = at_ms;
	}
	if (burn_sql_put_entry(db, r->lit, r->n_lit, err) < 0 ||
	    burn_sql_put_expiry(db, r->lit, r->n_lit, err) < 0)
		return -1;
	return put_away(db, a, r->lit, r->n_lit, err);
}

/* The transaction may have run more than once: its last run counts. */
static int settle(struct burn_result *r, int rc)
{
	if (!r->mark.hooked)
		r->n_lit = 0;
	return rc;
}

int burn_read(struct db *db, struct arena *a, int64_t conv_id, int64_t user_id,
    int64_t conv_index, struct burn_result *out, struct error *err)
{
	const struct mark_hook hook = { find_archived, light, out };
	int rc = mark_read(db, a, conv_id, user_id, conv_index, &hook,
	    &out->mark, err);

	return settle(out, rc);
}

int burn_clear(struct db *db, struct arena *a, int64_t conv_id, int64_t user_id,
    struct burn_result *out, struct error *err)
{
	const struct mark_hook hook = { find_archived, light, out };
	int rc = mark_clear(db, a, conv_id, user_id, &hook, &out->mark, err);

	return settle(out, rc);
}
