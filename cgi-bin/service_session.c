#include "service.h"

#include "base/crypto.h"
#include "io/json_writer.h"
#include "view/session.h"
#include "view/view.h"

struct replaced {
	struct publisher p;
	int64_t user_id;
	struct session_ended *ended;
	size_t n;
};

static void tell(void *arg)
{
	const struct replaced *r = arg;

	publish_sessions_ended(&r->p, r->user_id, r->ended, r->n);
}

static int open_session(struct web_request *rq, const struct app *app,
    const struct user *u, struct session *session, struct str token,
    struct error *err)
{
	struct replaced *r = ARENA_NEW(rq->arena, struct replaced);

	r->p = service_publisher(rq);
	r->user_id = session->user_id = u->user_id;
	session->app_id = app->app_id;
	if (session_create(r->p.db, r->p.cache, rq->arena, session, token,
		app->login_policy, &r->ended, &r->n, err) < 0)
		return -1;
	db_after_commit(r->p.db, rq->arena, tell, r);
	return 0;
}

int service_log_in(struct web_request *rq, const struct app *app,
    const struct user *u, struct session *session, struct error *err)
{
	struct json_writer *w = rq->out;
	struct str token = crypto_token(rq->arena, SESSION_TOKEN_PREFIX);
	struct inbox_seq seq = { .stream_id = 0 };

	if (open_session(rq, app, u, session, token, err) < 0 ||
	    inbox_seq_get(service_of(rq)->db, rq->arena, u->user_id, &seq,
		err) < 0)
		return -1;
	web_created(rq);
	json_begin(w);
	json_put_str(w, "token", token);
	json_key(w, "user");
	view_user(w, u);
	json_key(w, "session");
	view_session(w, session, true);
	json_put_id(w, "stream_id", seq.stream_id);
	json_put_int(w, "user_index", seq.last_index);
	json_end(w);
	return 0;
}

int service_end_sessions(struct web_request *rq, int64_t user_id,
    struct error *err)
{
	const struct publisher p = service_publisher(rq);
	struct session_ended *ended;
	size_t n;

	if (session_end_all(p.db, p.cache, rq->arena, user_id, 0,
		SESSION_KICKED, &ended, &n, err) < 0)
		return -1;
	publish_sessions_ended(&p, user_id, ended, n);
	return 0;
}
