/* Searching for messages. */
#include "search.h"

#include "args.h"
#include "base/log.h"
#include "base/stat.h"
#include "im/site/health.h"
#include "io/bus_wake.h"
#include "io/json_writer.h"
#include "search_index.h"
#include "view/message_text.h"
#include "view/people.h"
#include "view/shown.h"
#include "view/view.h"

#define QUERY_MAX 256  /* characters */
#define LOADS_MAX 1000 /* messages that one request reads */

struct find_args {
	struct str q, cursor;
	int64_t conv_id, sender_id, type, from_at, to_at, limit;
	bool has_to, users;
};

static const struct web_arg find_args[] = {
	ARG(WEB_QUERY, WEB_CHARS, "q", struct find_args, q, .min = 1,
	    .max = QUERY_MAX, .flags = WEB_REQUIRED,
	    .text = "All words must be there, the last one as the beginning "
		    "of one; \"...\" is a phrase. Case, accents and widths do "
		    "not matter."),
	ARG(WEB_QUERY, WEB_ID, "conv_id", struct find_args, conv_id,
	    .text = "Only this conversation."),
	ARG(WEB_QUERY, WEB_ID, "sender_id", struct find_args, sender_id,
	    .text = "Only what this user has sent."),
	ARG(WEB_QUERY, WEB_ENUM, "type", struct find_args, type,
	    .set = MESSAGE_TYPES, .text = "Only messages of this type."),
	ARG(WEB_QUERY, WEB_INT, "from_at", struct find_args, from_at, .min = 0,
	    .max = INDEX_MAX, .text = "Only what was sent then or later."),
	ARG_HAS(WEB_QUERY, WEB_INT, "to_at", struct find_args, to_at, has_to,
	    .min = 0, .max = INDEX_MAX,
	    .text = "Only what was sent then or earlier."),
	ARG(WEB_QUERY, WEB_STR, "cursor", struct find_args, cursor, .min = 1,
	    .max = 1200, .text = "`next` of the previous page."),
	ARG_LIMIT(struct find_args), ARG_USERS(struct find_args), WEB_ARGS_END
};

struct item {
	struct entry e;
	int64_t floor;
	struct terms_span *spans;
	size_t n_spans;
};

struct finding {
	struct web_request *rq;
	struct service *s;
	struct search_index *x;
	struct search_filter filter;
	struct terms_query q;
	struct found_chat *chats;
	size_t n_chats;
	struct item *items; /* limit + 1 */
	size_t n, loads;
	bool more;
	bool hides; /* shown_for */
	struct str next;
	int64_t indexed_ms;
};

/* ---- what is searched ---- */

static int load_chats(struct finding *f, struct error *err)
{
	const struct find_args *in = f->rq->args;
	const struct web_caller *me = &f->rq->caller;
	int rc;

	if (!in->conv_id)
		return found_chats(f->s->db, f->rq->arena, me->user_id,
		    &f->chats, &f->n_chats, err);
	f->chats = ARENA_NEW(f->rq->arena, struct found_chat);
	rc = found_chat(f->s->db, f->rq->arena, me->app_id, me->user_id,
	    in->conv_id, f->chats, err);
	f->n_chats = rc > 0;
	return rc < 0 ? -1 : 0;
}

/*
 * Everything that was sent until then is in the index: before it was looked
 * at, that is, and what was not, was sent later.  Whoever has been added to a
 * conversation a moment ago has no chat yet, so fan-out counts, too.
 */
static int find_moment(struct finding *f, int64_t now_ms, int64_t lag_ms,
    const struct entry_ref *due, size_t n_due, struct error *err)
{
	int64_t ms;

	f->indexed_ms = now_ms - lag_ms;
	if (found_oldest_ms(f->s->db, f->rq->arena, due, n_due, &ms, err) < 0)
		return -1;
	if (ms - 1 < f->indexed_ms)
		f->indexed_ms = ms - 1;
	ms = search_index_built_until(f->x);
	if (ms < f->indexed_ms)
		f->indexed_ms = ms;
	if (n_due)
		bus_wake("search");
	return 0;
}

static int begin(struct finding *f, struct error *err)
{
	const struct find_args *in = f->rq->args;
	struct arena *a = f->rq->arena;
	struct search_filter *filter = &f->filter;
	int64_t lag_ms = 0;
	struct entry_ref *due;
	size_t n_due;

	*filter = (struct search_filter){ .sender_id = in->sender_id,
		.type = in->type,
		.from_ms = in->from_at,
		.to_ms = in->has_to ? in->to_at : INT64_MAX };
	terms_query_read(a, in->q, &f->q);
	if (db_now_ms(f->s->db, &filter->now_ms, err) < 0 ||
	    health_fanout_lag(f->s->db, a, &lag_ms, err) < 0 ||
	    load_chats(f, err) < 0)
		return -1;
	f->x = search_index_open(f->s, a, err);
	if (!f->x)
		return -1;
	filter->chats = f->chats;
	filter->n_chats = f->n_chats;
	if (search_index_begin(f->x, a, &f->q, filter, in->cursor, &due, &n_due,
		err) < 0)
		return -1;
	return find_moment(f, filter->now_ms, lag_ms, due, n_due, err);
}

