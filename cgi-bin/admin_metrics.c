/* Counters, for a metrics collector on the same host. */
#include "admin.h"

#include "base/stat.h"

static bool is_loopback(struct str ip)
{
	return str_starts(ip, "127.") || str_is(ip, "::1") ||
	       str_starts(ip, "::ffff:127.");
}

static int admin_metrics(struct web_request *rq, struct error *err)
{
	if (!is_loopback(rq->remote_addr))
		return err_set(err, ERR_NOT_FOUND, "no such route");
	web_content_type(rq, "text/plain; version=0.0.4; charset=utf-8");
	if (stat_render(rq->buf) < 0)
		return err_set(err, ERR_INTERNAL,
		    "the counters are unreadable");
	return 0;
}

const struct web_route admin_metrics_routes[] = {
	{
	    .method = "GET",
	    .path = "/metrics",
	    .name = "metrics.get",
	    .summary = "Counters in the text format of Prometheus.",
	    .auth = WEB_AUTH_NONE,
	    .flags = WEB_QUIET,
	    .handle = admin_metrics,
	},
	WEB_ROUTES_END,
};
