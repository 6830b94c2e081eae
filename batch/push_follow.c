/* The logs as jobs. */
#include "push.h"

#include <inttypes.h>
#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/stat.h"
#include "im/push/news.h"
#include "io/db_clock.h"
#include "job/position.h"
#include "push_conf.h"
#include "push_lines.h"
#include "view/entry_body.h"

#define LOGS_MAX 50 /* of a transaction */

static struct follow logs;
static int64_t kept_at = -1; /* the position that is stored; -1: unknown */

/* ---- where to begin ---- */

static int put_tx(struct db *db, void *arg, struct error *err)
{
	struct job *j = arg;
	struct str text = arena_printf(j->arena, "%" PRId64,
	    logs.began ? follow_begin_at(&logs) : 0);

	(void)db;
	if (job_fence_check(j, err) < 0)
		return -1;
	return job_position_put(j, text, err);
}

/* What is left of the hints is forgotten when the process dies. */
static int keep_position(struct job *j, struct error *err)
{
	int64_t at = logs.began ? follow_begin_at(&logs) : 0;

	if (at == kept_at || (logs.began && logs.n_hints))
		return 0;
	if (db_tx(j->db, put_tx, j, err) < 0)
		return -1;
	kept_at = at;
	return 0;
}

/* An app that begins to push does not push what was before. */
static int begin(struct job *j, struct error *err)
{
	int64_t now = db_clock_ms(j->db), at = 0;
	int64_t oldest = follow_id_at(now - push_expiry_ms());
	struct str text;

	if (logs.began)
		return 0;
	memset(&logs, 0, sizeof(logs));
	if (job_position_get(j, &text, err) < 0)
		return -1;
	if (!text.len || !str_to_int(text, &at) || !at)
		at = follow_id_at(now - FOLLOW_BACK_MS);
	else if (at < oldest)
		at = oldest;
	follow_begin(&logs, at);
	kept_at = -1;
	return 0;
}

/* ---- finding ---- */

static bool is_ours(void *arg, int64_t conv_id)
{
	(void)arg;
	(void)conv_id;
	return true;
}

static int cursors(void *arg, const struct follow_log *found, size_t n,
    int64_t *done_out, struct error *err)
{
	struct job *j = arg;
	int64_t *ids = ARENA_ARRAY(j->arena, n, int64_t);
	struct follow_cursor *rows;
	size_t n_rows, k = 0;

	for (size_t i = 0; i < n; i++)
		ids[i] = found[i].conv_id;
	if (follow_cursors(j->db, j->arena, CONSUMER_PUSH, ids, n, &rows,
		&n_rows, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		while (k < n_rows && rows[k].conv_id < ids[i])
			k++;
		done_out[i] = k < n_rows && rows[k].conv_id == ids[i]
				  ? rows[k].done_index
				  : FOLLOW_NO_CURSOR;
	}
	return 0;
}

static struct follow_tools tools_of(struct job *j)
{
	return (struct follow_tools){
		.db = j->db,
		.arena = j->arena,
		.consumer = CONSUMER_PUSH,
		.is_ours = is_ours,
		.cursors = cursors,
		.arg = j,
	};
}

/* ---- one transaction ---- */

struct work {
	struct job *j;
	struct news_tools tools;
	struct follow_hint hints[LOGS_MAX];
	size_t n_hints;
	struct news news[LOGS_MAX];
	size_t n_news;
};

static void read_names(struct job *j, struct news *n)
{
	for (size_t i = 0; i < n->n_entries; i++) {
		const struct entry *e = &n->entries[i];
		const json_t *body;

		if (!news_wants_mentions(e) && !news_wants_left(e))
			continue;
		body = entry_body_read(j->arena, e);
		if (news_wants_mentions(e))
			n->mentions[i].ids = entry_body_ids(j->arena,
			    json_object_get(body, "mentions"),
			    &n->mentions[i].n);
		else
			n->left[i].ids = entry_body_ids(j->arena,
			    json_object_get(json_object_get(body, "content"),
				"user_ids"),
			    &n->left[i].n);
	}
}

static const struct follow_cursor *cursor_of(const struct follow_cursor *rows,
    size_t n, int64_t conv_id)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].conv_id == conv_id)
			return &rows[i];
	return NULL;
}

/* 1: there is nothing to be written of it. */
static int load_one(struct work *w, const struct follow_hint *h,
    const struct conv *c, const struct follow_cursor *at, struct error *err)
{
	struct news *n = &w->news[w->n_news];

	if (!c || (!at && !push_lines_has_app(c->app_id)) || (!at && !h->first))
		return 1;
	memset(n, 0, sizeof(*n));
	n->conv_id = c->conv_id;
	n->app_id = c->app_id;
	n->has_cursor = at != NULL;
	n->was = at ? *at
		    : (struct follow_cursor){ .consumer = CONSUMER_PUSH,
			      .conv_id = c->conv_id,
			      .done_index = h->first - 1 };
	if (n->was.done_index >= h->head)
		return 1;
	if (news_load(&w->tools, n, h->head, err) < 0)
		return -1;
	read_names(w->j, n);
	if (news_members(&w->tools, n, err) < 0)
		return -1;
	if (!news_is_any(n))
		return 1;
	w->n_news++;
	return 0;
}

