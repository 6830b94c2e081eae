#include "conf/live.h"

#include <stddef.h>

struct live_settings live_settings;

const struct conf_key live_conf[] = {
	{ "live", "node", CONF_STR, "live1", "", 1, 32,
	    "Name of this node in [bus] nodes.", &live_settings.node },
	{ "live", "listen", CONF_STR, "127.0.0.1:8090", "", 1, 512,
	    "Where im-live serves HTTP: host:port or paths, comma separated.",
	    &live_settings.listen },
	{ "live", "bus", CONF_STR, "", "", 0, 255,
	    "Where im-live listens for bus frames: a path or host:port; empty: "
	    "the address that [bus] nodes gives this node.",
	    &live_settings.bus },
	{ "live", "heartbeat_s", CONF_INT, "25", "s", 1, 30,
	    "Time between two heartbeats of a connection.",
	    &live_settings.heartbeat_s },
	{ "live", "hold_ms", CONF_INT, "500", "ms", 10, 5000,
	    "How long an event that would leave a hole is held.",
	    &live_settings.hold_ms },
	{ "live", "connections_max", CONF_INT, "16000", "", 1, 1000000,
	    "Connections at a time; lowered to what the descriptor limit "
	    "allows.",
	    &live_settings.connections_max },
	{ "live", "per_user_max", CONF_INT, "32", "", 1, 100000,
	    "Connections of one user at a time.", &live_settings.per_user_max },
	{ "live", "output_max", CONF_INT, "262144", "bytes", 4096, 67108864,
	    "Output kept for a client that does not read.",
	    &live_settings.output_max },
	{ "live", "slow_s", CONF_INT, "10", "s", 1, 600,
	    "How long a client over output_max may take to read on.",
	    &live_settings.slow_s },
	{ "live", "handshake_s", CONF_INT, "10", "s", 1, 120,
	    "Longest time from the connection to the end of the HTTP head.",
	    &live_settings.handshake_s },
	{ "live", "request_s", CONF_INT, "20", "s", 1, 300,
	    "Longest wait for the answer of a service.",
	    &live_settings.request_s },
	{ "live", "offline_s", CONF_INT, "5", "s", 0, 60,
	    "How long after the last connection a user counts as offline.",
	    &live_settings.offline_s },
	{ "live", "drain_s", CONF_INT, "4", "s", 0, 60,
	    "Over how long connections are closed at the end.",
	    &live_settings.drain_s },
	{ "live", "message_max", CONF_INT, "64", "", 1, 1024,
	    "Concurrent requests to the message service.",
	    &live_settings.message_max },
	{ "live", "service_max", CONF_INT, "12", "", 1, 1024,
	    "Concurrent requests to each other service.",
	    &live_settings.service_max },
	CONF_END,
};
