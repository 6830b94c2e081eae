/* im-fanout: writes new entries to the inboxes of their readers. */
#include "fanout_shed.h"
#include "fanout_turns.h"
#include "fanout_work.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "im/consumer/fanout_write.h"
#include "im/consumer/parked.h"
#include "im/conv/archive.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "im/conv/mode.h"
#include "im/conv/reaction.h"
#include "im/site/generation.h"
#include "im/site/server_key.h"
#include "im/user/inbox.h"
#include "im/user/personal.h"
#include "job/job.h"

#define PAUSE_MAX_MS 50

/* Where to continue a list that was too long; by partition. */
static int64_t look_after[CONV_PARTS];
static struct turns turns[CONV_PARTS];

/* ---- steps ---- */

/* One transaction for the front of a list. */
static int work(struct job *j, struct fanout_conv **convs, size_t *n,
    int64_t rows_max, struct work_tally *t, struct error *err)
{
	size_t taken = fanout_choose(*convs, *n, rows_max);

	if (work_serve(j, *convs, taken, t, err) < 0)
		return -1;
	*convs += taken;
	*n -= taken;
	return 0;
}

static int serve_large(struct job *j, struct fanout_list *list, bool briefly,
    struct work_tally *t, struct error *err)
{
	int64_t rows_max = briefly ? conf.fanout.rows_max / 4
				   : conf.fanout.rows_max;
	struct turns *mine = &turns[j->partition];

	turns_order(mine, j->arena, list->large, list->n_large);
	while (list->n_large && !t->commits) {
		const struct fanout_conv *first = list->large;

		if (work(j, &list->large, &list->n_large, rows_max, t, err) < 0)
			return -1;
		turns_take(mine, first, (size_t)(list->large - first));
	}
	return 0;
}

/* Until locked inboxes are looked at again. */
static void pause(int64_t *pause_ms, bool idle)
{
	*pause_ms = !idle ? 0 : *pause_ms < 1 ? 1 : *pause_ms * 2;
	if (*pause_ms > PAUSE_MAX_MS)
		*pause_ms = PAUSE_MAX_MS;
	if (*pause_ms)
		clock_sleep_ms(*pause_ms);
}

/* As job_def.step. */
static int worked(const struct work_tally *small,
    const struct work_tally *large, int64_t *pause_ms)
{
	bool any = small->commits || large->commits || small->parked ||
		   large->parked;
	bool locked = small->locked || large->locked;

	pause(pause_ms, locked && !any);
	return any || locked;
}

static int report(const struct fanout_list *list)
{
	log_info("fanout_would", "part=%" PRId64 " small=%zu large=%zu more=%d",
	    list->part, list->n_small, list->n_large, list->next_after != 0);
	return 0;
}

/*
 * All that is not put off gets its turn, and only when nothing else is left
 * does a step wait for locked inboxes.
 *
 * Small conversations first, in transactions of their own; then one transaction
 * of large ones, whose turn it is.  It is a short one if there were small ones,
 * because more of those may be waiting.
 */
static int step(struct job *j, struct error *err)
{
	int64_t *after = &look_after[j->partition];
	struct fanout_list list;
	static int64_t pause_ms[CONV_PARTS];
	struct work_tally small = { 0 }, large = { 0 };

	if (fanout_list(j->db, j->arena, j->partition, *after, &list, err))
		return -1;
	if (*after && !list.n_small && !list.n_large) {
		*after = 0;
		return 1;
	}
	if (j->dry_run)
		return report(&list);
	shed_look(j, &list);
	while (list.n_small)
		if (work(j, &list.small, &list.n_small, conf.fanout.rows_max,
			&small, err) < 0)
			return -1;
	if (serve_large(j, &list, small.commits > 0, &large, err) < 0)
		return -1;
	*after = list.next_after;
	return worked(&small, &large, &pause_ms[j->partition]);
}

static int ready(struct job *j, uint64_t *parts_out, struct error *err)
{
	if (fanout_ready(j->db, parts_out, err) < 0)
		return -1;
	return shed_ready(j, parts_out, err);
}

static int start(struct job *j, struct error *err)
{
	const struct db_stmt *const *const lists[] = { fanout_statements,
		fanout_write_statements, parked_statements, entry_statements,
		archive_statements, reaction_statements, inbox_statements,
		conv_reader_statements, generation_statements,
		server_key_statements, personal_statements, mode_statements,
		conv_lock_statements };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (db_check(j->db, lists[i], err) < 0)
			return -1;
	return 0;
}

static const struct job_def def = {
	.name = "fanout",
	.program = "im-fanout",
	.summary = "Writes new entries to the inboxes of their readers.",
	.partitions = CONV_PARTS,
	.lease_s = 3,
	.step = step,
	.ready = ready,
	.start = start,
};

int main(int argc, char **argv)
{
	return job_main(argc, argv, &def);
}
