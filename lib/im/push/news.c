#include "im/push/news.h"

#include <stdlib.h>

#include "base/order.h"
#include "im/push/news_sql.h"
#include "im/user/registration.h"
#include "io/presence.h"

/* ---- entries ---- */

/* Entries up to hi_index, when the members are being passed through. */
static int64_t upto_of(const struct news *n, int64_t head)
{
	int64_t max = n->was.done_index + NEWS_ENTRIES;

	if (n->was.hi_index > n->was.done_index)
		return n->was.hi_index;
	return head < max ? head : max;
}

int news_load(const struct news_tools *t, struct news *n, int64_t head,
    struct error *err)
{
	int64_t upto = upto_of(n, head);

	n->now = n->was;
	n->now.hi_index = upto;
	if (entry_range(t->db, t->arena, n->conv_id, n->was.done_index + 1,
		upto, &n->entries, &n->n_entries, err) < 0)
		return -1;
	n->mentions = ARENA_ARRAY(t->arena, n->n_entries, struct news_ids);
	n->left = ARENA_ARRAY(t->arena, n->n_entries, struct news_ids);
	for (size_t i = 0; i < n->n_entries; i++)
		n->mentions[i] = n->left[i] = (struct news_ids){ NULL, 0 };
	return 0;
}

bool news_wants_mentions(const struct entry *e)
{
	return e->kind == ENTRY_MESSAGE && (e->flags & ENTRY_MENTIONS);
}

bool news_wants_left(const struct entry *e)
{
	return e->kind == ENTRY_MEMBER;
}

static bool is_news(const struct news_tools *t, const struct entry *e)
{
	return e->kind == ENTRY_MESSAGE && e->state == ENTRY_AS_SENT &&
	       t->now_ms - e->sent_ms < t->expiry_ms;
}

static bool mentions(const struct news *n, size_t at, int64_t user_id)
{
	if (n->entries[at].flags & ENTRY_MENTION_ALL)
		return true;
	for (size_t i = 0; i < n->mentions[at].n; i++)
		if (n->mentions[at].ids[i] == user_id)
			return true;
	return false;
}

/* ---- members ---- */

/* A job without a device; upto_index 0: there is nothing for this member. */
static struct push_job job_of(const struct news_tools *t, const struct news *n,
    const struct news_member *m)
{
	struct push_job j = { .user_id = m->user_id,
		.conv_id = n->conv_id,
		.app_id = n->app_id,
		.due_ms = t->now_ms };

	for (size_t i = 0; i < n->n_entries; i++) {
		const struct entry *e = &n->entries[i];

		if (!is_news(t, e) || e->sender_id == m->user_id ||
		    e->conv_index < m->joined_index)
			continue;
		if (!j.upto_index) {
			j.first_index = e->conv_index;
			j.since_ms = e->sent_ms;
		}
		j.upto_index = e->conv_index;
		if (mentions(n, i, m->user_id))
			j.mention_index = e->conv_index;
	}
	return j;
}

struct pass {
	const struct news_tools *t;
	struct news *n;
	struct news_member *members; /* ascending */
	size_t n_members;
	struct registration *regs; /* ascending */
	size_t n_regs;
};

/* Those who look at the conversation have some seconds to say so. */
static void wait_for_acks(struct pass *p)
{
	struct news *n = p->n;
	struct presence *who = ARENA_ARRAY(p->t->arena, n->n_jobs,
	    struct presence);
	size_t n_who = 0, k = 0;

	for (size_t i = 0; i < n->n_jobs; i++)
		if (!n_who || who[n_who - 1].user_id != n->jobs[i].user_id)
			who[n_who++] = (struct presence){
				.user_id = n->jobs[i].user_id
			};
	if (!n_who || !presence_get(p->t->cache, p->t->arena, who, n_who))
		return;
	for (size_t i = 0; i < n->n_jobs; i++) {
		while (who[k].user_id != n->jobs[i].user_id)
			k++;
		if (who[k].state == PRESENCE_ONLINE)
			n->jobs[i].due_ms += p->t->ack_wait_ms;
	}
}

