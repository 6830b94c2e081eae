#include "web/cors.h"

#include "web/reply.h"

#define HEADERS \
	"Authorization, Content-Type, Idempotency-Key, If-Match, Im-Act-As"
#define EXPOSED "X-Request-Id, Retry-After, ETag"
#define MAX_AGE "3600"

bool web_cors_is_preflight(const struct web_request *rq)
{
	return rq->origin.len && rq->cors_method.len;
}

/* The origin goes back as it came, so it has to be harmless first. */
static bool is_allowed(struct web_request *rq)
{
	return rq->origin.len && rq->origin.len <= 300 &&
	       str_is_printable(rq->origin, false) && rq->app->origin_allowed &&
	       rq->app->origin_allowed(rq, rq->origin);
}

int web_cors_preflight(struct web_request *rq, struct str methods,
    struct error *err)
{
	if (!is_allowed(rq))
		return err_field(err, ERR_FORBIDDEN, "Origin",
		    "this origin may not call");
	web_no_content(rq);
	web_header(rq, "Access-Control-Allow-Origin", rq->origin);
	web_header(rq, "Access-Control-Allow-Methods", methods);
	web_header(rq, "Access-Control-Allow-Headers", STR(HEADERS));
	web_header(rq, "Access-Control-Max-Age", STR(MAX_AGE));
	web_vary(rq, STR("Origin"));
	return 0;
}

void web_cors_answer(struct web_request *rq)
{
	if (!rq->origin.p)
		return;
	web_vary(rq, STR("Origin"));
	if (!is_allowed(rq))
		return;
	web_header(rq, "Access-Control-Allow-Origin", rq->origin);
	web_header(rq, "Access-Control-Expose-Headers", STR(EXPOSED));
}
