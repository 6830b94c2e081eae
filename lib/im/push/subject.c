#include "im/push/subject.h"

#include <stdlib.h>

#include "base/order.h"
#include "im/push/subject_sql.h"
#include "im/user/chat.h"
#include "io/presence.h"

#define BACK_MAX 50 /* entries before one that is not to be told */

static bool is_over(const struct push_job *j)
{
	return j->state == PUSH_JOB_SHOWN || j->state == PUSH_JOB_WITHDRAW ||
	       (j->state == PUSH_JOB_SENDING && !j->sent_index);
}

/* What the job tells of, or what is shown. */
static int64_t told_index(const struct push_job *j)
{
	return is_over(j) ? j->shown_index : j->upto_index;
}

/* ---- which message ---- */

static bool is_told(const struct entry *e, int64_t user_id)
{
	return e->msg_id && e->kind == ENTRY_MESSAGE &&
	       e->state == ENTRY_AS_SENT && !entry_is_expired(e) &&
	       !(e->flags & (ENTRY_SILENT | ENTRY_NO_UNREAD)) &&
	       e->sender_id != user_id;
}

/* The newest one before it; else it stays, and the decision says why not. */
static int look_back(const struct subject_tools *t, struct subject *s,
    struct error *err)
{
	const struct push_job *j = &s->job;
	int64_t lo = j->first_index, hi = j->upto_index - 1;
	struct entry *entries;
	size_t n;

	if (lo <= j->shown_index)
		lo = j->shown_index + 1;
	if (lo < hi - BACK_MAX)
		lo = hi - BACK_MAX;
	if (lo > hi)
		return 0;
	if (entry_range(t->db, t->arena, j->conv_id, lo, hi, &entries, &n,
		err) < 0)
		return -1;
	while (n-- > 0)
		if (is_told(&entries[n], j->user_id)) {
			s->entry = entries[n];
			return 0;
		}
	return 0;
}

