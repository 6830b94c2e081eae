#include "im/consumer/fanout_write.h"

#include <stdlib.h>

#include "base/order.h"
#include "im/consumer/fanout_write_chats.h"
#include "im/consumer/fanout_lock.h"
#include "im/consumer/fanout_write_sql.h"
#include "im/user/chat.h"

/* The results of one run of the transaction; a rerun starts over. */
struct work {
	struct arena *a;
	struct fanout *f;
	const struct fanout_hooks *hooks;
	void (*point)(const char *name);
	struct inbox_seq *seqs; /* as locked, ascending user_id */
	size_t n_seqs;
	struct inbox_seq **seq_of; /* by index in users; NULL: erased */
	bool *opens; /* by conversation: open it for its creator */
	struct inbox_row *rows;
	struct fanout_chat *chats;
	struct fanout_chat *stale; /* of chats: to be settled */
	struct fanout_mention *mentions;
	size_t n_rows, n_chats, n_stale, n_mentions;
};

/* ---- events ---- */

static bool receives(const struct fanout_member *m, int64_t conv_index)
{
	return m->joined_index <= conv_index &&
	       (m->left_index == 0 || conv_index <= m->left_index);
}

/* Does m get an inbox row for entries[at]? */
static bool is_due(const struct fanout_conv *c, size_t at,
    const struct fanout_member *m)
{
	int64_t conv_index = c->entries[at].conv_index;

	return receives(m, conv_index) &&
	       (c->mode == CONV_PUSH || conv_index == m->joined_index ||
		   conv_index == m->left_index || fanout_mentions(c, at, m));
}

static bool has_membership(const struct fanout_conv *c)
{
	return c->kind == CONV_GROUP || c->kind == CONV_CHANNEL;
}

/* What the entry does to m's membership: an inbox_action, or 0. */
static int64_t entering(const struct fanout_conv *c, const struct entry *e,
    const struct fanout_member *m)
{
	return has_membership(c) && e->kind == ENTRY_MEMBER &&
		       e->conv_index == m->joined_index
		   ? INBOX_ADDED
		   : 0;
}

static int64_t leaving(const struct fanout_conv *c, const struct entry *e,
    const struct fanout_member *m)
{
	if (!has_membership(c) || e->conv_index != m->left_index)
		return 0;
	if (e->conv_index == c->dissolved_index)
		return INBOX_DISSOLVED;
	return e->sender_id == m->user_id ? INBOX_LEFT : INBOX_REMOVED;
}

static void give(struct work *w, struct fanout_event *ev,
    const struct fanout_member *m)
{
	struct inbox_seq *seq = w->seq_of[m->place];
	const struct entry *e = ev->entry;

	seq->last_index++;
	w->rows[w->n_rows++] = (struct inbox_row){
		.user_id = m->user_id,
		.user_index = seq->last_index,
		.kind = ev->action ? INBOX_CONVERSATION : INBOX_ENTRY,
		.conv_id = e->conv_id,
		.conv_index = e->conv_index,
		.action = ev->action,
		.by_id = ev->action ? e->sender_id : 0,
		.at_ms = e->sent_ms,
	};
	ev->to[ev->n_to++] = (struct bus_to){ m->user_id, seq->last_index };
}

static void end_event(struct work *w, const struct fanout_event *ev)
{
	if (ev->n_to)
		w->f->events[w->f->n_events++] = *ev;
}

/* The event of opening a direct or self chat for its creator. */
static void opening_event(struct work *w, const struct fanout_conv *c)
{
	struct fanout_event ev = { .conv = c,
		.action = INBOX_ADDED,
		.role = ROLE_MEMBER };
	struct inbox_seq *seq = w->seq_of[c->creator_place];
	struct inbox_row *row = &w->rows[w->n_rows++];

	*row = chat_added(c->created_by, c->conv_id, c->created_ms);
	row->user_index = ++seq->last_index;
	ev.to = ARENA_ARRAY(w->a, 1, struct bus_to);
	ev.to[ev.n_to++] = (struct bus_to){ row->user_id, row->user_index };
	end_event(w, &ev);
}

/* Settings that changed: the event shows the conversation, to those who left
 * since only that it did. */
static bool is_told(const struct fanout_conv *c, const struct entry *e,
    const struct fanout_member *m, int64_t role)
{
	return e->kind == ENTRY_SETTINGS &&
	       is_due(c, (size_t)(e->conv_index - c->lo), m) &&
	       role == (m->left_index ? 0 : m->role);
}

