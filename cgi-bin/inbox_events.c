/* Inbox rows as event objects; what they refer to is read by primary key. */
#include "inbox.h"

#include <inttypes.h>

#include "im/conv/sight.h"
#include "im/user/personal.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/convset.h"
#include "view/event.h"
#include "view/shown.h"
#include "view/view.h"

/* What the rows of a page refer to: one query per kind. */
struct filling {
	struct web_request *rq;
	const struct inbox_row *rows;
	size_t n;
	struct entry *entries; /* by position of the row */
	struct chat *chats;
	size_t n_chats;
	int64_t chats_head; /* the user_index at which they were read */
	struct convset set;
	struct user me;
	struct user_setting settings;
	/* What the user has cleared or hidden; has_personal: they have. */
	bool has_personal;
	struct personal *own;
	size_t n_own;
};

/* Of those few who have cleared or hidden anything. */
static int load_personal(struct filling *f, bool *hides_out, struct error *err)
{
	struct arena *a = f->rq->arena;
	int64_t *ids = ARENA_ARRAY(a, f->n, int64_t);
	size_t n = 0;

	*hides_out = false;
	for (size_t i = 0; f->has_personal && i < f->n; i++)
		if (f->rows[i].kind == INBOX_ENTRY)
			ids[n++] = f->rows[i].conv_id;
	if (personal_load(service_of(f->rq)->db, a, f->rq->caller.user_id, ids,
		n, &f->own, &f->n_own, err) < 0)
		return -1;
	for (size_t i = 0; i < f->n_own; i++)
		*hides_out |= f->own[i].has_hidden != 0;
	return 0;
}

static int load_entries(struct filling *f, struct error *err)
{
	struct service *s = service_of(f->rq);
	struct arena *a = f->rq->arena;
	struct entry_ref *refs = ARENA_ARRAY(a, f->n, struct entry_ref);
	struct entry *found = ARENA_ARRAY(a, f->n, struct entry);
	struct shown_for to = { f->rq->caller.user_id, true, false };
	size_t n = 0, i;

	f->entries = ARENA_ARRAY(a, f->n, struct entry);
	for (i = 0; i < f->n; i++)
		if (f->rows[i].kind == INBOX_ENTRY)
			refs[n++] = (struct entry_ref){ f->rows[i].conv_id,
				f->rows[i].conv_index };
	if (load_personal(f, &to.hides, err) < 0 ||
	    entry_load(s->db, a, refs, n, found, err) < 0 ||
	    shown_load(s->db, a, &to, found, n, err) < 0)
		return -1;
	for (i = 0, n = 0; i < f->n; i++)
		if (f->rows[i].kind == INBOX_ENTRY)
			f->entries[i] = found[n++];
	return 0;
}

static size_t convs_of(struct filling *f, enum inbox_kind kind, int64_t *ids)
{
	size_t n = 0, i;

	for (i = 0; i < f->n; i++)
		if (f->rows[i].kind == (int64_t)kind)
			ids[n++] = f->rows[i].conv_id;
	return n;
}

static bool has_kind(const struct filling *f, enum inbox_kind kind)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (f->rows[i].kind == (int64_t)kind)
			return true;
	return false;
}

/* The head of the inbox and the chats of one moment: fan-out moves both in one
 * transaction. */
static int load_chats(struct db *db, void *arg, struct error *err)
{
	struct filling *f = arg;
	struct arena *a = f->rq->arena;
	int64_t user_id = f->rq->caller.user_id;
	int64_t *ids = ARENA_ARRAY(a, f->n, int64_t);
	size_t n = convs_of(f, INBOX_CHAT, ids);
	struct inbox_seq seq;

	if (inbox_seq_get(db, a, user_id, &seq, err) < 0 ||
	    chat_load(db, a, user_id, ids, n, &f->chats, &f->n_chats, err) < 0)
		return -1;
	f->chats_head = seq.last_index;
	return 0;
}

