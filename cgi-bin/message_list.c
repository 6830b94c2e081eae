#include "message_list.h"

#include <inttypes.h>

#include "args.h"
#include "im/conv/history.h"
#include "io/json_writer.h"
#include "service.h"
#include "view/people.h"
#include "view/shown.h"

const struct web_arg message_list_args[] = {
	ARG_LIMIT(struct message_list_args),
	ARG(WEB_QUERY, WEB_STR, "cursor", struct message_list_args, cursor,
	    .min = 1, .max = 64, .text = "`next` of the previous page."),
	ARG_USERS(struct message_list_args), WEB_ARGS_END
};

int message_list_after(struct str cursor, int64_t *ms, int64_t *msg_id,
    struct error *err)
{
	struct str id = cursor, time;

	if (!id.p)
		return 0;
	time = str_cut(&id, '.');
	if (str_to_int(time, ms) && str_to_id(id, msg_id))
		return 0;
	return err_field(err, ERR_INVALID_ARGUMENT, "cursor",
	    "not a cursor of this list");
}

static int load(struct web_request *rq, const struct message_list_item *items,
    size_t n, struct entry **entries_out, int64_t **floors_out,
    struct error *err)
{
	struct db *db = service_of(rq)->db;
	struct shown_for to = { .user_id = rq->caller.user_id };
	struct entry_ref *refs = ARENA_ARRAY(rq->arena, n, struct entry_ref);

	*entries_out = ARENA_ARRAY(rq->arena, n, struct entry);
	*floors_out = ARENA_ARRAY(rq->arena, n, int64_t);
	for (size_t i = 0; i < n; i++)
		refs[i] = items[i].at;
	if (history_load(db, rq->arena, rq->caller.app_id, to.user_id, refs, n,
		*entries_out, *floors_out, &to.hides, err) < 0)
		return -1;
	return shown_load(db, rq->arena, &to, *entries_out, n, err);
}

int message_list_end(struct web_request *rq, bool has_more, int64_t ms,
    int64_t msg_id, struct people *people, struct error *err)
{
	struct service *s = service_of(rq);
	struct json_writer *w = rq->out;

	json_end_list(w);
	if (has_more)
		json_put_str(w, "next",
		    arena_printf(rq->arena, "%" PRId64 ".%" PRId64, ms,
			msg_id));
	else
		json_put_null(w, "next");
	if (people_write(people, s->db, s->cache, w, err) < 0)
		return -1;
	json_end(w);
	return 0;
}

int message_list_answer(struct web_request *rq,
    const struct message_list_item *items, size_t n,
    bool (*put)(struct json_writer *w, const void *rows, size_t i,
	const struct entry *e, int64_t floor),
    const void *rows, struct error *err)
{
	const struct message_list_args *in = rq->args;
	struct people *people = people_new(rq->arena, in->users);
	size_t shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	struct json_writer *w = rq->out;
	struct entry *entries;
	int64_t *floors;

	if (load(rq, items, shown, &entries, &floors, err) < 0)
		return -1;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < shown; i++)
		if (entries[i].msg_id &&
		    put(w, rows, i, &entries[i], floors[i]))
			people_add_entry(people, &entries[i]);
	return message_list_end(rq, n > shown, shown ? items[shown - 1].ms : 0,
	    shown ? items[shown - 1].msg_id : 0, people, err);
}
