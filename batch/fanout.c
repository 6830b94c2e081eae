/* im-fanout: writes new entries to the inboxes of their readers. */

#include <inttypes.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/stat.h"
#include "im/consumer/fanout.h"
#include "im/consumer/fanout_members.h"
#include "im/consumer/fanout_write.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "im/site/generation.h"
#include "im/user/inbox.h"
#include "job/fault.h"
#include "job/job.h"
#include "view/entry_body.h"
#include "view/publish.h"
#include "view/publish_fanout.h"

#define PAUSE_MAX_MS 50

/* Where to continue a list that was too long; by partition. */
static int64_t look_after[CONV_PARTS];

/* ---- mentions: the body is JSON, which lib/im does not read ---- */

static void read_mentions(struct job *j, struct fanout_conv *c, size_t at)
{
	const struct entry *e = &c->entries[at];
	const json_t *body = entry_body_read(j->arena, e);

	if (!body)
		log_error("fanout_body",
		    "conv_id=%" PRId64 " conv_index=%" PRId64, e->conv_id,
		    e->conv_index);
	c->mentions[at].ids = entry_body_ids(j->arena,
	    json_object_get(body, "mentions"), &c->mentions[at].n);
}

static void find_mentions(struct job *j, struct fanout *f)
{
	for (size_t i = 0; i < f->n_convs; i++) {
		struct fanout_conv *c = &f->convs[i];
		size_t n = (size_t)(c->to - c->lo + 1);

		for (size_t k = 0; k < n; k++)
			if (fanout_wants_mentions(&c->entries[k]))
				read_mentions(j, c, k);
	}
}

/* ---- steps ---- */

static int fence(void *arg, struct error *err)
{
	return job_fence_check(arg, err);
}

static void count(struct job *j, const struct fanout *f)
{
	int64_t lag_ms = clock_now_ms() - f->oldest_ms;

	j->result.done += (int64_t)f->n_entries;
	if (lag_ms > j->result.lag_ms)
		j->result.lag_ms = lag_ms;
	stat_add(STAT_FANOUT_ENTRIES, (int64_t)f->n_entries);
	stat_add(STAT_FANOUT_ROWS, (int64_t)f->n_rows);
	stat_add(STAT_FANOUT_COMMITS, 1);
	stat_set(STAT_FANOUT_LAG_MS, lag_ms);
	log_debug("fanout",
	    "part=%d convs=%zu entries=%zu users=%zu rows=%zu lag_ms=%" PRId64,
	    j->partition, f->n_convs, f->n_entries, f->n_users, f->n_rows,
	    lag_ms);
}

/* One transaction for the front of a list: 1 done, 0 nothing to do, or all of
 * it is put off. */
static int work(struct job *j, struct fanout_conv **convs, size_t *n,
    int64_t rows_max, size_t *locked, struct error *err)
{
	const struct fanout_hooks hooks = { fence, job_fault_point, j };
	const struct publisher p = { j->db, j->cache, j->bus, j->arena };
	struct fanout f;

	if (*n == 0)
		return 0;
	if (fanout_take(j->db, j->arena, j->partition, convs, n, rows_max, &f,
		err) < 0)
		return -1;
	if (j->result.failed < (int64_t)f.n_broken)
		j->result.failed = (int64_t)f.n_broken;
	if (f.n_convs == 0)
		return 0;
	find_mentions(j, &f);
	if (fanout_load_members(j->db, j->arena, &f, err) < 0)
		return -1;
	job_fault_point("load");
	if (fanout_write(j->db, j->arena, &f, &hooks, err) < 0)
		return -1;
	*locked += f.n_locked;
	stat_add(STAT_FANOUT_LOCKED, (int64_t)f.n_locked);
	if (f.n_convs == 0)
		return 0;
	job_fault_point("committed");
	publish_fanout(&p, &f);
	job_fault_point("published");
	count(j, &f);
	return 1;
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
 * of large ones, a short one if there were small ones, because more of those
 * may be waiting.
 */
static int step(struct job *j, struct error *err)
{
	int64_t *after = &look_after[j->partition];
	struct fanout_list list;
	static int64_t pause_ms[CONV_PARTS];
	size_t locked = 0;
	int small = 0, large = 0;

	if (fanout_list(j->db, j->arena, j->partition, *after, &list, err))
		return -1;
	if (*after && !list.n_small && !list.n_large) {
		*after = 0;
		return 1;
	}
	if (j->dry_run)
		return report(&list);
	while (list.n_small) {
		int rc = work(j, &list.small, &list.n_small,
		    conf.fanout.rows_max, &locked, err);

		if (rc < 0)
			return -1;
		small |= rc;
	}
	while (list.n_large && !large)
		large = work(j, &list.large, &list.n_large,
		    small ? conf.fanout.rows_max / 4 : conf.fanout.rows_max,
		    &locked, err);
	if (large < 0)
		return -1;
	*after = list.next_after;
	pause(&pause_ms[j->partition], locked && !small && !large);
	return small || large || locked;
}

static int ready(struct job *j, uint64_t *parts_out, struct error *err)
{
	return fanout_ready(j->db, parts_out, err);
}

static int start(struct job *j, struct error *err)
{
	const struct db_stmt *const *const lists[] = { fanout_statements,
		fanout_write_statements, entry_statements, inbox_statements,
		conv_statements, generation_statements };

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
