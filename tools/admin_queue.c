/* What waits for the jobs, and what they have given up. */
#include <inttypes.h>
#include <stdio.h>

#include "admin.h"
#include "admin_sql.h"
#include "im/consumer/parked.h"
#include "im/conv/conv.h"
#include "io/bus_wake.h"
#include "io/db_clock.h"

#define PAGE 100

static int queue_show_command(struct admin *ad, struct error *err)
{
	int64_t now_ms = db_clock_ms(ad->db);
	struct admin_queue *rows;
	size_t n;

	if (admin_sql_queue(ad->db, ad->arena, &rows, &n, err) < 0)
		return -1;
	puts("queue\tpart\tconversations\tentries\toldest_ms\toldest_conv_id\t"
	     "parked");
	for (size_t i = 0; i < n; i++)
		printf("fanout\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64
		       "\t%" PRId64 "\t%" PRId64 "\n",
		    rows[i].part, rows[i].convs, rows[i].entries,
		    rows[i].oldest_ms ? now_ms - rows[i].oldest_ms : 0,
		    rows[i].oldest_conv_id, rows[i].parked);
	return 0;
}

/* Of each row, `act`; all of them, in pages. */
static int each_parked(struct admin *ad, struct arena *a,
    int (*act)(struct admin *ad, const struct parked *rows, size_t n,
	struct error *err),
    struct error *err)
{
	struct parked after = { .consumer = CONSUMER_FANOUT, .part = -1 };
	struct parked *rows;
	size_t n;

	do {
		if (parked_list(ad->db, a, &after, PAGE, &rows, &n, err) < 0 ||
		    act(ad, rows, n, err) < 0)
			return -1;
		if (n) {
			after.part = rows[n - 1].part;
			after.conv_id = rows[n - 1].conv_id;
		}
		arena_rewind(a);
	} while (n == PAGE);
	return 0;
}

static int print_parked(struct admin *ad, const struct parked *rows, size_t n,
    struct error *err)
{
	(void)ad;
	(void)err;
	for (size_t i = 0; i < n; i++)
		printf("fanout\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%s\t%s"
		       "\t%.*s\n",
		    rows[i].part, rows[i].conv_id,
		    rows[i].head - rows[i].done_index,
		    admin_time(rows[i].since_ms), admin_time(rows[i].parked_ms),
		    STR_ARG(rows[i].reason));
	return 0;
}

static int queue_parked_command(struct admin *ad, struct error *err)
{
	struct arena page;
	int rc;

	arena_init(&page);
	puts("queue\tpart\tconv_id\tentries\toldest\tparked\treason");
	rc = each_parked(ad, &page, print_parked, err);
	arena_release(&page);
	return rc;
}

/* ---- queued again ---- */

struct requeue {
	struct admin *ad;
	const struct parked *rows;
	size_t n;
	int64_t done;
};

static int requeue_tx(struct db *db, void *arg, struct error *err)
{
	struct requeue *q = arg;

	if (parked_requeue(db, q->rows, q->n, &q->done, err) < 0)
		return -1;
	for (size_t i = 0; i < q->n; i++)
		if (admin_audit(q->ad, 0, "queue.requeue", 0,
			arena_printf(q->ad->arena, "fanout conv_id=%" PRId64,
			    q->rows[i].conv_id)
			    .p,
			err) < 0)
			return -1;
	return 0;
}

static int64_t requeued; /* by this command */

static int requeue(struct admin *ad, const struct parked *rows, size_t n,
    struct error *err)
{
	struct requeue q = { ad, rows, n, 0 };

	if (n == 0)
		return 0;
	if (db_tx(ad->db, requeue_tx, &q, err) < 0)
		return -1;
	requeued += q.done;
	bus_wake("fanout");
	return 0;
}

static int requeue_one(struct admin *ad, struct error *err)
{
	struct parked row = { .consumer = CONSUMER_FANOUT };

	if (admin_id(ad->words[0], &row.conv_id, err) < 0)
		return -1;
	row.part = conv_part(row.conv_id);
	if (requeue(ad, &row, 1, err) < 0)
		return -1;
	if (!requeued)
		return err_set(err, ERR_NOT_FOUND, "%s is not parked",
		    ad->words[0]);
	return 0;
}

static int queue_requeue_command(struct admin *ad, struct error *err)
{
	struct arena page;
	int rc;

	if ((ad->n_words == 1) == (admin_option(ad, "all") != NULL))
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "either CONV_ID or --all");
	arena_init(&page);
	rc = ad->n_words ? requeue_one(ad, err)
			 : each_parked(ad, &page, requeue, err);
	arena_release(&page);
	if (rc == 0)
		printf("requeued=%" PRId64 "\n", requeued);
	return rc;
}

/* ---- dropped ---- */

struct dropping {
	struct admin *ad;
	const char *reason;
	struct parked_drop wanted, d;
	int dropped;
};

static int drop_tx(struct db *db, void *arg, struct error *err)
{
	struct dropping *p = arg;
	struct arena *a = p->ad->arena;

	p->d = p->wanted;
	p->dropped = parked_drop(db, a, &p->d, err);
	if (p->dropped <= 0)
		return p->dropped;
	return admin_audit(p->ad, 0, "queue.drop", 0,
	    arena_printf(a,
		"fanout conv_id=%" PRId64 " from=%" PRId64 " upto=%" PRId64
		" reason=%.300s",
		p->d.row.conv_id, p->d.from, p->d.upto, p->reason)
		.p,
	    err);
}

static int queue_drop_command(struct admin *ad, struct error *err)
{
	struct dropping p = { .ad = ad,
		.reason = admin_option(ad, "reason"),
		.wanted.row.consumer = CONSUMER_FANOUT };
	struct parked *row = &p.wanted.row;

	if (!p.reason || !*p.reason)
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "--reason says why, for the audit log");
	if (admin_id(ad->words[0], &row->conv_id, err) < 0 ||
	    admin_number(ad, "upto", 1, INT64_MAX, 0, &p.wanted.upto, err) < 0)
		return -1;
	row->part = conv_part(row->conv_id);
	if (db_tx(ad->db, drop_tx, &p, err) < 0)
		return -1;
	if (!p.dropped)
		return err_set(err, ERR_NOT_FOUND, "%s is not parked",
		    ad->words[0]);
	bus_wake("fanout");
	printf("dropped=%" PRId64 "\nfrom=%" PRId64 "\nupto=%" PRId64 "\n",
	    p.d.upto - p.d.from + 1, p.d.from, p.d.upto);
	return 0;
}

const struct admin_command admin_queue_commands[] = {
	{ "queue", "show", "", 0, 0, "", "lists what waits for the jobs",
	    queue_show_command },
	{ "queue", "parked", "", 0, 0, "",
	    "lists the conversations that fan-out has given up, and why",
	    queue_parked_command },
	{ "queue", "requeue", "CONV_ID | --all", 0, 1, "all",
	    "lets fan-out take a parked conversation again, or all of them",
	    queue_requeue_command },
	{ "queue", "drop", "CONV_ID [--upto INDEX] --reason TEXT", 1, 1,
	    "upto= reason=",
	    "gives up entries of a parked conversation; fan-out goes on behind",
	    queue_drop_command },
	{ 0 },
};
