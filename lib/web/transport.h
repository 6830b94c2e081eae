/*
 * transport: what FastCGI, plain CGI and tests share to feed the pipeline.
 *
 * A worker is the memory that one thread reuses from request to request; it
 * belongs to that thread.  One request:
 *
 *	rq = web_worker_begin(&w);
 *	web_param(rq, STR("REQUEST_METHOD"), STR("GET")); ...
 *	rq->raw_body = up to web_body_room(rq) bytes;
 *	answer = web_worker_answer(&w);
 *	web_worker_end(&w);
 *
 * If rq->may_wait was set, the request of a WEB_HEAVY route may still wait for
 * its handler after web_worker_answer(): rq->waits is then true, the answer is
 * empty, and web_worker_resume() gives it, maybe on another thread.  The same
 * with rq->may_join and a route that does its work for several requests at
 * once: rq->joins is true as well, and together->work() comes first.
 *
 * Names and values of parameters are those of CGI (RFC 3875), borrowed until
 * web_worker_end().  IM_INTERNAL and IM_SESSION are trusted: code that makes
 * parameters from a client's headers must prefix their names with HTTP_, as CGI
 * requires.
 */
#ifndef WEB_TRANSPORT_H
#define WEB_TRANSPORT_H

#include "io/json_writer.h"
#include "web/web.h"

struct web_worker {
	const struct web_app *app;
	void *thread; /* returned by app->thread_new; NULL: waits for one */
	struct arena arena;
	struct buf body;   /* of the answer */
	struct buf answer; /* head and body */
	struct json_writer out;
	struct web_request rq;
};

void web_worker_init(struct web_worker *w, const struct web_app *app);
void web_worker_release(struct web_worker *w);
/*
 * The parts of web_worker_init(): the memory, and app->thread_new's object,
 * which may move to the memory of another request.
 */
void web_worker_init_bare(struct web_worker *w, const struct web_app *app);
void web_worker_start(struct web_worker *w);
void web_worker_move_thread(struct web_worker *from, struct web_worker *to);

struct web_request *web_worker_begin(struct web_worker *w);
/* Unknown parameters are ignored. */
void web_param(struct web_request *rq, struct str name, struct str value);
/* All variables of an environ(7). */
void web_params(struct web_request *rq, char *const env[]);
/*
 * How many bytes of the body the pipeline needs: 0 if there is no such route or
 * Content-Length is too large, and one more than the route accepts if there is
 * no Content-Length.
 */
size_t web_body_room(const struct web_request *rq);
/* Whom it may join, or NULL; known from the parameters. */
const struct web_together *web_together(const struct web_request *rq);
/* Runs the pipeline; the answer is valid until web_worker_end(). */
struct str web_worker_answer(struct web_worker *w);
/* refuse: BUSY instead of the handler. */
struct str web_worker_resume(struct web_worker *w, bool refuse);
void web_worker_end(struct web_worker *w);

/*
 * Answers one request from the environment and standard input to standard
 * output.
 */
int web_cgi_serve(const struct web_app *app);

/*
 * Serves FastCGI until SIGTERM or SIGINT, then answers what it has accepted.
 * On SIGHUP, and above [web] requests_max or rss_max_mib, the program restarts
 * itself with argv; connections wait meanwhile, none is refused.  Returns the
 * exit status.
 */
int web_fcgi_serve(const struct web_app *app, char *const argv[]);

/*
 * Blocks those signals, for web_fcgi_serve() to wait for.  Call it before
 * anything that may start a thread.
 */
void web_fcgi_block_signals(void);

/* Descriptor 0 is a listening socket. */
bool web_fcgi_is_passed(void);

#endif
