#include "im/conv/archive_move.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/order.h"
#include "im/conv/archive.h"
#include "im/conv/archive_blob.h"
#include "im/conv/archive_move_sql.h"
#include "im/conv/conv.h"

/* Of a piece before compression, beside its first entry: what a reader of one
 * entry has to unpack. */
#define BYTES_MAX (1024 * 1024)

int archive_logs(struct db *db, struct arena *a, int64_t after_id,
    int64_t limit, struct archive_log **out, size_t *n_out, struct error *err)
{
	return archive_move_sql_logs(db, a, after_id, limit, out, n_out, err);
}

static int64_t lesser(int64_t x, int64_t y)
{
	return x < y ? x : y;
}

/* ---- what may go ---- */

/* Whether this entry may, by its age or by how many come after it. */
static bool may_go(const struct archive_rule *rule, int64_t sent_ms,
    int64_t now_ms, int64_t n_after)
{
	return n_after >= rule->rows_min &&
	       ((rule->after_ms && sent_ms < now_ms - rule->after_ms) ||
		   (rule->rows_max && n_after >= rule->rows_max));
}

bool archive_is_due(const struct archive_log *log,
    const struct archive_rule *rule)
{
	int64_t n_rows = log->last_index - log->archived_index;

	return n_rows >= rule->rows_min + rule->piece_min && log->oldest_ms &&
	       may_go(rule, log->oldest_ms, log->now_ms,
		   n_rows - rule->piece_min);
}

/* A log without its next entries is for im-verify. */
static int check_holes(const struct archive_range *r,
    const struct segment_entry *list, size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].e.conv_index != r->lo + (int64_t)i)
			n = 0;
	if (n)
		return 0;
	return err_set(err, ERR_NOT_FOUND,
	    "conversation %" PRId64 " lacks entries of %" PRId64 "-%" PRId64,
	    r->conv_id, r->lo, r->hi);
}

static size_t count_going(const struct conv *c, const struct archive_rule *rule,
    const struct segment_entry *list, size_t n)
{
	size_t bytes = 0, i;

	for (i = 0; i < n; i++) {
		const struct entry *e = &list[i].e;

		bytes += e->body.len;
		if ((i > 0 && bytes > BYTES_MAX) ||
		    !may_go(rule, e->sent_ms, c->now_ms,
			c->last_index - e->conv_index))
			break;
	}
	/* What is cut off for its size is no small piece. */
	return (int64_t)i < rule->piece_min && bytes <= BYTES_MAX ? 0 : i;
}

/* The rows that go: locked, so nobody changes them. */
static int read_piece(struct db *db, struct arena *a, const struct conv *c,
    const struct archive_rule *rule, struct segment_entry **list, size_t *n,
    struct error *err)
{
	struct archive_range r = { c->conv_id, c->archived_index + 1,
		lesser(c->archived_index + rule->piece,
		    c->last_index - rule->rows_min) };
	struct archive_limits limits = { 0 };

	*n = 0;
	if (r.hi < r.lo)
		return 0;
	if (archive_move_sql_rows(db, a, &r, list, n, err) < 0 ||
	    check_holes(&r, *list, *n, err) < 0 ||
	    archive_move_sql_limits(db, a, c->conv_id, &limits, err) < 0)
		return -1;
	r.hi = lesser(r.hi, limits.done_index);
	if (limits.waiting_index)
		r.hi = lesser(r.hi, limits.waiting_index - 1);
	*n = r.hi < r.lo ? 0
			 : count_going(c, rule, *list,
			       (size_t)lesser((int64_t)*n, r.hi - r.lo + 1));
	return 0;
}

/* ---- what finds the entries of a segment ---- */

static int by_sender(const void *x, const void *y)
{
	const struct archive_sender *a = x, *b = y;

	return order_pair(a->sender_id, b->sender_id, a->ordinal, b->ordinal);
}

/* One of each sender, as of the end of the segment. */
static size_t list_senders(struct arena *a, const struct segment_entry *list,
    size_t n, struct archive_sender **out)
{
	struct archive_sender *all = ARENA_ARRAY(a, n, struct archive_sender);
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		const struct entry *e = &list[i].e;

		all[i] = (struct archive_sender){ e->conv_id, e->sender_id,
			list[n - 1].e.conv_index, e->own_ordinal,
			e->kind == ENTRY_MESSAGE ? e->sent_ms : 0 };
	}
	qsort(all, n, sizeof(*all), by_sender);
	for (size_t i = 0; i < n; i++) {
		struct archive_sender *last = &all[kept - (kept > 0)];

		if (kept && last->sender_id == all[i].sender_id) {
			last->ordinal = all[i].ordinal;
			if (last->last_ms < all[i].last_ms)
				last->last_ms = all[i].last_ms;
		} else {
			all[kept++] = all[i];
		}
	}
	*out = all;
	return kept;
}

