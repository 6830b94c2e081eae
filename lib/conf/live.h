/*
 * live: the settings of im-live ([live]).  They stand here and not beside
 * the daemon because every program knows every key (conf/tables.h).
 */
#ifndef CONF_LIVE_H
#define CONF_LIVE_H

#include <stdint.h>

#include "base/conf.h"

struct live_settings {
	const char *node;   /* this node's name in [bus] nodes */
	const char *listen; /* comma list: host:port, [v6]:port or path */
	const char *bus;    /* "": the address in [bus] nodes */
	int64_t heartbeat_s;
	int64_t hold_ms;
	int64_t connections_max;
	int64_t per_user_max;
	int64_t output_max;
	int64_t slow_s;
	int64_t handshake_s;
	int64_t request_s;
	int64_t offline_s;
	int64_t drain_s;
	int64_t message_max; /* concurrent requests to a service */
	int64_t service_max;
};

extern struct live_settings live_settings;
extern const struct conf_key live_conf[];

#endif
