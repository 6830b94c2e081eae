#include "user_session.h"

#include "im/user/ticket.h"
#include "service.h"
#include "view/session.h"

int user_sessions(struct web_request *rq, struct error *err)
{
	const struct session_list_args *in = rq->args;
	struct json_writer *w = rq->out;
	struct session *rows;
	size_t n, shown;

	/* One more than the page says whether there is another one. */
	if (session_list(service_of(rq)->db, rq->arena, rq->caller.user_id,
		in->cursor, in->limit + 1, &rows, &n, err) < 0)
		return -1;
	shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < shown; i++)
		view_session(w, &rows[i],
		    rows[i].session_id == rq->caller.session_id);
	json_end_list(w);
	if (n > shown)
		json_put_id(w, "next", rows[shown - 1].session_id);
	else
		json_put_null(w, "next");
	json_end(w);
	return 0;
}

static int need_session(struct web_request *rq, struct error *err)
{
	if (rq->caller.session_id)
		return 0;
	return err_set(err, ERR_NOT_FOUND, "an app key has no session");
}

int user_session_current(struct web_request *rq, struct error *err)
{
	struct session s;

	if (need_session(rq, err) < 0 ||
	    session_get(service_of(rq)->db, rq->arena, rq->caller.user_id,
		rq->caller.session_id, &s, err) < 0)
		return -1;
	view_session(rq->out, &s, true);
	return 0;
}

static int end(struct web_request *rq, int64_t session_id,
    enum session_end reason, struct error *err)
{
	struct service *s = service_of(rq);
	struct session_ended ended = { session_id, reason };
	int now = session_end(s->db, s->cache, rq->arena, rq->caller.user_id,
	    session_id, reason, err);

	if (now < 0)
		return -1;
	if (now)
		service_sessions_ended(rq, rq->caller.user_id, &ended, 1);
	web_no_content(rq);
	return 0;
}

int user_session_end(struct web_request *rq, struct error *err)
{
	const struct session_args *in = rq->args;

	return end(rq, in->session_id, SESSION_KICKED, err);
}

int user_session_end_current(struct web_request *rq, struct error *err)
{
	if (need_session(rq, err) < 0)
		return -1;
	return end(rq, rq->caller.session_id, SESSION_LOGGED_OUT, err);
}

int user_ticket(struct web_request *rq, struct error *err)
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

/* ---- live ---- */

/* A page of the server itself: "http://HOST" or "https://HOST". */
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
		return err_set(err, ERR_UNAUTHENTICATED,
		    "no session that lives");
	return found < 0 ? -1 : 0;
}

int user_live_open(struct web_request *rq, struct error *err)
{
	const struct live_open_args *in = rq->args;
	struct service *s = service_of(rq);
	struct json_writer *w = rq->out;
	struct session session;
	struct inbox_seq seq = { 0 };
	int64_t total;

	if (find_session(rq, &session, err) < 0 ||
	    inbox_seq_get(s->db, rq->arena, session.user_id, &seq, err) < 0 ||
	    inbox_total_unread(s->db, s->cache, rq->arena, session.user_id,
		seq.last_index, &total, err) < 0)
		return -1;
	session_touch(s->db, s->cache, rq->arena, &session, service_ip(rq));
	rq->caller.app_id = session.app_id;
	json_begin(w);
	json_put_id(w, "session_id", session.session_id);
	json_put_id(w, "user_id", session.user_id);
	json_put_id(w, "app_id", session.app_id);
	json_put_str(w, "device_id", session.device_id);
	json_put_cstr(w, "platform", session_platform_name(session.platform));
	json_put_int(w, "expires_at", session.expires_ms);
	json_put_id(w, "stream_id", seq.stream_id);
	json_put_int(w, "user_index", seq.last_index);
	json_put_int(w, "total_unread", total);
	json_put_bool(w, "origin_allowed",
	    !in->origin.p || is_own(in->origin, in->host) ||
		service_origin_allowed(rq, in->origin));
	json_end(w);
	return 0;
}
