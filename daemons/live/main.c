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
#include "client/ack.h"
#include "client/active.h"
#include "client/attach.h"
#include "client/background.h"
#include "client/client.h"
#include "client/drain.h"
#include "client/handshake.h"
#include "client/heartbeat.h"
#include "client/poll.h"
#include "client/request.h"
#include "client/session_end.h"
#include "client/subscribe.h"
#include "client/websocket.h"
#include "events/bus.h"
#include "events/audience.h"
#include "events/deliver.h"
#include "events/hub.h"
#include "events/resume.h"
#include "gateway/admission.h"
#include "gateway/fcgi_client.h"
#include "gateway/heads.h"
#include "io/cache.h"
#include "net/accept.h"
#include "net/conn.h"
#include "net/listener.h"
#include "net/out.h"
#include "presence/line.h"
#include "presence/store.h"
#include "presence/watch.h"
#include "proto/request_id.h"
#include "proto/ws_conn.h"

/*
 * From the bottom floor up: hooks of upper floors are called first.  Listens
 * last, when everything has started.
 */
static void start(uv_loop_t *loop, struct cache *cache)
{
	out_start(loop);
	conn_start(loop, sizeof(struct client));
	request_id_start();
	ws_conn_start(loop);
	fcgi_start(loop);
	admission_start(loop);
	heads_start(loop);
	hub_start(sizeof(struct presence_line));
	deliver_start(loop);
	audience_start(loop);
	resume_start(loop);
	store_start(loop, cache);
	presence_line_start(loop);
	watch_start(loop);
	handshake_start(loop);
	attach_start();
	active_start();
	websocket_start();
	ack_start(loop);
	background_start(loop);
	subscribe_start();
	request_start();
	poll_start(loop);
	heartbeat_start(loop);
	session_end_start(loop);
	drain_start(loop);
	bus_listen(loop);
	accept_start(loop, fcgi_descriptors(), handshake_begin);
	listeners_complete();
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
	struct cache *cache;

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
	cache = store_end();
	/* A restart begins a new life, which makes the old lines void. */
	if (!drain_ends_in_restart())
		presence_line_withdraw(cache);
	log_info("end", "connections=%zu", conn_count());
	return drain_ends_in_restart() ? listeners_restart(argv) : EX_OK;
}
