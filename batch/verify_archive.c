/* What is in segments: each is whole, and its entries count on those before. */
#include "im/conv/archive.h"
#include "job/job.h"
#include "verify.h"

/* How far a sender has counted. */
struct counted {
	int64_t sender_id, own;
};

/* The log of a conversation, from its beginning. */
struct reading {
	struct job *j;
	struct verify_tally *tally;
	struct arena *a; /* until the next conversation */
	int64_t conv_id, ordinal, sent_ms;
	struct counted *senders; /* ascending */
	size_t n, room;
};

static void tell(const struct reading *r, const char *name, int64_t at,
    int64_t want, int64_t got, const char *text)
{
	const struct verify_finding f = {
		.conv_id = r->conv_id,
		.at = at,
		.want = want,
		.got = got,
	};

	verify_report_found(r->j, r->tally, name, text, &f);
}

static int64_t *own_of(struct reading *r, int64_t sender_id)
{
	size_t lo = 0, hi = r->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (r->senders[mid].sender_id < sender_id)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < r->n && r->senders[lo].sender_id == sender_id)
		return &r->senders[lo].own;
	if (r->n == r->room) {
		struct counted *all;

		r->room = r->room ? 2 * r->room : 16;
		all = ARENA_ARRAY(r->a, r->room, struct counted);
		for (size_t i = 0; i < r->n; i++)
			all[i] = r->senders[i];
		r->senders = all;
	}
	for (size_t i = r->n++; i > lo; i--)
		r->senders[i] = r->senders[i - 1];
	r->senders[lo] = (struct counted){ sender_id, 0 };
	return &r->senders[lo].own;
}

static void check_entry(struct reading *r, const struct entry *e)
{
	int64_t *own = own_of(r, e->sender_id);

	r->ordinal += entry_is_countable(e);
	*own += entry_is_countable(e);
	if (e->ordinal != r->ordinal)
		tell(r, "segment_ordinal", e->conv_index, r->ordinal,
		    e->ordinal, "an ordinal is not the count of messages");
	if (e->own_ordinal != *own)
		tell(r, "segment_own_ordinal", e->conv_index, *own,
		    e->own_ordinal,
		    "an own ordinal is not the count of own messages");
	if (e->sent_ms < r->sent_ms)
		tell(r, "segment_time", e->conv_index, r->sent_ms, e->sent_ms,
		    "sent_at goes back");
	/* One finding, not one for each that follows. */
	r->ordinal = e->ordinal;
	*own = e->own_ordinal;
	r->sent_ms = e->sent_ms;
}

/* The segment that begins at *at, which then is the next one: 1, 0 or -1. */
static int check_segment(struct reading *r, struct arena *scratch, int64_t *at,
    struct error *err)
{
	const struct entry_ref ref = { r->conv_id, *at };
	struct segment_entry *list;
	struct archive_row row;
	int found = archive_open(r->j->db, scratch, &ref, false, &row, &list,
	    err);

	if (found == 0)
		return 0;
	if (found < 0 && err->code != ERR_INTERNAL)
		return -1;
	if (found < 0) {
		/* What follows cannot be counted. */
		err_clear(err);
		tell(r, "segment_damaged", *at, 1, 0,
		    "a segment is not what was written");
		return 0;
	}
	for (int64_t i = 0; i <= row.to_index - row.from_index; i++)
		check_entry(r, &list[i].e);
	if (row.ordinal != r->ordinal)
		tell(r, "segment_end", row.to_index, r->ordinal, row.ordinal,
		    "a segment does not say how many messages it ends with");
	*at = row.to_index + 1;
	return 1;
}

static int check_log(struct reading *r, struct arena *scratch,
    struct error *err)
{
	int64_t at = 1;
	int rc;

	do {
		rc = check_segment(r, scratch, &at, err);
		arena_rewind(scratch);
	} while (rc > 0);
	return rc;
}

int verify_archive(struct job *j, struct verify_tally *t, const int64_t *keys,
    size_t n, struct error *err)
{
	struct arena a, scratch;
	int rc = 0;

	arena_init(&a);
	arena_init(&scratch);
	for (size_t i = 0; i < n && rc == 0; i++) {
		struct reading r = { .j = j,
			.tally = t,
			.a = &a,
			.conv_id = keys[i] };

		rc = check_log(&r, &scratch, err);
		arena_rewind(&a);
	}
	arena_release(&scratch);
	arena_release(&a);
	return rc;
}
