/*
 * admin_services: asks the other services of this host whether they answer.
 *
 * A request goes to the socket of each one ([run] dir), over FastCGI, as the
 * web server would send it.  A service that is gone, whose threads are all busy
 * or that is frozen does not answer in time.  All are asked at once.
 */
#ifndef CGI_ADMIN_SERVICES_H
#define CGI_ADMIN_SERVICES_H

#include "web/web.h"

#define ADMIN_SERVICES_MAX 16

/*
 * The names of the services of etc/services.table, except admin, that do not
 * answer within timeout_ms; returns their number.
 */
size_t admin_services_down(struct arena *a, int timeout_ms,
    struct str names_out[ADMIN_SERVICES_MAX]);

#endif
