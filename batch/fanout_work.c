#include "fanout_work.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/stat.h"
#include "im/consumer/fanout_members.h"
#include "im/consumer/fanout_write.h"
#include "im/consumer/parked.h"
#include "io/db_clock.h"
#include "view/entry_body.h"
#include "view/publish.h"
#include "view/publish_fanout.h"

/* ---- whom entries name: bodies are JSON, which lib/im does not read ---- */

static const json_t *read_body(struct job *j, const struct entry *e)
{
	const json_t *body = entry_body_read(j->arena, e);

	if (!body)
		log_error("fanout_body",
		    "conv_id=%" PRId64 " conv_index=%" PRId64, e->conv_id,
		    e->conv_index);
	return body;
}

static void read_mentions(struct job *j, struct fanout_conv *c, size_t at)
{
	const json_t *body = read_body(j, &c->entries[at]);

	c->mentions[at].ids = entry_body_ids(j->arena,
	    json_object_get(body, "mentions"), &c->mentions[at].n);
}

static void read_moved(struct job *j, struct fanout_conv *c, size_t at)
{
	const json_t *body = read_body(j, &c->entries[at]);

	c->moved[at].ids = entry_body_ids(j->arena,
	    json_object_get(json_object_get(body, "content"), "user_ids"),
	    &c->moved[at].n);
}

static void find_named(struct job *j, struct fanout *f)
{
	for (size_t i = 0; i < f->n_convs; i++) {
		struct fanout_conv *c = &f->convs[i];
		size_t n = (size_t)(c->to - c->lo + 1);

		for (size_t k = 0; k < n; k++) {
			if (fanout_wants_mentions(&c->entries[k]))
				read_mentions(j, c, k);
			if (fanout_wants_moved(c, &c->entries[k]))
				read_moved(j, c, k);
		}
	}
}

/* ---- parking ---- */

static int fence(void *arg, struct error *err)
{
	return job_fence_check(arg, err);
}

struct parking {
	struct job *j;
	struct parked row;
	bool parked;
};

static int park_tx(struct db *db, void *arg, struct error *err)
{
	struct parking *p = arg;
	int rc;

	if (fence(p->j, err) < 0)
		return -1;
	rc = parked_put(db, p->j->arena, &p->row, err);
	if (rc < 0)
		return -1;
	p->parked = rc > 0;
	fault_point("park");
	return 0;
}

static int park(struct job *j, const struct fanout_conv *c, struct str reason,
    struct work_tally *t, struct error *err)
{
	struct parking p = { .j = j,
		.row = { .consumer = CONSUMER_FANOUT,
		    .part = j->partition,
		    .conv_id = c->conv_id,
		    .reason = reason } };
	char quoted[PARKED_REASON_MAX + 1];

	if (db_tx(j->db, park_tx, &p, err) < 0)
		return -1;
	if (!p.parked)
		return 0;
	fault_point("parked");
	log_quote(quoted, sizeof(quoted), reason);
	log_error("fanout_parked",
	    "conv_id=%" PRId64 " done=%" PRId64 " reason=%s", c->conv_id,
	    c->done_index, quoted);
	stat_add(STAT_FANOUT_PARKED, 1);
	j->result.dead++;
	t->parked++;
	return 0;
}

static int park_broken(struct job *j, const struct fanout *f,
    struct work_tally *t, struct error *err)
{
	for (size_t i = 0; i < f->n_broken; i++) {
		const struct fanout_conv *c = &f->broken[i];

		if (park(j, c,
			arena_printf(j->arena, "the log has no entry %" PRId64,
			    c->hole),
			t, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- one transaction ---- */

static void count(struct job *j, const struct fanout *f)
{
	int64_t lag_ms = db_clock_ms(j->db) - f->oldest_ms;

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

static int attempt(struct job *j, const struct fanout_conv *convs, size_t n,
    struct fanout *f, struct error *err)
{
	const struct fanout_hooks hooks = { fence, fault_point, j };

	if (fanout_load(j->db, j->arena, j->partition, convs, n, f, err) < 0)
		return -1;
	find_named(j, f);
	if (f->n_convs && fanout_load_members(j->db, j->arena, f, err) < 0)
		return -1;
	fault_point("load");
	return fanout_write(j->db, j->arena, f, &hooks, err);
}

static void publish(struct job *j, struct fanout *f)
{
	const struct publisher p = { j->db, j->cache, j->bus, j->arena };
	struct error err;

	/* Events are hints: without them clients pull. */
	if (fanout_refresh(j->db, j->arena, f, &err) < 0)
		log_warn("fanout_publish", "error=\"%s\"", err.detail);
	else
		publish_fanout(&p, f);
}

static void committed(struct job *j, struct fanout *f, struct work_tally *t)
{
	t->locked += f->n_locked;
	stat_add(STAT_FANOUT_LOCKED, (int64_t)f->n_locked);
	if (f->n_convs == 0)
		return;
	fault_point("committed");
	publish(j, f);
	fault_point("published");
	count(j, f);
	t->commits++;
}

/* Of the rows that were written, not of the lease or the store. */
static bool is_of_rows(const struct error *err)
{
	return err_info(err->code)->retry == ERR_RETRY_NEVER &&
	       err->code != ERR_SCHEMA;
}

static struct str reason_of(const struct job *j, const struct error *err)
{
	const char *failure = db_failure(j->db);

	return str_of(*failure ? failure : err->detail);
}

int work_serve(struct job *j, const struct fanout_conv *convs, size_t n,
    struct work_tally *t, struct error *err)
{
	size_t half = n / 2;
	struct fanout f;

	if (attempt(j, convs, n, &f, err) == 0) {
		committed(j, &f, t);
		return park_broken(j, &f, t, err);
	}
	if (!is_of_rows(err))
		return -1;
	if (n == 1)
		return park(j, convs, reason_of(j, err), t, err);
	stat_add(STAT_FANOUT_SPLITS, 1);
	if (work_serve(j, convs, half, t, err) < 0)
		return -1;
	return work_serve(j, convs + half, n - half, t, err);
}