static int load(struct work *w, const struct follow_tools *ft,
    struct error *err)
{
	struct job *j = w->j;
	int64_t *ids = ARENA_ARRAY(j->arena, w->n_hints, int64_t);
	struct follow_cursor *rows;
	struct conv *convs;
	size_t n_rows, n_convs;

	for (size_t i = 0; i < w->n_hints; i++)
		ids[i] = w->hints[i].conv_id;
	if (follow_cursors(j->db, j->arena, CONSUMER_PUSH, ids, w->n_hints,
		&rows, &n_rows, err) < 0 ||
	    conv_load(j->db, j->arena, ids, w->n_hints, &convs, &n_convs, err) <
		0)
		return -1;
	for (size_t i = 0; i < w->n_hints; i++) {
		const struct follow_hint *h = &w->hints[i];
		int rc = load_one(w, h, conv_pick(convs, n_convs, h->conv_id),
		    cursor_of(rows, n_rows, h->conv_id), err);

		if (rc < 0 || (rc > 0 && follow_pass(ft, h, err) < 0))
			return -1;
	}
	return 0;
}

static int write_tx(struct db *db, void *arg, struct error *err)
{
	struct work *w = arg;

	(void)db;
	if (job_fence_check(w->j, err) < 0 ||
	    news_write(&w->tools, w->news, w->n_news, err) < 0)
		return -1;
	fault_point("push_news");
	return 0;
}

/* The hints that are done go; of others the rest is found in the cursor. */
static void forget(const struct work *w)
{
	size_t kept = 0;

	for (size_t i = 0; i < logs.n_hints; i++) {
		struct follow_hint h = logs.hints[i];
		bool more = i >= w->n_hints;

		for (size_t k = 0; k < w->n_news; k++)
			if (w->news[k].conv_id == h.conv_id)
				more = w->news[k].now.done_index < h.head;
		if (more)
			logs.hints[kept++] = h;
	}
	logs.n_hints = kept;
}

static void count(struct job *j, const struct work *w)
{
	int64_t oldest_ms = 0, jobs = 0;

	for (size_t i = 0; i < w->n_news; i++) {
		const struct news *n = &w->news[i];

		jobs += (int64_t)n->n_jobs;
		for (size_t k = 0; k < n->n_entries; k++)
			if (!oldest_ms || n->entries[k].sent_ms < oldest_ms)
				oldest_ms = n->entries[k].sent_ms;
	}
	stat_add(STAT_PUSH_JOBS, jobs);
	if (oldest_ms) {
		int64_t lag_ms = db_clock_ms(j->db) - oldest_ms;

		stat_set(STAT_PUSH_LAG_MS, lag_ms);
		if (lag_ms > j->result.lag_ms)
			j->result.lag_ms = lag_ms;
	}
}

static int work(struct job *j, const struct follow_tools *ft, struct error *err)
{
	struct work *w = ARENA_NEW(j->arena, struct work);

	memset(w, 0, sizeof(*w));
	w->j = j;
	w->tools = (struct news_tools){ j->db, j->cache, j->arena,
		db_clock_ms(j->db), push_expiry_ms(), push_ack_wait_ms() };
	w->n_hints = logs.n_hints < LOGS_MAX ? logs.n_hints : LOGS_MAX;
	memcpy(w->hints, logs.hints, w->n_hints * sizeof(*w->hints));
	if (!w->n_hints)
		return 0;
	if (load(w, ft, err) < 0 ||
	    (w->n_news && db_tx(j->db, write_tx, w, err) < 0))
		return -1;
	fault_point("push_filed");
	count(j, w);
	forget(w);
	return 0;
}

static int look(struct job *j, struct error *err)
{
	const struct follow_tools ft = tools_of(j);
	int more;

	if (begin(j, err) < 0)
		return -1;
	more = follow_find(&logs, &ft, db_clock_ms(j->db), err);
	if (more < 0 || follow_clean(&logs, &ft, err) < 0 ||
	    work(j, &ft, err) < 0 || keep_position(j, err) < 0)
		return -1;
	return more || logs.n_hints;
}

int push_follow_step(struct job *j, struct error *err)
{
	int rc;

	if (!push_lines_any()) {
		logs.began = false;
		return kept_at == 0 ? 0 : keep_position(j, err);
	}
	rc = look(j, err);
	if (rc < 0)
		logs.began = false;
	return rc;
}