static struct archive_place *list_places(struct arena *a,
    const struct segment_entry *list, size_t n)
{
	struct archive_place *all = ARENA_ARRAY(a, n, struct archive_place);

	for (size_t i = 0; i < n; i++) {
		const struct entry *e = &list[i].e;

		all[i] = (struct archive_place){ e->conv_id,
			e->client_msg_id.p ? archive_client_hash(e->sender_id,
						 e->client_msg_id)
					   : 0,
			e->conv_index, e->msg_id };
	}
	return all;
}

/* log_base of the senders, and of the log; the system sends no messages. */
static int put_bases(struct db *db, const struct archive_row *row,
    const struct archive_sender *senders, size_t n, struct error *err)
{
	const struct archive_sender whole = { row->conv_id, 0, row->to_index,
		row->ordinal, 0 };

	if (n && senders->sender_id == 0) {
		senders++;
		n--;
	}
	if (archive_move_sql_put_bases(db, &whole, 1, err) < 0)
		return -1;
	return n ? archive_move_sql_put_bases(db, senders, n, err) : 0;
}

/* ---- moving ---- */

static void describe(const struct archive_row *row, struct archive_piece *out)
{
	*out = (struct archive_piece){ row->from_index, row->to_index,
		row->raw_bytes, (int64_t)row->content.len };
}

static int write_segment(struct db *db, struct arena *a, const struct conv *c,
    struct segment_entry *list, size_t n, struct archive_row *row,
    struct error *err)
{
	struct archive_sender *senders;
	size_t n_senders = list_senders(a, list, n, &senders);

	*row = (struct archive_row){
		.conv_id = c->conv_id,
		.from_index = list[0].e.conv_index,
		.to_index = list[n - 1].e.conv_index,
		.ordinal = list[n - 1].e.ordinal,
		.made_ms = c->now_ms,
	};
	if (archive_blob_make(a, list, n, ARCHIVE_SMALL, row, err) < 0 ||
	    archive_move_sql_put(db, row, err) < 0 ||
	    archive_move_sql_put_senders(db, senders, n_senders, err) < 0 ||
	    archive_move_sql_put_places(db, list_places(a, list, n), n, err) <
		0 ||
	    put_bases(db, row, senders, n_senders, err) < 0)
		return -1;
	return archive_move_sql_raise(db, c->conv_id, c->archived_index,
	    row->to_index, err);
}

/* The locked log; 0: none of this region. */
static int lock(struct db *db, struct arena *a, int64_t conv_id,
    struct conv **out, struct error *err)
{
	struct error elsewhere;
	size_t n;

	if (conv_lock(db, a, &conv_id, 1, out, &n, err) < 0)
		return -1;
	return n && conv_check_home(*out, &elsewhere) == 0;
}

int archive_move(struct db *db, struct arena *a, int64_t conv_id,
    const struct archive_rule *rule, struct archive_piece *out,
    struct error *err)
{
	struct segment_entry *list;
	struct archive_range r;
	struct archive_row row;
	struct db_expect all;
	struct conv *c;
	size_t n;
	int found = lock(db, a, conv_id, &c, err);

	if (found <= 0)
		return found;
	if (read_piece(db, a, c, rule, &list, &n, err) < 0)
		return -1;
	if (n == 0)
		return 0;
	fault_point("archive_read");
	if (write_segment(db, a, c, list, n, &row, err) < 0)
		return -1;
	fault_point("archive_written");
	r = (struct archive_range){ conv_id, row.from_index, row.to_index };
	all = (struct db_expect){ (int64_t)n, ERR_INTERNAL,
		"an entry was not there any more" };
	if (archive_move_sql_drop_rows(db, &r, &all, err) < 0)
		return -1;
	fault_point("archive_dropped");
	describe(&row, out);
	return 1;
}

/* ---- and back ---- */

int archive_restore(struct db *db, struct arena *a, int64_t conv_id,
    struct archive_piece *out, struct error *err)
{
	struct segment_entry *list;
	struct archive_row row;
	struct entry_ref ref;
	struct conv *c;
	size_t n;
	int found = lock(db, a, conv_id, &c, err);

	if (found <= 0 || c->archived_index == 0)
		return found < 0 ? -1 : 0;
	ref = (struct entry_ref){ conv_id, c->archived_index };
	found = archive_open(db, a, &ref, true, &row, &list, err);
	if (found <= 0)
		return found < 0 ? -1
				 : err_set(err, ERR_NOT_FOUND,
				       "conversation %" PRId64
				       " lacks its last segment",
				       conv_id);
	n = (size_t)(row.to_index - row.from_index + 1);
	if (archive_move_sql_put_rows(db, list, n, err) < 0 ||
	    archive_move_sql_drop(db, &row, list_places(a, list, n), n, err) <
		0 ||
	    archive_move_sql_reset_bases(db, &row, err) < 0 ||
	    archive_move_sql_raise(db, conv_id, row.to_index,
		row.from_index - 1, err) < 0)
		return -1;
	fault_point("archive_restored");
	describe(&row, out);
	return 1;
}
