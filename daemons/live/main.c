/*
 * im-live: the long connections of imcloud: WebSocket, long poll and
 * Server-Sent Events.  See docs/live.md.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <uv.h>

#include "net/accept.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/log.h"
#include "base/stat.h"
#include "events/bus_in.h"
#include "conf/live.h"
#include "conf/tables.h"
#include "net/conn.h"
#include "events/deliver.h"
#include "client/drain.h"
#include "gateway/fcgi_client.h"
#include "gateway/heartbeat.h"
#include "io/cache.h"
#include "client/poll.h"
#include "presence/presence_line.h"
#include "presence/presence_watch.h"
#include "events/resume.h"
#include "client/live_session.h"
#include "net/out.h"
#include "web/settings.h"
#include "web/web.h"
#include "proto/ws_conn.h"

#define OVERRIDES_MAX 64

static int usage(FILE *f)
{
	fputs("usage: im-live [-c FILE] [-o section.key=value]...\n"
	      "  -c FILE   settings; default $IMCLOUD_CONF, then "
	      "/etc/imcloud/imcloud.conf\n"
	      "  -o ...    sets one setting over the file\n",
	    f);
	return f == stdout ? EX_OK : EX_USAGE;
}

/* -1 to go on, or an exit code. */
static int load(int argc, char **argv)
{
	const char *file = NULL, *overrides[OVERRIDES_MAX];
	size_t n = 0;
	int c;

	while ((c = getopt(argc, argv, "c:o:h")) != -1) {
		if (c == 'c')
			file = optarg;
		else if (c == 'o' && n < OVERRIDES_MAX)
			overrides[n++] = optarg;
		else
			return usage(c == 'h' ? stdout : stderr);
	}
	if (optind != argc)
		return usage(stderr);
	conf_register_all();
	conf_load(file, overrides, n);
	return -1;
}

/* Listens last: whoever gets in finds everything in its place. */
static void start(uv_loop_t *loop, struct cache *cache)
{
	out_start(loop);
	conn_start(loop);
	ws_conn_start(loop);
	fcgi_start(loop);
	deliver_start(loop);
	resume_start(loop);
	poll_start(loop);
	heartbeat_start(loop);
	live_session_start(loop);
	watch_start(loop, cache);
	presence_line_start(loop, cache);
	drain_start(loop);
	bus_in_start(loop);
	accept_start(loop);
}

int main(int argc, char **argv)
{
	uv_loop_t *loop = uv_default_loop();
	struct cache *cache;
	int code;

	log_init("im-live", LOG_INFO);
	code = load(argc, argv);
	if (code >= 0)
		return code;
	crypto_init();
	web_set_log_level();
	signal(SIGPIPE, SIG_IGN);
	if (*web_stat_dir)
		stat_open(web_stat_dir, "im-live");
	cache = cache_new();
	start(loop, cache);
	log_info("start", "node=%s listen=%s", live_settings.node,
	    live_settings.listen);
	uv_run(loop, UV_RUN_DEFAULT);
	presence_line_withdraw();
	log_info("end", "connections=%zu", conn_count());
	return EX_OK;
}
