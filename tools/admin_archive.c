/* im-admin archive: what is in segments, and conversations on legal hold. */
#include <inttypes.h>
#include <stdio.h>

#include "admin.h"
#include "admin_archive_sql.h"

#define PAGE 200

/* ---- segments ---- */

static int print_segments(struct admin *ad, int64_t conv_id, struct error *err)
{
	struct admin_segment *rows;
	int64_t after = 0;
	size_t n;

	puts("from_index\tto_index\traw_bytes\tbytes\tmade");
	do {
		if (admin_archive_sql_segments(ad->db, ad->arena, conv_id,
			after, PAGE, &rows, &n, err) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			printf("%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64
			       "\t%s\n",
			    rows[i].from_index, rows[i].to_index,
			    rows[i].raw_bytes, rows[i].bytes,
			    admin_time(rows[i].made_ms));
		if (n)
			after = rows[n - 1].to_index;
	} while (n == PAGE);
	return 0;
}

static int sum_all(struct admin *ad, struct admin_archived *sum, int64_t *convs,
    struct error *err)
{
	struct admin_archived *rows;
	size_t n;

	do {
		if (admin_archive_sql_convs(ad->db, ad->arena, sum->conv_id,
			PAGE, &rows, &n, err) < 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			sum->conv_id = rows[i].conv_id;
			sum->segments += rows[i].segments;
			sum->entries += rows[i].entries;
			sum->raw_bytes += rows[i].raw_bytes;
			sum->bytes += rows[i].bytes;
		}
		*convs += (int64_t)n;
	} while (n == PAGE);
	return 0;
}

static int64_t per(int64_t bytes, int64_t entries)
{
	return entries > 0 ? bytes / entries : 0;
}

static int archive_show_command(struct admin *ad, struct error *err)
{
	struct admin_store_size size = { 0 };
	struct admin_archived sum = { 0 };
	int64_t convs = 0, id;

	if (ad->n_words)
		return admin_id(ad->words[0], &id, err) < 0
			   ? -1
			   : print_segments(ad, id, err);
	if (sum_all(ad, &sum, &convs, err) < 0 ||
	    admin_archive_sql_size(ad->db, ad->arena, &size, err) < 0)
		return -1;
	printf("conversations=%" PRId64 "\nsegments=%" PRId64
	       "\nentries=%" PRId64 "\nraw_bytes=%" PRId64 "\nbytes=%" PRId64
	       "\n",
	    convs, sum.segments, sum.entries, sum.raw_bytes, sum.bytes);
	printf("hot_entries=%" PRId64 "\nhot_bytes_per_entry=%" PRId64
	       "\ncold_bytes_per_entry=%" PRId64
	       "\nsegment_bytes_per_entry=%" PRId64 "\n",
	    size.entries, per(size.hot_bytes, size.entries),
	    per(size.cold_bytes, sum.entries), per(sum.bytes, sum.entries));
	return 0;
}

/* ---- legal hold ---- */

static int audit(struct admin *ad, const char *action, int64_t conv_id,
    struct error *err)
{
	return admin_audit(ad, 0, action, 0,
	    arena_printf(ad->arena, "conv_id=%" PRId64, conv_id).p, err);
}

struct holding {
	struct admin *ad;
	int64_t conv_id, n;
};

static int hold_tx(struct db *db, void *arg, struct error *err)
{
	struct holding *h = arg;

	if (admin_archive_sql_hold(db, h->conv_id, str_of(h->ad->words[1]),
		&h->n, err) < 0)
		return -1;
	if (h->n == 0)
		return err_set(err, ERR_CONFLICT,
		    "no conversation %s, or it is on hold", h->ad->words[0]);
	return audit(h->ad, "archive.hold", h->conv_id, err);
}

static int archive_hold_command(struct admin *ad, struct error *err)
{
	struct holding h = { .ad = ad };

	if (admin_id(ad->words[0], &h.conv_id, err) < 0)
		return -1;
	if (str_of(ad->words[1]).len > 255)
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "a reason has at most 255 bytes");
	return db_tx(ad->db, hold_tx, &h, err);
}

static int release_tx(struct db *db, void *arg, struct error *err)
{
	struct holding *h = arg;

	if (admin_archive_sql_release(db, h->conv_id, &h->n, err) < 0)
		return -1;
	return h->n ? audit(h->ad, "archive.release", h->conv_id, err) : 0;
}

/* What was kept goes also where a former run has died on the way. */
static int archive_release_command(struct admin *ad, struct error *err)
{
	struct holding h = { .ad = ad };
	int64_t n, bodies = 0;

	if (admin_id(ad->words[0], &h.conv_id, err) < 0 ||
	    db_tx(ad->db, release_tx, &h, err) < 0)
		return -1;
	do {
		if (admin_archive_sql_drop_held(ad->db, h.conv_id, &n, err) < 0)
			return -1;
		bodies += n;
	} while (n);
	if (h.n == 0 && bodies == 0)
		return err_set(err, ERR_NOT_FOUND, "%s is not on hold",
		    ad->words[0]);
	printf("dropped=%" PRId64 "\n", bodies);
	return 0;
}

static int archive_holds_command(struct admin *ad, struct error *err)
{
	struct admin_hold *rows;
	size_t n;

	if (admin_archive_sql_holds(ad->db, ad->arena, 0, &rows, &n, err) < 0)
		return -1;
	puts("conv_id\tsince\tkept\treason");
	for (size_t i = 0; i < n; i++)
		printf("%" PRId64 "\t%s\t%" PRId64 "\t%.*s\n", rows[i].conv_id,
		    admin_time(rows[i].since_ms), rows[i].bodies,
		    STR_ARG(rows[i].reason));
	return 0;
}

static int archive_held_command(struct admin *ad, struct error *err)
{
	struct admin_held after = { 0 }, *rows;
	int64_t conv_id;
	size_t n;

	if (admin_id(ad->words[0], &conv_id, err) < 0)
		return -1;
	puts("conv_index\tversion\tat\tcontent");
	do {
		if (admin_archive_sql_held(ad->db, ad->arena, conv_id, &after,
			PAGE, &rows, &n, err) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			printf("%" PRId64 "\t%" PRId64 "\t%s\t{%.*s}\n",
			    rows[i].conv_index, rows[i].version,
			    admin_time(rows[i].at_ms),
			    STR_ARG(rows[i].content));
		if (n)
			after = rows[n - 1];
	} while (n == PAGE);
	return 0;
}

const struct admin_command admin_archive_commands[] = {
	{ "archive", "show", "[CONV_ID]", 0, 1, "",
	    "shows what is in the archive and how large it is, or the segments "
	    "of a conversation",
	    archive_show_command },
	{ "archive", "hold", "CONV_ID REASON", 2, 2, "",
	    "puts a conversation on legal hold: what its messages say is kept",
	    archive_hold_command },
	{ "archive", "release", "CONV_ID", 1, 1, "",
	    "ends the hold, and drops what was kept only for it",
	    archive_release_command },
	{ "archive", "holds", "", 0, 0, "",
	    "lists the conversations on legal hold", archive_holds_command },
	{ "archive", "held", "CONV_ID", 1, 1, "",
	    "prints what recalled, expired and erased messages of it said",
	    archive_held_command },
	{ 0 },
};
