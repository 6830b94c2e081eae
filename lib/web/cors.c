#include "web/cors.h"

#include "http/cors.h"
#include "web/reply.h"

bool web_cors_is_preflight(const struct web_request *rq)
{
	return rq->origin.len && rq->cors_method.len;
}

static bool is_allowed(struct web_request *rq)
{
	return http_cors_is_origin(rq->origin) && rq->app->origin_allowed &&
	       rq->app->origin_allowed(rq, rq->origin);
}

int web_cors_preflight(struct web_request *rq, struct str methods,
    struct error *err)
{
	if (!is_allowed(rq))
		return err_field(err, ERR_FORBIDDEN, "Origin",
		    "this origin is not allowed");
	web_no_content(rq);
	web_header(rq, "Access-Control-Allow-Origin", rq->origin);
	web_header(rq, "Access-Control-Allow-Methods", methods);
	web_header(rq, "Access-Control-Allow-Headers", STR(HTTP_CORS_HEADERS));
	web_header(rq, "Access-Control-Max-Age", STR(HTTP_CORS_MAX_AGE));
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
	web_header(rq, "Access-Control-Expose-Headers", STR(HTTP_CORS_EXPOSED));
}
