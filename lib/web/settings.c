#include "web/settings.h"

#include <string.h>

#include "base/log.h"
#include "web/web.h"

int64_t web_requests_max = 200000;
int64_t web_rss_max_mib = 512;
int64_t web_drain_s = 10;
int64_t web_io_s = 30;

const char *web_stat_dir = "";

static const char *log_level = "info";

/* libfcgi waits with select(): descriptors stay below 1024. */
#define THREADS_MAX     200
#define THREADS_DEFAULT 8

static int64_t message = 64, conversation = 8, inbox = 8, user = 8, admin = 8;

#define POOL(name, def)                                                  \
	{                                                                \
#name, "threads", CONF_INT, def, "", 1, THREADS_MAX,     \
		    "Threads of the service; each has its own database " \
		    "and cache connections.",                            \
		    &name                                                \
	}

const struct conf_key web_conf[] = {
	{ "web", "requests_max", CONF_INT, "200000", "", 0, 1000000000,
	    "A service is replaced after so many requests, give or take a "
	    "tenth; 0 never.",
	    &web_requests_max },
	{ "web", "rss_max_mib", CONF_INT, "512", "MiB", 0, 1000000,
	    "A service is replaced when it holds more memory; 0 never.",
	    &web_rss_max_mib },
	{ "web", "drain_s", CONF_INT, "10", "s", 1, 600,
	    "How long a service that ends waits for the requests in hand.",
	    &web_drain_s },
	{ "web", "io_s", CONF_INT, "30", "s", 1, 600,
	    "How long a service waits for a web server that neither sends "
	    "nor reads.",
	    &web_io_s },
	{ "stat", "dir", CONF_STR, "", "", 0, 200,
	    "Directory of the counters of all processes; empty: none are "
	    "kept.",
	    &web_stat_dir },
	{ "log", "level", CONF_STR, "info", "", 1, 8,
	    "Least level that services log: debug, info, warn or error.",
	    &log_level },
	POOL(message, "64"),
	POOL(conversation, "8"),
	POOL(inbox, "8"),
	POOL(user, "8"),
	POOL(admin, "8"),
	CONF_END,
};

int64_t web_threads(const char *name)
{
	for (const struct conf_key *k = web_conf; k->section; k++) {
		if (!strcmp(k->section, name) && !strcmp(k->key, "threads"))
			return *(const int64_t *)k->dst;
	}
	return THREADS_DEFAULT;
}

void web_set_log_level(void)
{
	static const struct {
		const char *word;
		enum log_level level;
	} levels[] = {
		{ "debug", LOG_DEBUG },
		{ "info", LOG_INFO },
		{ "warn", LOG_WARN },
		{ "error", LOG_ERROR },
	};

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (!strcmp(log_level, levels[i].word)) {
			log_set_level(levels[i].level);
			return;
		}
	}
	die(EX_CONFIG, "log.level: neither debug, info, warn nor error");
}
