/*
 * The admin service: features, health and metrics of this installation, and
 * what apps' servers manage.  The web server also sends it requests for paths
 * that no service has; it answers 404.
 */
#include "admin.h"

#include "im/consumer/trace.h"
#include "im/conv/archive.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "im/conv/receipt.h"
#include "im/site/health.h"
#include "service.h"

static const struct web_route *const groups[] = { admin_info_routes,
	admin_health_routes, admin_metrics_routes, admin_jwt_key_routes,
	admin_audit_routes, admin_trace_routes, service_ping_routes, NULL };

static const struct db_stmt *const *const statements[] = { health_statements,
	audit_list_statements, app_key_list_statements, trace_statements,
	entry_statements, archive_statements, conv_reader_statements,
	receipt_statements, NULL };

int main(int argc, char **argv)
{
	return service_main(argc, argv, "admin", groups, statements);
}