static void make_jobs(struct pass *p)
{
	struct news *n = p->n;
	size_t k = 0;

	n->jobs = ARENA_ARRAY(p->t->arena, p->n_regs, struct push_job);
	for (size_t i = 0; i < p->n_members; i++) {
		struct push_job j = job_of(p->t, n, &p->members[i]);

		for (; k < p->n_regs && p->regs[k].user_id == j.user_id; k++) {
			j.device_id = p->regs[k].device_id;
			if (j.upto_index)
				n->jobs[n->n_jobs++] = j;
		}
	}
	wait_for_acks(p);
}

/* ---- what is shown ---- */

static bool has_kind(const struct news *n, int64_t kind)
{
	for (size_t i = 0; i < n->n_entries; i++)
		if (n->entries[i].kind == kind)
			return true;
	return false;
}

static void make_looks(struct pass *p)
{
	struct news *n = p->n;
	size_t n_left = 0;

	for (size_t i = 0; i < n->n_entries; i++)
		n_left += n->left[i].n;
	n->looks = ARENA_ARRAY(p->t->arena, n_left + p->n_regs,
	    struct shown_place);
	for (size_t i = 0; i < n->n_entries; i++)
		for (size_t k = 0; k < n->left[i].n; k++)
			n->looks[n->n_looks++] = (struct shown_place){
				n->left[i].ids[k], n->conv_id
			};
	if (!has_kind(n, ENTRY_RECALL))
		return;
	for (size_t i = 0; i < p->n_regs; i++)
		if (!i || p->regs[i].user_id != p->regs[i - 1].user_id)
			n->looks[n->n_looks++] = (struct shown_place){
				p->regs[i].user_id, n->conv_id
			};
}

int news_members(const struct news_tools *t, struct news *n, struct error *err)
{
	struct pass p = { .t = t, .n = n };
	int64_t *ids;

	if (!has_kind(n, ENTRY_MESSAGE) && !has_kind(n, ENTRY_RECALL) &&
	    !has_kind(n, ENTRY_MEMBER)) {
		n->now.done_index = n->now.hi_index;
		n->now.after_user_id = 0;
		return 0;
	}
	if (news_sql_members(t->db, t->arena, n->conv_id, n->was.after_user_id,
		NEWS_MEMBERS, &p.members, &p.n_members, err) < 0)
		return -1;
	ids = ARENA_ARRAY(t->arena, p.n_members, int64_t);
	for (size_t i = 0; i < p.n_members; i++)
		ids[i] = p.members[i].user_id;
	if (p.n_members && registration_load(t->db, t->arena, ids, p.n_members,
			       &p.regs, &p.n_regs, err) < 0)
		return -1;
	make_jobs(&p);
	make_looks(&p);
	if (p.n_members == NEWS_MEMBERS)
		n->now.after_user_id = ids[p.n_members - 1];
	else {
		n->now.done_index = n->now.hi_index;
		n->now.after_user_id = 0;
	}
	return 0;
}

/* ---- writing ---- */

bool news_is_any(const struct news *n)
{
	return n->has_cursor || n->n_jobs || n->now.after_user_id;
}

static int by_key(const void *x, const void *y)
{
	const struct push_job *a = x, *b = y;
	int c = order_i64(a->user_id, b->user_id);

	if (c == 0)
		c = str_cmp(a->device_id, b->device_id);
	return c ? c : order_i64(a->conv_id, b->conv_id);
}

static int write_jobs(const struct news_tools *t, const struct news *news,
    size_t n, struct error *err)
{
	struct push_job *all;
	size_t n_all = 0;

	for (size_t i = 0; i < n; i++)
		n_all += news[i].n_jobs;
	all = ARENA_ARRAY(t->arena, n_all, struct push_job);
	n_all = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < news[i].n_jobs; k++)
			all[n_all++] = news[i].jobs[k];
	if (n_all)
		qsort(all, n_all, sizeof(*all), by_key);
	return push_job_raise(t->db, t->arena, all, n_all, err);
}

static int move(const struct news_tools *t, const struct news *n,
    struct error *err)
{
	struct follow_cursor was = n->was;

	if (!n->has_cursor)
		was.done_index = FOLLOW_NO_CURSOR;
	return follow_move(t->db, &was, &n->now, err);
}

int news_write(const struct news_tools *t, const struct news *news, size_t n,
    struct error *err)
{
	if (write_jobs(t, news, n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (shown_look(t->db, news[i].looks, news[i].n_looks, t->now_ms,
			err) < 0 ||
		    move(t, &news[i], err) < 0)
			return -1;
	return 0;
}
