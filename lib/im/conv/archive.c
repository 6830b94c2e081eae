#include "im/conv/archive.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/order.h"
#include "im/conv/archive_blob.h"
#include "im/conv/archive_sql.h"

/* ---- one segment ---- */

int archive_open(struct db *db, struct arena *a, const struct entry_ref *at,
    bool lock, struct archive_row *row, struct segment_entry **list,
    struct error *err)
{
	int found = archive_sql_at(db, a, at, lock, row, err);

	if (found <= 0)
		return found;
	if (archive_blob_open(a, row, list))
		return 1;
	log_error("segment_damaged", "conv_id=%" PRId64 " to_index=%" PRId64,
	    row->conv_id, row->to_index);
	return err_set(err, ERR_INTERNAL,
	    "segment %" PRId64 "-%" PRId64 " of conversation %" PRId64
	    " is damaged",
	    row->from_index, row->to_index, row->conv_id);
}

/* What outlives the segment. */
static struct segment_entry keep(struct arena *a, const struct segment_entry *x)
{
	struct segment_entry kept = *x;

	kept.e.client_msg_id = arena_str(a, x->e.client_msg_id);
	kept.e.body = arena_str(a, x->e.body);
	kept.fingerprint = arena_str(a, x->fingerprint);
	return kept;
}

/* ---- several places ---- */

struct wanted {
	struct entry_ref at;
	struct segment_entry *to;
};

static int by_place(const void *x, const void *y)
{
	const struct wanted *a = x, *b = y;

	return order_pair(a->at.conv_id, b->at.conv_id, a->at.conv_index,
	    b->at.conv_index);
}

/* One segment at a time is in memory. */
static int load_each(struct db *db, struct arena *a, struct arena *scratch,
    struct wanted *w, size_t n, struct error *err)
{
	struct archive_row row;
	struct segment_entry *list;

	for (size_t i = 0; i < n;) {
		int found = archive_open(db, scratch, &w[i].at, false, &row,
		    &list, err);
		size_t first = i++;

		if (found < 0)
			return -1;
		if (found) {
			while (i < n && w[i].at.conv_id == row.conv_id &&
			       w[i].at.conv_index <= row.to_index)
				i++;
			for (; first < i; first++)
				*w[first].to = keep(a,
				    &list[w[first].at.conv_index -
					  row.from_index]);
		}
		arena_rewind(scratch);
	}
	return 0;
}

static int load(struct db *db, struct arena *a, struct wanted *w, size_t n,
    struct error *err)
{
	struct arena scratch;
	int rc;

	if (n == 0)
		return 0;
	qsort(w, n, sizeof(*w), by_place);
	arena_init(&scratch);
	rc = load_each(db, a, &scratch, w, n, err);
	arena_release(&scratch);
	return rc;
}

