/*
 * sample_call: sends one request to sample_app through the pipeline, in memory,
 * and parses the answer.
 */
#ifndef UNIT_SAMPLE_CALL_H
#define UNIT_SAMPLE_CALL_H

#include "base/crypto.h"
#include "base/log.h"
#include "sample_app.h"
#include "web/transport.h"

struct call {
	struct web_worker w;
	struct web_request *rq;
	int status;
	struct str head, body;
	json_t *json; /* of the body; NULL if it is not JSON */
};

static inline void call_init(struct call *c)
{
	*c = (struct call){ .status = 0 };
	crypto_init();
	log_init("test", LOG_ERROR);
	web_worker_init(&c->w, &sample_app);
	sample_calls = 0;
	sample_rate_is_used_up = false;
	memset(&sample_kept, 0, sizeof(sample_kept));
}

static inline void call_release(struct call *c)
{
	web_worker_release(&c->w);
}

/* As user 7; add further parameters with web_param(), then call_end(). */
static inline struct web_request *call_begin(struct call *c, const char *method,
    const char *target)
{
	web_worker_end(&c->w);
	c->rq = web_worker_begin(&c->w);
	web_param(c->rq, STR("REQUEST_METHOD"), str_of(method));
	web_param(c->rq, STR("REQUEST_URI"), str_of(target));
	web_param(c->rq, STR("HTTP_AUTHORIZATION"), STR("Bearer user"));
	return c->rq;
}

static inline void call_body(struct call *c, const char *text)
{
	web_param(c->rq, STR("CONTENT_TYPE"), STR("application/json"));
	c->rq->raw_body = str_of(text);
}

static inline int call_end(struct call *c)
{
	struct str answer = web_worker_answer(&c->w), text;
	const char *end = strstr(answer.p, "\r\n\r\n");
	struct error err;

	c->status = c->rq->status;
	c->head = (struct str){ answer.p, (size_t)(end + 2 - answer.p) };
	c->body = (struct str){ end + 4,
		answer.len - (size_t)(end + 4 - answer.p) };
	c->json = NULL;
	text = c->body;
	if (text.len && json_parse(&c->w.arena, text, false, &c->json, &err))
		c->json = NULL;
	return c->status;
}

/* begin and end, for requests without further parameters. */
static inline int call(struct call *c, const char *method, const char *target,
    const char *body)
{
	call_begin(c, method, target);
	if (body)
		call_body(c, body);
	return call_end(c);
}

/* A header's value; NULL if there is none; fails if it is repeated. */
static inline const char *call_header(struct call *c, const char *name)
{
	struct str rest = c->head;
	const char *found = NULL;

	while (rest.len) {
		struct str value = str_cut(&rest, '\n');
		struct str n = str_cut(&value, ':');

		if (!str_is(n, name))
			continue;
		if (found)
			return "(twice)";
		found = arena_str(&c->w.arena, str_trim(value)).p;
	}
	return found;
}

static inline const char *call_text(struct call *c, const char *key)
{
	return arena_str(&c->w.arena, json_get_str(c->json, key)).p;
}

#endif