static bool concerns(const struct fanout_conv *c, const struct entry *e,
    const struct fanout_member *m, int64_t action, int64_t role)
{
	switch (action) {
	case INBOX_ADDED:
		return entering(c, e, m) && m->role == role;
	case INBOX_SETTINGS:
		return is_told(c, e, m, role);
	}
	return leaving(c, e, m) == action;
}

/* Was m there when the mode of c changed, before its entries? */
static bool is_turned(const struct fanout_conv *c,
    const struct fanout_member *m)
{
	return m->joined_index < c->lo && !m->left_index;
}

/* Those who leave with an entry of the pass need not know. */
static void mode_event(struct work *w, const struct fanout_conv *c,
    int64_t role)
{
	struct fanout_event ev = { .conv = c,
		.at_ms = w->n_seqs ? w->seqs[0].now_ms : 0,
		.action = INBOX_MODE,
		.role = role };

	ev.to = ARENA_ARRAY(w->a, c->n_members, struct bus_to);
	for (size_t i = 0; i < c->n_members; i++) {
		const struct fanout_member *m = &c->members[i];
		struct inbox_seq *seq = w->seq_of[m->place];

		if (!seq || m->role != role || !is_turned(c, m))
			continue;
		w->rows[w->n_rows++] = (struct inbox_row){
			.user_id = m->user_id,
			.user_index = ++seq->last_index,
			.kind = INBOX_CONVERSATION,
			.conv_id = c->conv_id,
			.conv_index = c->done_index,
			.action = INBOX_MODE,
			.at_ms = ev.at_ms,
		};
		ev.to[ev.n_to++] = (struct bus_to){ m->user_id,
			seq->last_index };
	}
	end_event(w, &ev);
}

/* A change of membership or settings: one event for all members whom it affects
 * in the same way (the recipient's role is part of the event). */
static void change_event(struct work *w, const struct fanout_conv *c,
    const struct entry *e, int64_t action, int64_t role)
{
	struct fanout_event ev = { .conv = c,
		.entry = e,
		.action = action,
		.role = role };

	ev.to = ARENA_ARRAY(w->a, c->n_members, struct bus_to);
	for (size_t i = 0; i < c->n_members; i++) {
		const struct fanout_member *m = &c->members[i];

		if (w->seq_of[m->place] && concerns(c, e, m, action, role))
			give(w, &ev, m);
	}
	end_event(w, &ev);
}

static void entry_event(struct work *w, const struct fanout_conv *c, size_t at)
{
	struct fanout_event ev = { .conv = c, .entry = &c->entries[at] };
	const int64_t replaced_at = fanout_replaced_at(c, at);

	ev.to = ARENA_ARRAY(w->a, c->n_members, struct bus_to);
	for (size_t i = 0; i < c->n_members; i++)
		if (w->seq_of[c->members[i].place] &&
		    is_due(c, at, &c->members[i]) &&
		    !(replaced_at && receives(&c->members[i], replaced_at)))
			give(w, &ev, &c->members[i]);
	end_event(w, &ev);
}

static void mention(struct work *w, const struct fanout_conv *c, size_t at)
{
	const struct entry *e = &c->entries[at];

	for (size_t i = 0; i < c->n_members; i++) {
		const struct fanout_member *m = &c->members[i];

		if (w->seq_of[m->place] && receives(m, e->conv_index) &&
		    fanout_mentions(c, at, m))
			w->mentions[w->n_mentions++] = (struct fanout_mention){
				m->user_id, c->conv_id, e->conv_index
			};
	}
}

/* In this order for each member: mode, added, the entry, removed or
 * settings. */
static void number_conv(struct work *w, const struct fanout_conv *c)
{
	for (int64_t r = ROLE_MEMBER; fanout_turns(c) && r <= ROLE_OWNER; r++)
		mode_event(w, c, r);
	for (int64_t at = c->lo; at <= c->to; at++) {
		const struct entry *e = &c->entries[at - c->lo];
		bool member = e->kind == ENTRY_MEMBER;

		for (int64_t r = 0; member && r <= ROLE_OWNER; r++)
			change_event(w, c, e, INBOX_ADDED, r);
		entry_event(w, c, (size_t)(at - c->lo));
		if (member) {
			change_event(w, c, e, INBOX_REMOVED, 0);
			change_event(w, c, e, INBOX_LEFT, 0);
			change_event(w, c, e, INBOX_DISSOLVED, 0);
		}
		for (int64_t r = 0;
		     e->kind == ENTRY_SETTINGS && r <= ROLE_OWNER; r++)
			change_event(w, c, e, INBOX_SETTINGS, r);
		if (e->flags & (ENTRY_MENTIONS | ENTRY_MENTION_ALL))
			mention(w, c, (size_t)(at - c->lo));
	}
}

