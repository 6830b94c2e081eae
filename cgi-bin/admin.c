/* The admin service: what this installation can, and how it is.  The web
 * server also sends it what no other service answers, for its 404. */
#include "admin_info.h"
#include "im/site/health.h"
#include "service.h"

static const struct web_route routes[] = {
	{ "GET", "/v1/info", "info.get", "Version, features and limits.",
	    WEB_AUTH_NONE, WEB_RATE_NONE, 0, 0, NULL, 0, admin_info },
	{ "GET", "/v1/health/live", "health.live", "The process runs.",
	    WEB_AUTH_NONE, WEB_RATE_NONE, WEB_QUIET, 0, NULL, 0, admin_live },
	{ "GET", "/v1/health/ready", "health.ready", "How the parts are.",
	    WEB_AUTH_NONE, WEB_RATE_NONE, WEB_QUIET, 0, NULL, 0, admin_ready },
	{ "GET", "/v1/health", "health.get", "The same.", WEB_AUTH_NONE,
	    WEB_RATE_NONE, WEB_QUIET, 0, NULL, 0, admin_ready },
	{ "GET", "/metrics", "metrics.get", "Counters, for loopback alone.",
	    WEB_AUTH_NONE, WEB_RATE_NONE, WEB_QUIET, 0, NULL, 0,
	    admin_metrics },
	{ .method = NULL }
};

int main(int argc, char **argv)
{
	static const struct db_stmt *const *const statements[] = {
		health_statements, NULL
	};

	return service_main(argc, argv, "admin", routes, statements);
}
