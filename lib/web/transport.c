#include "web/transport.h"

#include "web/reply.h"
#include "web/route.h"

/* Bytes of a buffer that a thread keeps between requests. */
#define KEEP_LEN (64 * 1024)

void web_worker_init_bare(struct web_worker *w, const struct web_app *app)
{
	*w = (struct web_worker){ .app = app };
	arena_init(&w->arena);
	buf_init(&w->body);
	buf_init(&w->answer);
}

void web_worker_start(struct web_worker *w)
{
	if (w->app->thread_new)
		w->thread = w->app->thread_new();
}

void web_worker_init(struct web_worker *w, const struct web_app *app)
{
	web_worker_init_bare(w, app);
	web_worker_start(w);
}

void web_worker_release(struct web_worker *w)
{
	arena_release(&w->arena);
	buf_release(&w->body);
	buf_release(&w->answer);
	if (w->app->thread_free && w->thread)
		w->app->thread_free(w->thread);
	w->thread = NULL;
}

void web_worker_move_thread(struct web_worker *from, struct web_worker *to)
{
	to->thread = to->rq.thread = from->thread;
	from->thread = from->rq.thread = NULL;
}

struct web_request *web_worker_begin(struct web_worker *w)
{
	w->rq = (struct web_request){
		.app = w->app,
		.arena = &w->arena,
		.thread = w->thread,
		.out = &w->out,
		.buf = &w->body,
		.content_length = -1,
	};
	return &w->rq;
}

struct str web_worker_answer(struct web_worker *w)
{
	struct web_request *rq = &w->rq;

	web_handle(w->app, rq);
	buf_clear(&w->answer);
	if (!rq->waits)
		web_reply_render(rq, &w->answer);
	return buf_view(&w->answer);
}

struct str web_worker_resume(struct web_worker *w, bool refuse)
{
	web_resume(&w->rq, refuse);
	web_reply_render(&w->rq, &w->answer);
	return buf_view(&w->answer);
}

void web_worker_end(struct web_worker *w)
{
	buf_clear(&w->body);
	buf_clear(&w->answer);
	buf_shrink(&w->body, KEEP_LEN);
	buf_shrink(&w->answer, KEEP_LEN);
	arena_rewind(&w->arena);
}

/* Splits the target as sent (RFC 9112 section 3.2.1). */
static void put_target(struct web_request *rq, struct str target)
{
	rq->path = str_cut(&target, '?');
	if (target.p)
		rq->query = target;
}

/* An invalid length is ignored; the body itself is then measured. */
static void put_length(struct web_request *rq, struct str text)
{
	if (!str_to_int(text, &rq->content_length) || rq->content_length < 0)
		rq->content_length = -1;
}

static bool is_of_client(struct str name)
{
	return str_starts(name, "HTTP_") || str_is(name, "REQUEST_URI");
}

void web_param(struct web_request *rq, struct str name, struct str v)
{
	const struct {
		const char *name;
		struct str *dst;
	} texts[] = {
		{ "REQUEST_METHOD", &rq->method },
		{ "CONTENT_TYPE", &rq->content_type },
		{ "HTTP_AUTHORIZATION", &rq->authorization },
		{ "HTTP_IM_ACT_AS", &rq->act_as },
		{ "HTTP_IDEMPOTENCY_KEY", &rq->idempotency_key },
		{ "HTTP_IF_MATCH", &rq->if_match },
		{ "HTTP_ORIGIN", &rq->origin },
		{ "HTTP_HOST", &rq->host },
		{ "HTTP_ACCEPT_ENCODING", &rq->accept_encoding },
		{ "HTTP_X_REQUEST_ID", &rq->request_id },
		{ "HTTP_ACCESS_CONTROL_REQUEST_METHOD", &rq->cors_method },
		{ "REMOTE_ADDR", &rq->remote_addr },
	};

	if (v.len > rq->longest && is_of_client(name))
		rq->longest = v.len;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (str_is(name, texts[i].name)) {
			*texts[i].dst = v;
			return;
		}
	}
	if (str_is(name, "REQUEST_URI"))
		put_target(rq, v);
	else if (str_is(name, "PATH_INFO") && !rq->path.p)
		rq->path = v;
	else if (str_is(name, "QUERY_STRING") && !rq->query.p)
		rq->query = v;
	else if (str_is(name, "CONTENT_LENGTH"))
		put_length(rq, v);
	else if (str_is(name, "IM_INTERNAL"))
		rq->internal = str_is(v, "1");
	else if (str_is(name, "IM_SESSION"))
		str_to_id(v, &rq->gateway_session);
}

void web_params(struct web_request *rq, char *const env[])
{
	for (; *env; env++) {
		struct str value = str_of(*env), name = str_cut(&value, '=');

		if (value.p)
			web_param(rq, name, value);
	}
}

const struct web_together *web_together(const struct web_request *rq)
{
	struct web_match match;

	web_route_find(rq, &match);
	return match.route ? match.route->together : NULL;
}

size_t web_body_room(const struct web_request *rq)
{
	struct web_match match;
	size_t max;

	web_route_find(rq, &match);
	if (!match.route || !web_route_takes_body(match.route))
		return 0;
	max = web_route_body_max(match.route);
	if (rq->content_length < 0)
		return max + 1;
	if ((uint64_t)rq->content_length > max)
		return 0;
	return (size_t)rq->content_length;
}
