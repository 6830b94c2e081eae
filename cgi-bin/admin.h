/* admin: the groups of routes of the admin service. */
#ifndef CGI_ADMIN_H
#define CGI_ADMIN_H

#include "web/web.h"

extern const struct web_route admin_info_routes[];
extern const struct web_route admin_health_routes[];
extern const struct web_route admin_metrics_routes[];
extern const struct web_route admin_jwt_key_routes[];
extern const struct web_route admin_audit_routes[];
extern const struct web_route admin_trace_routes[];

#endif
