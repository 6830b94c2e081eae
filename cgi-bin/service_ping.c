/* Whether this program answers; part of each service. */
#include "service.h"

#include "io/json_writer.h"

static int ping(struct web_request *rq, struct error *err)
{
	(void)err;
	web_no_content(rq);
	return 0;
}

const struct web_route service_ping_routes[] = {
	{
	    .method = "GET",
	    .path = "/internal/ping",
	    .name = "service.ping",
	    .summary = "Whether a thread answers.",
	    .auth = WEB_AUTH_NONE,
	    .flags = WEB_INTERNAL | WEB_QUIET,
	    .handle = ping,
	},
	WEB_ROUTES_END,
};