/* ---- chats ---- */

static void find_turned(struct work *w, const struct fanout_conv *c)
{
	struct fanout *f = w->f;

	for (size_t i = 0;
	     fanout_turns(c) && c->mode == CONV_PULL && i < c->n_members; i++) {
		const struct inbox_seq *seq = w->seq_of[c->members[i].place];

		if (seq)
			f->turned[f->n_turned++] = (struct bus_to){
				seq->user_id, seq->last_index
			};
	}
}

/* Those that stood still in mode pull are settled. */
static void chats_of_conv(struct work *w, const struct fanout_conv *c)
{
	struct fanout_chat *first = w->chats + w->n_chats;
	size_t n = fanout_chats(c, w->seq_of, first);

	w->n_chats += n;
	for (size_t i = 0; c->was_mode == CONV_PULL && i < n; i++)
		w->stale[w->n_stale++] = first[i];
}

/* Nothing has been sent yet: a row for the creator only. */
static void chat_of_creator(struct work *w, const struct fanout_conv *c)
{
	w->chats[w->n_chats++] = (struct fanout_chat){
		.user_id = c->created_by,
		.conv_id = c->conv_id,
		.mode = CONV_PUSH,
		.listed = 1,
		.first_ms = c->created_ms,
	};
}

/* A new row is ranked by its newest bump, else by when it was added. */
static void finish_chats(struct work *w)
{
	for (size_t i = 0; i < w->n_chats; i++)
		if (w->chats[i].bump_ms)
			w->chats[i].first_ms = w->chats[i].bump_ms;
}

/* ---- the transaction ---- */

static int row_order(const void *x, const void *y)
{
	const struct inbox_row *a = x, *b = y;

	return order_pair(a->user_id, b->user_id, a->user_index, b->user_index);
}

static int chat_order(const void *x, const void *y)
{
	const struct fanout_chat *a = x, *b = y;

	return order_pair(a->user_id, b->user_id, a->conv_id, b->conv_id);
}

/* Allocates for the maximum that the work can produce. */
static void make_room(struct work *w)
{
	struct fanout *f = w->f;
	size_t rows = 0, events = 0, members = 0;

	for (size_t i = 0; i < f->n_convs; i++) {
		const struct fanout_conv *c = &f->convs[i];
		size_t n = (size_t)(c->to - c->lo + 1);

		/* Each interval begins once and ends once; settings are
		 * told twice. */
		rows += c->n_members * (2 * n + 3) + 1;
		events += n * (ROLE_OWNER + 5) + ROLE_OWNER + 1;
		members += c->n_members + 1;
	}
	w->rows = ARENA_ARRAY(w->a, rows, struct inbox_row);
	w->mentions = ARENA_ARRAY(w->a, rows, struct fanout_mention);
	w->chats = ARENA_ARRAY(w->a, members, struct fanout_chat);
	w->stale = ARENA_ARRAY(w->a, members, struct fanout_chat);
	w->seq_of = ARENA_ARRAY(w->a, f->n_users, struct inbox_seq *);
	w->opens = ARENA_ARRAY(w->a, f->n_convs, bool);
	f->events = ARENA_ARRAY(w->a, events, struct fanout_event);
	f->n_events = 0;
	f->turned = ARENA_ARRAY(w->a, members, struct bus_to);
	f->n_turned = 0;
}

static void number(struct work *w)
{
	struct fanout *f = w->f;

	f->n_entries = 0;
	for (size_t i = 0; i < f->n_convs; i++) {
		const struct fanout_conv *c = &f->convs[i];

		if (w->opens[i])
			opening_event(w, c);
		number_conv(w, c);
		chats_of_conv(w, c);
		if (w->opens[i] && c->lo > c->to)
			chat_of_creator(w, c);
		if (c->next_done == c->to)
			f->n_entries += (size_t)(c->to - c->lo + 1);
	}
	finish_chats(w);
	for (size_t i = 0; i < f->n_convs; i++)
		find_turned(w, &f->convs[i]);
	f->n_rows = w->n_rows;
	/* In the order of the keys, for locality. */
	qsort(w->rows, w->n_rows, sizeof(*w->rows), row_order);
	qsort(w->chats, w->n_chats, sizeof(*w->chats), chat_order);
	if (w->n_stale)
		qsort(w->stale, w->n_stale, sizeof(*w->stale), chat_order);
}

