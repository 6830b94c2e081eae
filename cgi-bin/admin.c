/* The admin service: what this installation can, and how it is.  The web
 * server also sends it what no other service answers, for its 404. */
#include "admin.h"

#include "im/site/health.h"
#include "service.h"

static const struct web_route *const groups[] = { admin_info_routes,
	admin_health_routes, admin_metrics_routes, NULL };

static const struct db_stmt *const *const statements[] = { health_statements,
	NULL };

int main(int argc, char **argv)
{
	return service_main(argc, argv, "admin", groups, statements);
}
