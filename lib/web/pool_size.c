#include "web/pool_size.h"

#include <string.h>

#include "base/conf.h"

/* Of a service without a section. */
static const struct web_pool_size by_default = { 8, 2, 64 };

static bool has_heavy_route(const struct web_app *app)
{
	WEB_EACH_ROUTE(r, app)
	{
		if (r->flags & WEB_HEAVY)
			return true;
	}
	return false;
}

/* All services share one file, so each has a section of its own. */
struct web_pool_size web_pool_size(const struct web_app *app)
{
	static const struct {
		const char *service;
		const int64_t *light, *heavy, *queue;
	} pools[] = {
		{ "message", &conf.message.threads, NULL, NULL },
		{ "conversation", &conf.conversation.threads, NULL, NULL },
		{ "inbox", &conf.inbox.threads, NULL, NULL },
		{ "user", &conf.user.threads, &conf.user.password_threads,
		    &conf.user.password_queue },
		{ "search", &conf.search.threads, NULL, NULL },
		{ "admin", &conf.admin.threads, NULL, NULL },
	};
	struct web_pool_size s = by_default;

	for (size_t i = 0; i < sizeof(pools) / sizeof(pools[0]); i++) {
		if (strcmp(pools[i].service, app->name))
			continue;
		s.light = (int)*pools[i].light;
		if (!pools[i].heavy)
			continue;
		s.heavy = (int)*pools[i].heavy;
		s.queue = (size_t)*pools[i].queue;
	}
	if (!has_heavy_route(app))
		s.heavy = 0;
	return s;
}
