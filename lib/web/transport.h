/*
 * transport: what the ways into the pipeline share.
 *
 * A worker is the memory in which one thread answers request after request;
 * it belongs to that thread.  One round:
 *
 *	rq = web_worker_begin(&w);
 *	web_param(rq, STR("REQUEST_METHOD"), STR("GET")); ...
 *	rq->raw_body = up to web_body_room(rq) bytes;
 *	answer = web_worker_answer(&w);
 *	web_worker_end(&w);
 *
 * Names and values of parameters are those of CGI (RFC 3875), borrowed until
 * the end.  IM_INTERNAL and IM_SESSION are trusted: whoever fills parameters
 * from a client's headers must put HTTP_ before their names, as CGI demands.
 */
#ifndef WEB_TRANSPORT_H
#define WEB_TRANSPORT_H

#include "web/web.h"

struct web_worker {
	const struct web_app *app;
	void *thread; /* what app->thread_new gave */
	struct arena arena;
	struct buf body;   /* of the answer */
	struct buf answer; /* head and body */
	struct json_writer out;
	struct web_request rq;
};

void web_worker_init(struct web_worker *w, const struct web_app *app);
void web_worker_release(struct web_worker *w);

struct web_request *web_worker_begin(struct web_worker *w);
/* Parameters that mean nothing here are passed over. */
void web_param(struct web_request *rq, struct str name, struct str value);
/* All of an environ(7). */
void web_params(struct web_request *rq, char *const env[]);
/*
 * How many bytes of the body the pipeline will look at: 0 when there is no
 * such route or the body is announced as too large, and one more than the
 * route takes when its length was not announced.
 */
size_t web_body_room(const struct web_request *rq);
/* Runs the pipeline; the bytes live until web_worker_end(). */
struct str web_worker_answer(struct web_worker *w);
void web_worker_end(struct web_worker *w);

/* One request from environment and standard input; to standard output. */
int web_cgi_serve(const struct web_app *app);

/*
 * FastCGI until SIGTERM or SIGINT: then what was accepted is answered.
 * argv: what starts the program anew, on SIGHUP and when this process has
 * served or grown enough; connections wait meanwhile, none is refused.
 * Returns the exit status.
 */
int web_fcgi_serve(const struct web_app *app, char *const argv[]);

/*
 * Keeps those signals for web_fcgi_serve(): before anything that may start
 * a thread.
 */
void web_fcgi_block_signals(void);

/* Descriptor 0 is a socket that listens. */
bool web_fcgi_is_passed(void);

#endif
