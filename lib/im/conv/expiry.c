#include "im/conv/expiry.h"

#include "im/conv/archive.h"
#include "im/conv/away.h"
#include "im/conv/expiry_sql.h"
#include "im/conv/member.h"
#include "im/conv/remains.h"

/* ---- sending ---- */

static int64_t shorter(int64_t a, int64_t b)
{
	return a && (!b || a < b) ? a : b;
}

void expiry_set(struct entry *e, const struct conv *c, int64_t lasts_s)
{
	lasts_s = shorter(lasts_s, c->message_ttl_s);
	if (lasts_s)
		e->expires_ms = e->sent_ms + lasts_s * 1000;
}

int expiry_note(struct db *db, struct arena *a, const struct log_row *rows,
    size_t n, struct error *err)
{
	struct expiry *due = NULL;
	struct away *away = NULL;
	size_t n_due = 0, n_away = 0;

	for (size_t i = 0; i < n; i++) {
		const struct entry *e = &rows[i].e;

		if (!e->expires_ms && !e->burn_s)
			continue;
		if (!due) {
			due = ARENA_ARRAY(a, n, struct expiry);
			away = ARENA_ARRAY(a, n, struct away);
		}
		due[n_due++] = (struct expiry){ e->conv_id, e->conv_index,
			e->expires_ms, e->burn_s != 0 };
		if (e->expires_ms)
			away[n_away++] = away_of(e, e->expires_ms);
	}
	if (!due)
		return 0;
	if (expiry_sql_put(db, due, n_due, err) < 0)
		return -1;
	return n_away ? away_put(db, away, n_away, err) : 0;
}

/* ---- removing ---- */

int expiry_due(struct db *db, struct arena *a, int64_t limit,
    struct expired **out, size_t *n_out, struct error *err)
{
	return expiry_sql_due(db, a, limit, out, n_out, err);
}

/* Of a recalled one nothing is. */
static bool is_left(const struct entry *e)
{
	return e->msg_id && e->state == ENTRY_AS_SENT;
}

static void add_events(const struct entry *e, struct inbox_seq *seqs,
    size_t n_seqs, struct inbox_row *events, size_t *n_events)
{
	for (size_t i = 0; i < n_seqs; i++)
		events[(*n_events)++] = (struct inbox_row){
			.user_id = seqs[i].user_id,
			.user_index = ++seqs[i].last_index,
			.kind = INBOX_HIDDEN,
			.conv_id = e->conv_id,
			.conv_index = e->conv_index,
			.by_id = e->msg_id,
			.at_ms = seqs[i].now_ms,
		};
}

static size_t count_burnt(const struct entry *entries, size_t n)
{
	size_t n_burnt = 0;

	for (size_t i = 0; i < n; i++)
		n_burnt += is_left(&entries[i]) && entries[i].burn_s;
	return n_burnt;
}

/* The inboxes of the present members, ascending, behind the log. */
static int lock_inboxes(struct db *db, struct arena *a, int64_t conv_id,
    struct inbox_seq **out, size_t *n_out, struct error *err)
{
	struct inbox_seq *one;
	struct member *members;
	size_t n, n_one;

	*n_out = 0;
	if (member_load_present(db, a, &conv_id, 1, &members, &n, err) < 0)
		return -1;
	*out = ARENA_ARRAY(a, n, struct inbox_seq);
	for (size_t i = 0; i < n; i++) {
		if (inbox_lock(db, a, &members[i].user_id, 1, &one, &n_one,
			err) < 0)
			return -1;
		if (n_one)
			(*out)[(*n_out)++] = *one;
	}
	return 0;
}

static int tell_members(struct db *db, struct arena *a, int64_t conv_id,
    const struct entry *entries, size_t n, struct expiry_removed *out,
    struct error *err)
{
	size_t n_burnt = count_burnt(entries, n), n_seqs;
	struct inbox_seq *seqs;

	if (n_burnt == 0)
		return 0;
	if (lock_inboxes(db, a, conv_id, &seqs, &n_seqs, err) < 0)
		return -1;
	out->events = ARENA_ARRAY(a, n_burnt * n_seqs, struct inbox_row);
	for (size_t i = 0; i < n; i++)
		if (is_left(&entries[i]) && entries[i].burn_s)
			add_events(&entries[i], seqs, n_seqs, out->events,
			    &out->n_events);
	return inbox_write(db, out->events, out->n_events, seqs, n_seqs, err);
}

static int remove_one(struct db *db, struct arena *a, struct entry *e,
    struct error *err)
{
	int64_t matched;
	const struct away away = away_of(e, e->expires_ms);

	if (away_put(db, &away, 1, err) < 0 || remains_drop(db, e, err) < 0)
		return -1;
	e->state = ENTRY_GONE;
	e->flags &= ~(ENTRY_REACTIONS | ENTRY_FORWARDS);
	e->version++;
	if (expiry_sql_put_gone(db, e, &matched, err) < 0)
		return -1;
	e->body = STR_NONE;
	return matched ? 0 : archive_put(db, a, e, err);
}

int expiry_remove(struct db *db, struct arena *a, const struct expired *list,
    size_t n, struct expiry_removed *out, struct error *err)
{
	struct entry_ref *refs = ARENA_ARRAY(a, n, struct entry_ref);
	struct entry *entries = ARENA_ARRAY(a, n, struct entry);
	int64_t conv_id = list[0].conv_id;
	struct conv *convs;
	size_t n_convs;

	*out = (struct expiry_removed){ .n = 0 };
	for (size_t i = 0; i < n; i++)
		refs[i] = (struct entry_ref){ conv_id, list[i].conv_index };
	if (conv_lock(db, a, &conv_id, 1, &convs, &n_convs, err) < 0 ||
	    entry_load(db, a, refs, n, entries, err) < 0 ||
	    tell_members(db, a, conv_id, entries, n, out, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (is_left(&entries[i])) {
			if (remove_one(db, a, &entries[i], err) < 0)
				return -1;
			out->n++;
		}
		if (expiry_sql_drop(db, &list[i], err) < 0)
			return -1;
	}
	return 0;
}
