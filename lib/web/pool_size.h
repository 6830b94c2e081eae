/* pool_size: how many threads a service has, from its section of the conf. */
#ifndef WEB_POOL_SIZE_H
#define WEB_POOL_SIZE_H

#include <stddef.h>

#include "web/web.h"

struct web_pool_size {
	int light; /* threads that accept */
	int heavy; /* threads of WEB_HEAVY routes; 0: there is no such route */
	size_t queue; /* requests that may wait for the heavy ones */
};

struct web_pool_size web_pool_size(const struct web_app *app);

#endif
