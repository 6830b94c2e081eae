/* Cold start: the first page of chats and the head to continue from. */
#include "inbox.h"

#include "args.h"
#include "im/user/badge.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/chatlist.h"
#include "view/view.h"

struct sync_args {
	int64_t limit;
	bool users;
};

static const struct web_arg sync_args[] = { ARG_LIMIT(struct sync_args),
	ARG_USERS(struct sync_args), WEB_ARGS_END };

/*
 * In a snapshot: the head of the inbox and the chats are consistent, so
 * applying the inbox after user_index counts nothing twice.
 */
static int sync_tx(struct db *db, void *arg, struct error *err)
{
	struct web_request *rq = arg;
	const struct sync_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct json_writer *w = rq->out;
	struct chat_query q = {
		.user_id = rq->caller.user_id,
		.limit = in->limit,
	};
	struct inbox_seq seq;
	struct user_setting settings;
	struct user me;

	/* Runs again if the connection was lost. */
	buf_clear(rq->buf);
	json_writer_init(w, rq->buf);
	if (inbox_caller_seq(rq, &seq, err) < 0 ||
	    inbox_caller_user(rq, &me, err) < 0 ||
	    user_setting_get(db, rq->arena, me.user_id, &settings, err) < 0)
		return -1;
	json_begin(w);
	if (inbox_head_put(rq, &seq, err) < 0)
		return -1;
	json_key(w, "user");
	view_user(w, &me);
	json_key(w, "settings");
	view_settings(w, &settings);
	json_key(w, "conversations");
	json_begin(w);
	if (chatlist_write(db, s->cache, rq->arena, &q, w, people, err) < 0)
		return -1;
	json_end(w);
	if (people_write(people, db, s->cache, w, err) < 0)
		return -1;
	json_end(w);
	return 0;
}

/* The sum of unread messages is brought up to date outside of the snapshot,
 * where it can be stored. */
static int inbox_sync(struct web_request *rq, struct error *err)
{
	struct service *s = service_of(rq);
	struct inbox_seq seq;
	int64_t total;

	if (inbox_caller_seq(rq, &seq, err) < 0 ||
	    badge_total(s->db, s->cache, rq->arena, seq.user_id, seq.last_index,
		&total, err) < 0)
		return -1;
	return db_snapshot(s->db, sync_tx, rq, err);
}

const struct web_route inbox_sync_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/sync",
	    .name = "inbox.sync",
	    .summary = "Cold start.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = sync_args,
	    .args_size = sizeof(struct sync_args),
	    .handle = inbox_sync,
	},
	WEB_ROUTES_END,
};
