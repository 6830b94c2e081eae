/*
 * im-live: the long connections of imcloud: WebSocket, long poll and
 * Server-Sent Events.  See docs/live.md.
 */
#include <signal.h>
#include <uv.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/log.h"
#include "base/program.h"
#include "base/stat.h"
#include "client/drain.h"
#include "client/heartbeat.h"
#include "client/poll.h"
#include "client/session_end.h"
#include "events/bus.h"
#include "events/deliver.h"
#include "events/resume.h"
#include "gateway/fcgi_client.h"
#include "io/cache.h"
#include "net/accept.h"
#include "net/conn.h"
#include "net/out.h"
#include "presence/line.h"
#include "presence/watch.h"
#include "proto/ws_conn.h"

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
	session_end_start(loop);
	watch_start(loop, cache);
	presence_line_start(loop, cache);
	drain_start(loop);
	bus_listen(loop);
	accept_start(loop);
}

int main(int argc, char **argv)
{
	static const struct program program = {
		.name = "im-live",
		.log_name = "im-live",
		.text = "Holds WebSocket, long poll and event-stream "
			"connections.",
	};
	uv_loop_t *loop = uv_default_loop();
	struct command_line line;

	program_parse(&program, argc, argv, NULL, &line);
	program_load(&line);
	program_set_log_level();
	crypto_init();
	signal(SIGPIPE, SIG_IGN);
	stat_open(program.name);
	start(loop, cache_new());
	log_info("start", "node=%s listen=%s", conf.live.node,
	    conf.live.listen);
	uv_run(loop, UV_RUN_DEFAULT);
	presence_line_withdraw();
	log_info("end", "connections=%zu", conn_count());
	return EX_OK;
}