int archive_load(struct db *db, struct arena *a, const struct entry_ref *refs,
    size_t n, struct entry *entries, struct error *err)
{
	struct wanted *w = ARENA_ARRAY(a, n, struct wanted);
	struct segment_entry *found = ARENA_ARRAY(a, n, struct segment_entry);
	size_t n_wanted = 0;

	for (size_t i = 0; i < n; i++)
		if (!entries[i].msg_id && refs[i].conv_index > 0)
			w[n_wanted++] = (struct wanted){ refs[i], &found[i] };
	if (load(db, a, w, n_wanted, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (found[i].e.msg_id)
			entries[i] = found[i].e;
	return 0;
}

int archive_range(struct db *db, struct arena *a, int64_t conv_id, int64_t lo,
    int64_t hi, struct entry **out, size_t *n_out, struct error *err)
{
	struct archive_row row;
	struct segment_entry *list;

	*out = NULL;
	*n_out = 0;
	for (int64_t at = lo; at <= hi; at = row.to_index + 1) {
		const struct entry_ref ref = { conv_id, at };
		int found = archive_open(db, a, &ref, false, &row, &list, err);

		if (found <= 0)
			return found;
		if (!*out)
			*out = ARENA_ARRAY(a, hi - lo + 1, struct entry);
		for (; at <= hi && at <= row.to_index; at++)
			(*out)[(*n_out)++] = list[at - row.from_index].e;
	}
	return 0;
}

static int load_refs(struct db *db, struct arena *a,
    const struct entry_ref *refs, size_t n, struct segment_entry **out,
    struct error *err)
{
	struct wanted *w = ARENA_ARRAY(a, n, struct wanted);

	*out = ARENA_ARRAY(a, n, struct segment_entry);
	for (size_t i = 0; i < n; i++)
		w[i] = (struct wanted){ refs[i], &(*out)[i] };
	return load(db, a, w, n, err);
}

int archive_by_ids(struct db *db, struct arena *a, const int64_t *ids, size_t n,
    struct entry **out, size_t *n_out, struct error *err)
{
	struct segment_entry *found;
	struct entry_ref *refs;
	size_t n_refs;

	*n_out = 0;
	if (archive_sql_by_ids(db, a, db_list(a, ids, n), &refs, &n_refs, err) <
		0 ||
	    load_refs(db, a, refs, n_refs, &found, err) < 0)
		return -1;
	*out = ARENA_ARRAY(a, n_refs, struct entry);
	for (size_t i = 0; i < n_refs; i++)
		if (found[i].e.msg_id)
			(*out)[(*n_out)++] = found[i].e;
	return 0;
}

/* ---- client ids ---- */

int64_t archive_client_hash(int64_t sender_id, struct str client_msg_id)
{
	uint8_t hash[CRYPTO_HASH_LEN];
	struct buf b;
	uint32_t v;

	buf_init(&b);
	buf_u64(&b, (uint64_t)sender_id);
	buf_str(&b, client_msg_id);
	crypto_sha256(hash, buf_view(&b));
	buf_release(&b);
	v = get_u32(hash) & INT32_MAX;
	return v ? v : 1;
}

static bool is_wanted(const struct entry *e, const struct archive_key *keys,
    size_t n)
{
	for (size_t i = 0; e->client_msg_id.p && i < n; i++)
		if (keys[i].conv_id == e->conv_id &&
		    keys[i].sender_id == e->sender_id &&
		    str_eq(keys[i].client_msg_id, e->client_msg_id))
			return true;
	return false;
}

int archive_by_keys(struct db *db, struct arena *a,
    const struct archive_key *keys, size_t n, struct segment_entry **out,
    size_t *n_out, struct error *err)
{
	int64_t(*pairs)[2] = arena_array(a, n, sizeof(*pairs));
	struct segment_entry *found;
	struct entry_ref *refs;
	size_t n_refs;

	*n_out = 0;
	for (size_t i = 0; i < n; i++) {
		pairs[i][0] = keys[i].conv_id;
		pairs[i][1] = archive_client_hash(keys[i].sender_id,
		    keys[i].client_msg_id);
	}
	if (archive_sql_by_hashes(db, a, db_pairs(a, pairs, n), &refs, &n_refs,
		err) < 0 ||
	    load_refs(db, a, refs, n_refs, &found, err) < 0)
		return -1;
	*out = found;
	/* Others may have the same hash. */
	for (size_t i = 0; i < n_refs; i++)
		if (is_wanted(&found[i].e, keys, n))
			found[(*n_out)++] = found[i];
	return 0;
}

/* ---- counts ---- */

/* Of the sender up to entry `last`, by entries of one segment; -1: it has none
 * of theirs. */
static int64_t own_in(const struct segment_entry *list, size_t n, size_t last,
    int64_t sender_id)
{
	for (size_t i = last + 1; i-- > 0;)
		if (list[i].e.sender_id == sender_id)
			return list[i].e.own_ordinal;
	for (size_t i = last + 1; i < n; i++)
		if (list[i].e.sender_id == sender_id)
			return list[i].e.own_ordinal -
			       entry_is_countable(&list[i].e);
	return -1;
}

int archive_counts(struct db *db, struct arena *a, int64_t conv_id,
    int64_t conv_index, int64_t sender_id, struct archive_counts *out,
    struct error *err)
{
	struct archive_sender s = { conv_id, sender_id, 0, 0, 0 };
	struct segment_entry *list;
	struct archive_row row;
	size_t at;
	const struct entry_ref ref = { conv_id, conv_index };
	int found = archive_open(db, a, &ref, false, &row, &list, err);

	if (found <= 0)
		return found;
	at = (size_t)(conv_index - row.from_index);
	out->ordinal = list[at].e.ordinal;
	out->own = own_in(list, (size_t)(row.to_index - row.from_index + 1), at,
	    sender_id);
	if (out->own >= 0)
		return 1;
	if (archive_sql_own_below(db, a, row.from_index, &s, err) < 0)
		return -1;
	out->own = s.ordinal;
	return 1;
}

int archive_last_sent(struct db *db, struct arena *a, int64_t conv_id,
    int64_t sender_id, int64_t *ms_out, struct error *err)
{
	struct archive_sender s = { conv_id, sender_id, 0, 0, 0 };

	if (archive_sql_last_sent(db, a, &s, err) < 0)
		return -1;
	*ms_out = s.last_ms;
	return 0;
}

/* ---- what somebody has sent ---- */

#define ENDS 16 /* of segments, in one query */

/* Those of one segment, until there are page->limit. */
static void add_sent(const struct archive_page *page,
    const struct archive_row *row, const struct segment_entry *list,
    int64_t *out, size_t *n)
{
	int64_t at = page->above < row->from_index ? row->from_index
						   : page->above + 1;

	for (; at <= row->to_index && at < page->below &&
	       (int64_t)*n < page->limit;
	     at++) {
		const struct entry *e = &list[at - row->from_index].e;

		if (e->sender_id == page->sender_id &&
		    e->kind == ENTRY_MESSAGE && e->state == ENTRY_AS_SENT)
			out[(*n)++] = at;
	}
}

static int read_sent(struct db *db, struct arena *scratch,
    const struct archive_page *page, const struct db_id *ends, size_t n_ends,
    int64_t *out, size_t *n, struct error *err)
{
	struct archive_row row;
	struct segment_entry *list;

	for (size_t i = 0; i < n_ends && (int64_t)*n < page->limit; i++) {
		const struct entry_ref ref = { page->conv_id, ends[i].id };
		int found = archive_open(db, scratch, &ref, false, &row, &list,
		    err);

		if (found < 0)
			return -1;
		if (found)
			add_sent(page, &row, list, out, n);
		arena_rewind(scratch);
	}
	return 0;
}

int archive_sent(struct db *db, struct arena *a,
    const struct archive_page *page, int64_t **out, size_t *n_out,
    struct error *err)
{
	struct archive_page rest = *page;
	struct arena scratch;
	struct db_id *ends;
	size_t n_ends;
	int rc = 0;

	*n_out = 0;
	*out = ARENA_ARRAY(a, page->limit, int64_t);
	arena_init(&scratch);
	do {
		rc = archive_sql_segments_of(db, a, rest.conv_id,
		    rest.sender_id, rest.above, ENDS, &ends, &n_ends, err);
		if (rc < 0 || n_ends == 0)
			break;
		rc = read_sent(db, &scratch, &rest, ends, n_ends, *out, n_out,
		    err);
		rest.above = ends[n_ends - 1].id;
	} while (rc == 0 && n_ends == ENDS && (int64_t)*n_out < page->limit &&
		 rest.above < page->below);
	arena_release(&scratch);
	return rc;
}

/* ---- changing ---- */

int archive_put(struct db *db, struct arena *a, const struct entry *e,
    struct error *err)
{
	struct segment_entry *list;
	struct archive_row row;
	struct entry *was;
	const struct entry_ref ref = { e->conv_id, e->conv_index };
	int found = archive_open(db, a, &ref, true, &row, &list, err);

	if (found <= 0)
		return found < 0 ? -1
				 : err_set(err, ERR_NOT_FOUND,
				       "entry %" PRId64 " is in no segment",
				       e->conv_index);
	was = &list[e->conv_index - row.from_index].e;
	was->flags = e->flags;
	was->state = e->state;
	was->edited_ms = e->edited_ms;
	was->recalled_by = e->recalled_by;
	was->expires_ms = e->expires_ms;
	was->version = e->version;
	was->body = e->body;
	if (archive_blob_make(a, list,
		(size_t)(row.to_index - row.from_index + 1), ARCHIVE_QUICK,
		&row, err) < 0)
		return -1;
	return archive_sql_put(db, &row, err);
}