/* The entries of all jobs, and behind them those that mention. */
static int load_entries(const struct subject_tools *t, struct subject *all,
    size_t n, struct entry **mentions_out, struct error *err)
{
	struct entry_ref *refs = ARENA_ARRAY(t->arena, 2 * n, struct entry_ref);
	struct entry *entries = ARENA_ARRAY(t->arena, 2 * n, struct entry);

	for (size_t i = 0; i < n; i++) {
		const struct push_job *j = &all[i].job;

		refs[i] = (struct entry_ref){ j->conv_id, told_index(j) };
		refs[n + i] = (struct entry_ref){ j->conv_id,
			j->mention_index };
	}
	if (entry_load(t->db, t->arena, refs, 2 * n, entries, err) < 0)
		return -1;
	*mentions_out = entries + n;
	for (size_t i = 0; i < n; i++) {
		struct subject *s = &all[i];

		s->entry = entries[i];
		if (s->job.conv_id != PUSH_TEST_CONV && !is_over(&s->job) &&
		    !is_told(&s->entry, s->job.user_id) &&
		    look_back(t, s, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- facts ---- */

static int by_key(const void *x, const void *y)
{
	const struct subject_row *a = x, *b = y;
	int c = order_pair(a->user_id, b->user_id, a->conv_id, b->conv_id);

	return c ? c : order_i64(a->conv_index, b->conv_index);
}

static void take_row(struct subject *s, const struct subject_row *r)
{
	struct push_facts *f = &s->facts;

	s->conv_kind = r->conv_kind;
	s->conv_name = r->conv_name;
	s->push_preview = r->push_preview;
	s->stream_id = r->stream_id;
	s->user_index = r->user_index;
	f->is_member = r->is_member;
	f->joined_index = r->joined_index;
	f->is_blocked = r->is_blocked;
	f->notify = r->notify;
	f->muted_until_ms = r->muted_until_ms;
	f->dnd = r->dnd;
	f->read_index = r->read_index;
	f->delivered_index = r->delivered_index;
	f->is_gone |= r->is_hidden || r->cleared_index >= f->conv_index;
}

static int load_rows(const struct subject_tools *t, struct subject *all,
    size_t n, struct error *err)
{
	struct subject_key *keys = ARENA_ARRAY(t->arena, n, struct subject_key);
	struct subject_row *rows;
	size_t n_keys = 0, n_rows;

	for (size_t i = 0; i < n; i++)
		if (all[i].job.conv_id != PUSH_TEST_CONV)
			keys[n_keys++] = (struct subject_key){
				all[i].job.user_id, all[i].job.conv_id,
				all[i].facts.conv_index, all[i].entry.sender_id
			};
	if (!n_keys)
		return 0;
	if (subject_sql_rows(t->db, t->arena, keys, n_keys, &rows, &n_rows,
		err) < 0)
		return -1;
	if (n_rows)
		qsort(rows, n_rows, sizeof(*rows), by_key);
	for (size_t i = 0; i < n; i++) {
		const struct subject_row key = { .user_id = all[i].job.user_id,
			.conv_id = all[i].job.conv_id,
			.conv_index = all[i].facts.conv_index };
		const struct subject_row *r =
		    n_rows ? bsearch(&key, rows, n_rows, sizeof(key), by_key)
			   : NULL;

		if (r)
			take_row(&all[i], r);
	}
	return 0;
}

static void begin_facts(const struct subject_tools *t, struct subject *s)
{
	const struct entry *e = &s->entry;

	s->mentions = e->msg_id && s->job.mention_index == e->conv_index;
	s->facts = (struct push_facts){
		.what = s->job.conv_id == PUSH_TEST_CONV ? PUSH_OF_TEST
							 : PUSH_OF_MESSAGE,
		.now_ms = t->now_ms,
		.expiry_ms = t->expiry_ms,
		.kind = e->kind,
		.type = e->type,
		.flags = e->flags,
		.conv_index = e->msg_id ? e->conv_index : told_index(&s->job),
		.sent_ms = e->sent_ms,
		.sender_id = e->sender_id,
		.is_gone = e->state != ENTRY_AS_SENT || entry_is_expired(e),
		.user_id = s->job.user_id,
		.mentions = s->mentions,
	};
	/* An entry that is in no log any more was one. */
	if (!e->msg_id && s->job.conv_id != PUSH_TEST_CONV) {
		s->facts.kind = ENTRY_MESSAGE;
		s->facts.is_gone = true;
	}
}

/* ---- users, devices ---- */

static int by_device(const void *x, const void *y)
{
	const struct registration *a = x, *b = y;
	int c = order_i64(a->user_id, b->user_id);

	return c ? c : str_cmp(a->device_id, b->device_id);
}

static int by_id(const void *x, const void *y)
{
	return order_i64(*(const int64_t *)x, *(const int64_t *)y);
}

static size_t users_of(const struct subject_tools *t, const struct subject *all,
    size_t n, int64_t **out)
{
	size_t kept = 0;

	*out = ARENA_ARRAY(t->arena, n, int64_t);
	for (size_t i = 0; i < n; i++)
		(*out)[i] = all[i].job.user_id;
	qsort(*out, n, sizeof(**out), by_id);
	for (size_t i = 0; i < n; i++)
		if (!kept || (*out)[kept - 1] != (*out)[i])
			(*out)[kept++] = (*out)[i];
	return kept;
}

static int load_devices(const struct subject_tools *t, struct subject *all,
    size_t n, const int64_t *users, size_t n_users, struct error *err)
{
	struct registration *regs;
	size_t n_regs;

	if (registration_load(t->db, t->arena, users, n_users, &regs, &n_regs,
		err) < 0)
		return -1;
	if (n_regs)
		qsort(regs, n_regs, sizeof(*regs), by_device);
	for (size_t i = 0; i < n; i++) {
		const struct registration key = { .user_id = all[i].job.user_id,
			.device_id = all[i].job.device_id };
		const struct registration *r =
		    n_regs ? bsearch(&key, regs, n_regs, sizeof(key), by_device)
			   : NULL;

		if (!r)
			continue;
		all[i].reg = *r;
		all[i].facts.is_registered = true;
		all[i].facts.is_dead = r->state == REGISTRATION_DEAD;
	}
	return 0;
}

static void load_presence(const struct subject_tools *t, struct subject *all,
    size_t n, const int64_t *users, size_t n_users)
{
	struct presence *who = ARENA_ARRAY(t->arena, n_users, struct presence);

	for (size_t i = 0; i < n_users; i++)
		who[i] = (struct presence){ .user_id = users[i] };
	if (!presence_get(t->cache, t->arena, who, n_users))
		return;
	for (size_t i = 0; i < n; i++) {
		const int64_t *at = bsearch(&all[i].job.user_id, users, n_users,
		    sizeof(*users), by_id);

		all[i].facts.is_foreground = who[at - users].state ==
					     PRESENCE_ONLINE;
	}
}

/* ---- only a mention may be told ---- */

static bool wants_mention(const struct subject *s, const struct entry *mention)
{
	return !is_over(&s->job) && !s->mentions &&
	       s->job.mention_index > s->job.shown_index &&
	       s->job.mention_index > s->facts.read_index &&
	       is_told(mention, s->job.user_id) &&
	       (s->facts.notify == NOTIFY_MENTIONS ||
		   s->facts.muted_until_ms > s->facts.now_ms);
}

static int take_mentions(const struct subject_tools *t, struct subject *all,
    size_t n, const struct entry *mentions, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		struct subject *s = &all[i];

		if (!wants_mention(s, &mentions[i]))
			continue;
		s->entry = mentions[i];
		begin_facts(t, s);
		/* Its sender is another one. */
		if (load_rows(t, s, 1, err) < 0)
			return -1;
	}
	return 0;
}

int subject_load(const struct subject_tools *t, const struct push_job *jobs,
    size_t n, struct subject **out, struct error *err)
{
	struct subject *all = ARENA_ARRAY(t->arena, n, struct subject);
	struct entry *mentions;
	int64_t *users;
	size_t n_users;

	for (size_t i = 0; i < n; i++)
		all[i] = (struct subject){ .job = jobs[i] };
	*out = all;
	if (!n)
		return 0;
	if (load_entries(t, all, n, &mentions, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		begin_facts(t, &all[i]);
	n_users = users_of(t, all, n, &users);
	if (load_rows(t, all, n, err) < 0 ||
	    take_mentions(t, all, n, mentions, err) < 0 ||
	    load_devices(t, all, n, users, n_users, err) < 0)
		return -1;
	load_presence(t, all, n, users, n_users);
	return 0;
}

void subject_set_credential(struct subject *s, const struct credential *c)
{
	struct push_facts *f = &s->facts;

	f->has_credential = c != NULL;
	if (!c)
		return;
	f->is_enabled = c->enabled;
	f->is_failing = c->state == CREDENTIAL_FAILING;
	f->quiet_types = c->quiet_types;
}

bool subject_is_over(const struct subject *s)
{
	const struct push_facts *f = &s->facts;

	return f->is_gone || !f->is_member ||
	       f->read_index >= s->job.shown_index;
}