/* The creators' rows are locked: either the request has already opened the
 * chat, or it will find that we have. */
static int find_openings(struct db *db, struct work *w, struct error *err)
{
	struct fanout *f = w->f;

	for (size_t i = 0; i < f->n_convs; i++) {
		const struct fanout_conv *c = &f->convs[i];
		int has;

		w->opens[i] = false;
		if (!fanout_opens(c) || !w->seq_of[c->creator_place])
			continue;
		has = chat_has(db, w->a, c->created_by, c->conv_id, err);
		if (has < 0)
			return -1;
		w->opens[i] = has == 0;
	}
	return 0;
}

static int move_cursors(struct db *db, struct fanout *f, struct error *err)
{
	if (fanout_sql_make_cursors(db, f->convs, f->n_convs, err) < 0)
		return -1;
	return fanout_sql_move_cursors(db, f->convs, f->n_convs, err);
}

/* Everything that is due has been served, as far as was known. */
static bool is_done(const struct fanout_conv *c)
{
	return c->next_done == c->next_hi && !c->next_after &&
	       c->next_done != c->mode_to &&
	       (c->lo <= c->to || c->log_mode == c->mode);
}

/*
 * Senders wait for these rows, so they are written last.  A sender that marks
 * the conversation again waits for the commit, and then inserts a new row.
 */
static int clean(struct db *db, struct work *w, struct error *err)
{
	const struct fanout *f = w->f;
	struct fanout_dirty *rows = ARENA_ARRAY(w->a, f->n_convs,
	    struct fanout_dirty);
	size_t n = 0;

	for (size_t i = 0; i < f->n_convs; i++)
		if (is_done(&f->convs[i]))
			rows[n++] = (struct fanout_dirty){ .part = f->part,
				.conv_id = f->convs[i].conv_id,
				.head = f->convs[i].next_done,
				.turns = f->convs[i].dirty_turns };
	return fanout_sql_clean(db, rows, n, err);
}

/* Numbers, rows and cursors; takes those that are put off out of w->f. */
static int serve(struct db *db, struct work *w, struct error *err)
{
	struct fanout *f = w->f;

	w->n_rows = w->n_chats = w->n_stale = w->n_mentions = w->n_seqs = 0;
	if (fanout_lock(db, w->a, f, &w->seqs, &w->n_seqs, err) < 0)
		return -1;
	w->point("lock");
	if (f->n_convs == 0)
		return 0;
	make_room(w);
	f->has_personal = false;
	for (size_t i = 0, k = 0; i < f->n_users && k < w->n_seqs; i++) {
		if (w->seqs[k].user_id != f->users[i])
			continue;
		f->has_personal |= w->seqs[k].has_personal;
		w->seq_of[i] = &w->seqs[k++];
	}
	if (move_cursors(db, f, err) < 0 || find_openings(db, w, err) < 0)
		return -1;
	number(w);
	if (inbox_write(db, w->rows, w->n_rows, w->seqs, w->n_seqs, err) < 0)
		return -1;
	w->point("inbox");
	if (fanout_sql_chats(db, w->chats, w->n_chats, err) < 0 ||
	    fanout_sql_settle(db, w->stale, w->n_stale, err) < 0)
		return -1;
	return fanout_sql_mentions(db, w->mentions, w->n_mentions, err);
}

static int transaction(struct db *db, void *arg, struct error *err)
{
	struct work *w = arg;

	if (w->hooks->fence(w->hooks->arg, err) < 0 || serve(db, w, err) < 0)
		return -1;
	if (w->f->n_convs == 0)
		return 0;
	if (clean(db, w, err) < 0)
		return -1;
	w->point("commit");
	return 0;
}

static void no_point(const char *name)
{
	(void)name;
}

int fanout_write(struct db *db, struct arena *a, struct fanout *f,
    const struct fanout_hooks *hooks, struct error *err)
{
	struct work w = { .a = a,
		.f = f,
		.hooks = hooks,
		.point = hooks->point ? hooks->point : no_point };

	if (f->n_convs == 0)
		return 0;
	return db_tx(db, transaction, &w, err);
}

int fanout_write_within(struct db *db, struct arena *a, struct fanout *f,
    void (*point)(const char *name), struct error *err)
{
	struct work w = { .a = a, .f = f, .point = point ? point : no_point };

	return serve(db, &w, err);
}