/* ---- what is found ---- */

/* As the message is now, which may be another than the index knows. */
static bool take(struct finding *f, const struct search_hit *h,
    const struct entry *e, int64_t floor)
{
	struct item *item = &f->items[f->n];
	struct terms t;
	bool shows;

	if (!e->msg_id || !search_index_is_behind(f->x, h, e->msg_id))
		return false;
	shows = message_terms(f->rq->arena, e, &t);
	*item = (struct item){ .e = *e, .floor = floor };
	if (!terms_query_match(f->rq->arena, &f->q, &t, &item->spans,
		&item->n_spans))
		return false;
	if (!shows)
		item->n_spans = 0;
	return true;
}

/* False: the page is full, and this one is beyond it. */
static bool take_all(struct finding *f, const struct search_hit *hits,
    const struct entry *entries, const int64_t *floors, size_t n)
{
	const struct find_args *in = f->rq->args;

	for (size_t i = 0; i < n; i++) {
		bool seen = take(f, &hits[i], &entries[i], floors[i]);

		if (seen && f->n == (size_t)in->limit)
			return false;
		search_index_done(f->x, &hits[i], entries[i].msg_id, seen);
		f->n += seen;
		stat_add(seen ? STAT_SEARCH_HITS : STAT_SEARCH_UNSEEN, 1);
	}
	return true;
}

static int find(struct finding *f, struct error *err)
{
	const struct find_args *in = f->rq->args;
	const struct web_caller *me = &f->rq->caller;
	struct arena *a = f->rq->arena;
	size_t n;

	f->items = ARENA_ARRAY(a, in->limit + 1, struct item);
	for (;;) {
		size_t want = (size_t)in->limit + 1 - f->n;
		struct search_hit *hits = ARENA_ARRAY(a, want,
		    struct search_hit);
		struct entry_ref *refs = ARENA_ARRAY(a, want, struct entry_ref);
		struct entry *entries = ARENA_ARRAY(a, want, struct entry);
		int64_t *floors = ARENA_ARRAY(a, want, int64_t);
		bool hides;

		if (search_index_next(f->x, a, want, hits, &n, err) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			refs[i] = hits[i].ref;
		if (found_load(f->s->db, a, me->app_id, me->user_id, refs, n,
			entries, floors, &hides, err) < 0)
			return -1;
		f->hides |= hides;
		f->loads += n;
		if (!take_all(f, hits, entries, floors, n)) {
			f->next = search_index_cursor(f->x, a, false);
			return 0;
		}
		if (n < want && !search_index_is_tired(f->x))
			return 0;
		if (n < want || f->loads >= LOADS_MAX)
			break;
	}
	stat_add(STAT_SEARCH_SHORT, 1);
	f->next = search_index_cursor(f->x, a, true);
	return 0;
}

/* ---- the answer ---- */

static void write_item(struct json_writer *w, const struct item *item)
{
	json_begin(w);
	json_key(w, "entry");
	view_entry(w, &item->e, item->floor);
	json_key(w, "highlights");
	json_begin_list(w);
	for (size_t i = 0; i < item->n_spans; i++) {
		json_begin(w);
		json_put_int(w, "start", item->spans[i].start);
		json_put_int(w, "end", item->spans[i].end);
		json_end(w);
	}
	json_end_list(w);
	json_end(w);
}

static int load_shown(struct finding *f, struct error *err)
{
	struct entry *list = ARENA_ARRAY(f->rq->arena, f->n, struct entry);
	const struct shown_for to = { .user_id = f->rq->caller.user_id,
		.hides = f->hides };

	for (size_t i = 0; i < f->n; i++)
		list[i] = f->items[i].e;
	if (shown_load(f->s->db, f->rq->arena, &to, list, f->n, err) < 0)
		return -1;
	for (size_t i = 0; i < f->n; i++)
		f->items[i].e = list[i];
	return 0;
}

static int search_messages(struct web_request *rq, struct error *err)
{
	const struct find_args *in = rq->args;
	struct finding f = { .rq = rq, .s = service_of(rq) };
	struct people *people = people_new(rq->arena, in->users);
	struct json_writer *w = rq->out;

	stat_add(STAT_SEARCH_QUERIES, 1);
	if (begin(&f, err) < 0 || find(&f, err) < 0 || load_shown(&f, err) < 0)
		return -1;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < f.n; i++) {
		write_item(w, &f.items[i]);
		people_add_entry(people, &f.items[i].e);
	}
	json_end_list(w);
	if (f.next.p)
		json_put_str(w, "next", f.next);
	else
		json_put_null(w, "next");
	json_put_int(w, "indexed_to_at", f.indexed_ms < 0 ? 0 : f.indexed_ms);
	if (people_write(people, f.s->db, f.s->cache, w, err) < 0)
		return -1;
	json_end(w);
	return 0;
}

const struct web_route search_message_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/search",
	    .name = "search.messages",
	    .summary = "Search my messages.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = find_args,
	    .args_size = sizeof(struct find_args),
	    .handle = search_messages,
	},
	WEB_ROUTES_END,
};
