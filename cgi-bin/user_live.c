/* Tickets, and the authentication of live connections. */
#include "user.h"

#include "args.h"
#include "im/user/badge.h"
#include "base/ids.h"
#include "im/user/block.h"
#include "im/user/ticket.h"
#include "im/user/user_setting.h"
#include "io/db_clock.h"
#include "io/json_writer.h"
#include "service.h"
#include "view/chatlist.h"

/* ---- ticket.create ---- */

static int user_ticket(struct web_request *rq, struct error *err)
{
	struct json_writer *w = rq->out;
	struct str ticket;
	int64_t expires_ms;

	if (!rq->caller.session_id)
		return err_set(err, ERR_FORBIDDEN,
		    "tickets belong to sessions, not to app keys");
	if (ticket_create(service_of(rq)->db, rq->arena, rq->caller.session_id,
		&ticket, &expires_ms, err) < 0)
		return -1;
	web_created(rq);
	json_begin(w);
	json_put_str(w, "ticket", ticket);
	json_put_int(w, "expires_at", expires_ms);
	json_end(w);
	return 0;
}

/* ---- user.live_open: for im-live: the user of a new connection ---- */

struct live_open_args {
	struct str ticket, origin, host;
};

static const struct web_arg live_open_args[] = {
	ARG(WEB_BODY, WEB_STR, "ticket", struct live_open_args, ticket,
	    .min = 0, .max = 4096, .text = "Instead of Authorization."),
	ARG(WEB_BODY, WEB_STR, "origin", struct live_open_args, origin,
	    .min = 0, .max = 4096, .text = "The page that connects."),
	ARG(WEB_BODY, WEB_STR, "host", struct live_open_args, host, .min = 0,
	    .max = 4096, .text = "The server as the page names it."),
	WEB_ARGS_END
};

/* Same origin: "http://HOST" or "https://HOST". */
static bool is_own(struct str origin, struct str host)
{
	struct str rest = origin, scheme = str_cut(&rest, ':');

	return host.len && rest.len == host.len + 2 &&
	       (str_is(scheme, "http") || str_is(scheme, "https")) &&
	       str_starts(rest, "//") && !memcmp(rest.p + 2, host.p, host.len);
}

static int find_session(struct web_request *rq, struct session *out,
    struct error *err)
{
	const struct live_open_args *in = rq->args;
	struct service *s = service_of(rq);
	int64_t session_id = rq->caller.session_id;
	int found = 1;

	if (!session_id && in->ticket.p)
		found = ticket_check(s->db, rq->arena, in->ticket, &session_id,
		    err);
	if (found > 0)
		found = session_by_id(s->db, s->cache, rq->arena, session_id,
		    out, err);
	if (found == 0)
		return err_set(err, ERR_UNAUTHENTICATED, "no active session");
	return found < 0 ? -1 : 0;
}

static int user_live_open(struct web_request *rq, struct error *err)
{
	const struct live_open_args *in = rq->args;
	struct service *s = service_of(rq);
	struct json_writer *w = rq->out;
	struct session session;
	struct inbox_seq seq = { 0 };
	struct user_setting own;
	int64_t total;
	struct chat_heads heads;

	if (find_session(rq, &session, err) < 0 ||
	    inbox_seq_get(s->db, rq->arena, session.user_id, &seq, err) < 0 ||
	    badge_total_heads(s->db, s->cache, rq->arena, session.user_id,
		seq.last_index, &total, &heads, err) < 0 ||
	    user_setting_get(s->db, rq->arena, session.user_id, &own, err) < 0)
		return -1;
	session_touch(s->db, s->cache, rq->arena, &session, service_ip(rq));
	rq->caller.app_id = session.app_id;
	json_begin(w);
	json_put_id(w, "session_id", session.session_id);
	json_put_id(w, "user_id", session.user_id);
	json_put_id(w, "app_id", session.app_id);
	json_put_str(w, "device_id", session.device_id);
	json_put_str(w, "platform",
	    str_word(SESSION_PLATFORMS, session.platform));
	json_put_int(w, "expires_at", session.expires_ms);
	json_put_int(w, "now", db_clock_ms(s->db));
	json_put_id(w, "stream_id", seq.stream_id);
	json_put_int(w, "user_index", seq.last_index);
	json_put_int(w, "total_unread", total);
	json_put_str(w, "last_seen", str_word(AUDIENCES, own.last_seen));
	json_put_bool(w, "read_receipts", own.read_receipts != 0);
	if (heads.n)
		chatlist_large(&heads, w);
	json_put_bool(w, "origin_allowed",
	    !in->origin.p || is_own(in->origin, in->host) ||
		service_origin_allowed(rq, in->origin));
	json_end(w);
	return 0;
}

/* ---- user.live_watch: for im-live: whose presence the caller may see ---- */

struct watch_args {
	struct web_ids ids;
};

static const struct web_arg watch_args[] = {
	ARG(WEB_QUERY, WEB_IDS, "ids", struct watch_args, ids, .min = 1,
	    .max = 200, .flags = WEB_REQUIRED, .text = "Whom to watch."),
	WEB_ARGS_END
};

static int user_live_watch(struct web_request *rq, struct error *err)
{
	const struct watch_args *in = rq->args;
	struct service *s = service_of(rq);
	int64_t *blockers;
	struct user *users;
	size_t n, n_blockers;

	if (user_load(s->db, s->cache, rq->arena, in->ids.v, in->ids.n, &users,
		&n, err) < 0 ||
	    block_by(s->db, rq->arena, in->ids.v, in->ids.n, rq->caller.user_id,
		&blockers, &n_blockers, err) < 0)
		return -1;
	json_begin(rq->out);
	json_key(rq->out, "items");
	json_begin_list(rq->out);
	for (size_t i = 0; i < n; i++) {
		if (users[i].app_id != rq->caller.app_id ||
		    ids_find(blockers, n_blockers, users[i].user_id) >= 0)
			continue;
		json_begin(rq->out);
		json_put_id(rq->out, "user_id", users[i].user_id);
		json_end(rq->out);
	}
	json_end_list(rq->out);
	json_end(rq->out);
	return 0;
}

const struct web_route user_live_routes[] = {
	{
	    .method = "POST",
	    .path = "/v1/tickets",
	    .name = "ticket.create",
	    .summary = "A ticket for live connections.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT,
	    .handle = user_ticket,
	},
	{
	    .method = "POST",
	    .path = "/internal/live/open",
	    .name = "user.live_open",
	    .summary = "Whose connection this is.",
	    .auth = WEB_AUTH_OPTIONAL,
	    .flags = WEB_INTERNAL | WEB_QUIET,
	    .args = live_open_args,
	    .args_size = sizeof(struct live_open_args),
	    .handle = user_live_open,
	},
	{
	    .method = "GET",
	    .path = "/internal/live/watch",
	    .name = "user.live_watch",
	    .summary = "Whose presence the caller may see.",
	    .auth = WEB_AUTH_USER,
	    .flags = WEB_INTERNAL | WEB_QUIET,
	    .args = watch_args,
	    .args_size = sizeof(struct watch_args),
	    .handle = user_live_watch,
	},
	WEB_ROUTES_END,
};
