/* Reading the log: pages of history, single messages. */
#include "message.h"

#include "args.h"
#include "im/conv/history.h"
#include "im/conv/page.h"
#include "im/conv/reader.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/people.h"
#include "view/shown.h"
#include "view/view.h"

/* ---- message.history ---- */

struct history_args {
	int64_t conv_id;
	bool has_before, has_after, has_around;
	int64_t before, after, around, limit;
	bool users;
};

static const struct web_arg history_args[] = { ARG_CONV_ID(struct history_args),
	ARG_HAS(WEB_QUERY, WEB_INT, "before", struct history_args, before,
	    has_before, .min = 0, .max = INDEX_MAX,
	    .text = "Entries below this index."),
	ARG_HAS(WEB_QUERY, WEB_INT, "after", struct history_args, after,
	    has_after, .min = 0, .max = INDEX_MAX,
	    .text = "Entries above this index."),
	ARG_HAS(WEB_QUERY, WEB_INT, "around", struct history_args, around,
	    has_around, .min = 0, .max = INDEX_MAX,
	    .text = "Entries around this index."),
	ARG_LIMIT(struct history_args), ARG_USERS(struct history_args),
	WEB_ARGS_END };

/*
 * The requested page as lo..hi within floor..last_index; empty if lo > hi.
 * False: the end of the log cuts it short, or it is the newest page.
 */
static bool page_bounds(const struct history_args *in, const struct reader *r,
    int64_t *lo_out, int64_t *hi_out)
{
	int64_t lo, hi, head = r->last_index;

	if (in->has_after) {
		lo = in->after + 1;
		if (lo < r->floor)
			lo = r->floor;
		hi = lo + in->limit - 1;
	} else if (in->has_around) {
		lo = in->around - in->limit / 2;
		hi = lo + in->limit - 1;
	} else {
		hi = in->has_before ? in->before - 1 : INT64_MAX;
		lo = (hi > head ? head : hi) - in->limit + 1;
	}
	*lo_out = lo < r->floor ? r->floor : lo;
	*hi_out = hi > head ? head : hi;
	return hi <= head;
}

/* A kept copy may not know the end of the log: see im/conv/reader.h. */
static int find_page(struct web_request *rq, struct reader *r, int64_t *lo_out,
    int64_t *hi_out, struct error *err)
{
	const struct history_args *in = rq->args;
	const struct reader_key key = { rq->caller.app_id, in->conv_id,
		rq->caller.user_id };
	struct service *s = service_of(rq);

	if (reader_find_kept(s->db, s->cache, rq->arena, &key, r) &&
	    page_bounds(in, r, lo_out, hi_out))
		return 0;
	if (reader_get(s->db, s->cache, rq->arena, &key, r, err) < 0)
		return -1;
	page_bounds(in, r, lo_out, hi_out);
	return 0;
}

static int check_one_bound(const struct history_args *in, struct error *err)
{
	if (in->has_before + in->has_after + in->has_around <= 1)
		return 0;
	return err_field(err, ERR_INVALID_ARGUMENT,
	    in->has_around ? "around" : "after",
	    "at most one of before, after and around");
}

static int message_history(struct web_request *rq, struct error *err)
{
	const struct history_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct json_writer *w = rq->out;
	struct reader r;
	struct entry *entries;
	int64_t lo, hi;
	size_t n, i;

	if (check_one_bound(in, err) < 0 ||
	    find_page(rq, &r, &lo, &hi, err) < 0 ||
	    page_read(s->db, s->cache, rq->arena, &r, lo, hi, &entries, &n,
		err) < 0 ||
	    shown_load(s->db, rq->arena,
		&(struct shown_for){ .user_id = rq->caller.user_id,
		    .hides = r.has_hidden != 0 },
		entries, n, err) < 0)
		return -1;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (i = 0; i < n; i++) {
		view_entry(w, &entries[i], r.floor);
		people_add_entry(people, &entries[i]);
	}
	json_end_list(w);
	json_put_int(w, "head", r.last_index);
	json_put_int(w, "floor", r.floor);
	json_put_bool(w, "has_before",
	    (n > 0 ? lo : hi + 1) > r.floor && r.last_index >= r.floor);
	json_put_bool(w, "has_after", (n > 0 ? hi : lo - 1) < r.last_index);
	if (people_write(people, s->db, s->cache, w, err) < 0)
		return -1;
	json_end(w);
	return 0;
}

/* ---- message.get ---- */

struct get_args {
	int64_t msg_id;
};

static const struct web_arg get_args[] = {
	ARG(WEB_PATH, WEB_ID, "msg_id", struct get_args, msg_id,
	    .flags = WEB_REQUIRED, .text = "The message."),
	WEB_ARGS_END
};

static int message_get(struct web_request *rq, struct error *err)
{
	const struct get_args *in = rq->args;
	struct db *db = service_of(rq)->db;
	struct entry e;
	struct reader r;

	if (history_read(db, rq->arena, rq->caller.app_id, rq->caller.user_id,
		in->msg_id, &e, &r, err) < 0 ||
	    shown_load(db, rq->arena,
		&(struct shown_for){ .user_id = rq->caller.user_id,
		    .hides = r.has_hidden != 0 },
		&e, 1, err) < 0)
		return -1;
	view_entry(rq->out, &e, r.floor);
	return 0;
}

const struct web_route message_read_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/conversations/{id}/messages",
	    .name = "message.history",
	    .summary = "Read the log of a conversation.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .flags = WEB_QUIET,
	    .args = history_args,
	    .args_size = sizeof(struct history_args),
	    .handle = message_history,
	},
	{
	    .method = "GET",
	    .path = "/v1/messages/{msg_id}",
	    .name = "message.get",
	    .summary = "Read one message.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = get_args,
	    .args_size = sizeof(struct get_args),
	    .handle = message_get,
	},
	WEB_ROUTES_END,
};