static int load(struct filling *f, struct error *err)
{
	struct service *s = service_of(f->rq);
	struct arena *a = f->rq->arena;
	int64_t user_id = f->rq->caller.user_id;
	int64_t *ids = ARENA_ARRAY(a, f->n, int64_t);
	size_t n;

	if (load_entries(f, err) < 0)
		return -1;
	if (convs_of(f, INBOX_CHAT, ids) > 0 &&
	    db_snapshot(s->db, load_chats, f, err) < 0)
		return -1;
	n = convs_of(f, INBOX_CONVERSATION, ids);
	/* Entries show of others only what the user may see. */
	for (size_t i = 0; i < f->n; i++)
		if (shown_lowest(&f->entries[i]) || f->entries[i].edited_ms)
			ids[n++] = f->entries[i].conv_id;
	if (convset_load(&f->set, s->db, s->cache, a, user_id, ids, n, err) < 0)
		return -1;
	if (has_kind(f, INBOX_OWN_SETTINGS) &&
	    user_setting_get(s->db, a, user_id, &f->settings, err) < 0)
		return -1;
	return has_kind(f, INBOX_PROFILE)
		   ? inbox_caller_user(f->rq, &f->me, err)
		   : 0;
}

static void write_conversation(const struct filling *f, struct json_writer *w,
    const struct inbox_row *r, struct people *people)
{
	const struct conv *c = NULL;
	int64_t role = convset_role(&f->set, r->conv_id);

	/* A user who is not a member now learns that they were added or
	 * removed, but nothing of the conversation's present state. */
	if (role != 0)
		c = convset_conv(&f->set, r->conv_id);
	people_add(people, r->by_id);
	event_conversation(w, r->at_ms, r->conv_id, r->action, r->by_id, c,
	    role, convset_peer(&f->set, r->conv_id));
}

/* The lowest index that the user may see, where the entry refers to others. */
static int64_t floor_of(const struct filling *f, const struct entry *e)
{
	if (!shown_lowest(e))
		return 0;
	return personal_floor(personal_pick(f->own, f->n_own, e->conv_id),
	    convset_floor(&f->set, e->conv_id));
}

/* An inbox keeps what a member got before they left; what was written since is
 * not theirs. */
static int64_t kept_floor(const struct filling *f, const struct entry *e)
{
	return e->edited_ms ? convset_floor(&f->set, e->conv_id) : 0;
}

static bool is_seen(const struct filling *f, const struct entry *e)
{
	return e->msg_id != 0 &&
	       sight_of(e,
		   personal_floor(personal_pick(f->own, f->n_own, e->conv_id),
		       kept_floor(f, e))) != SIGHT_HIDDEN;
}

static void write_event(const struct filling *f, size_t i,
    struct json_writer *w, struct people *people)
{
	const struct inbox_row *r = &f->rows[i];
	const struct chat *chat;

	json_begin(w);
	switch (r->kind) {
	case INBOX_ENTRY:
		if (is_seen(f, &f->entries[i])) {
			event_entry(w, &f->entries[i],
			    floor_of(f, &f->entries[i]));
			people_add_entry(people, &f->entries[i]);
		} else {
			event_entry_gone(w, r->at_ms, r->conv_id);
		}
		break;
	case INBOX_CHAT:
		chat = chat_pick(f->chats, f->n_chats, r->conv_id);
		if (chat) {
			event_chat(w, r->at_ms, chat);
			break;
		}
		/* The entry is deleted: only its index is left. */
		event_entry_gone(w, r->at_ms, r->conv_id);
		break;
	case INBOX_CONVERSATION:
		write_conversation(f, w, r, people);
		break;
	case INBOX_PROFILE:
		event_profile(w, r->at_ms, &f->me);
		break;
	case INBOX_OWN_SETTINGS:
		event_settings(w, r, &f->settings);
		break;
	case INBOX_HIDDEN:
	case INBOX_STAR:
	case INBOX_REMINDER:
	case INBOX_SCHEDULED:
		event_own(w, r);
		break;
	case INBOX_CONTACT:
		event_contact(w, r);
		people_add(people, r->arg);
		break;
	default:
		BUG("inbox kind %" PRId64, r->kind);
	}
	json_put_int(w, "user_index", r->user_index);
	json_end(w);
}

int inbox_events_write(struct web_request *rq, struct inbox_seq *seq,
    const struct inbox_row *rows, size_t n, struct people *people,
    struct error *err)
{
	struct filling f = { .rq = rq,
		.rows = rows,
		.n = n,
		.has_personal = seq->has_personal != 0 };
	size_t i;

	if (n > 0 && load(&f, err) < 0)
		return -1;
	if (f.chats_head > seq->last_index)
		seq->last_index = f.chats_head;
	json_begin_list(rq->out);
	for (i = 0; i < n; i++)
		write_event(&f, i, rq->out, people);
	json_end_list(rq->out);
	return 0;
}
