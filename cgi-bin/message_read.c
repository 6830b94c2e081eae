#include "message_read.h"

#include "im/conv/entry.h"
#include "im/conv/history.h"
#include "im/conv/right.h"
#include "service.h"
#include "view/people.h"
#include "view/view.h"

/* The page that was asked for, as lo..hi within floor..head; empty when
 * lo > hi. */
static void page_bounds(const struct history_args *in, int64_t floor,
    int64_t head, int64_t *lo_out, int64_t *hi_out)
{
	int64_t lo, hi;

	if (in->has_after) {
		lo = in->after + 1;
		if (lo < floor)
			lo = floor;
		hi = lo + in->limit - 1;
	} else if (in->has_around) {
		lo = in->around - in->limit / 2;
		hi = lo + in->limit - 1;
	} else {
		hi = in->has_before && in->before <= head
			 ? in->before - 1
			 : head;
		lo = hi - in->limit + 1;
	}
	*lo_out = lo < floor ? floor : lo;
	*hi_out = hi > head ? head : hi;
}

static int check_one_bound(const struct history_args *in, struct error *err)
{
	if (in->has_before + in->has_after + in->has_around <= 1)
		return 0;
	return err_field(err, ERR_INVALID_ARGUMENT,
	    in->has_around ? "around" : "after",
	    "at most one of before, after and around");
}

int message_history(struct web_request *rq, struct error *err)
{
	const struct history_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct json_writer *w = rq->out;
	struct conv c;
	struct member me;
	struct entry *entries;
	int64_t lo, hi, floor;
	size_t n, i;

	if (check_one_bound(in, err) < 0 ||
	    member_get(s->db, rq->arena, rq->caller.app_id, in->conv_id,
		rq->caller.user_id, &c, &me, err) < 0)
		return -1;
	floor = right_floor(&c, &me);
	page_bounds(in, floor, c.last_index, &lo, &hi);
	if (entry_range(s->db, s->cache, rq->arena, in->conv_id, lo, hi,
		&entries, &n, err) < 0)
		return -1;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (i = 0; i < n; i++) {
		view_entry(w, &entries[i]);
		people_add_entry(people, &entries[i]);
	}
	json_end_list(w);
	json_put_int(w, "head", c.last_index);
	json_put_int(w, "floor", floor);
	json_put_bool(w, "has_before",
	    (n > 0 ? lo : hi + 1) > floor && c.last_index >= floor);
	json_put_bool(w, "has_after", (n > 0 ? hi : lo - 1) < c.last_index);
	if (people_write(people, s->db, s->cache, w, err) < 0)
		return -1;
	json_end(w);
	return 0;
}

int message_get(struct web_request *rq, struct error *err)
{
	const struct get_args *in = rq->args;
	struct entry e;

	if (history_get(service_of(rq)->db, rq->arena, rq->caller.app_id,
		rq->caller.user_id, in->msg_id, &e, err) < 0)
		return -1;
	view_entry(rq->out, &e);
	return 0;
}
