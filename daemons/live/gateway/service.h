/*
 * service: maps paths of the API to FastCGI services (etc/services.table,
 * through the generated services.def).
 */
#ifndef LIVE_SERVICE_H
#define LIVE_SERVICE_H

#include <stdbool.h>

#include "base/str.h"

enum service {
#define SERVICE(symbol, name) SERVICE_##symbol,
#include "gateway/services.def"
	SERVICE_MAX
};

/* "message": its socket is message.sock. */
const char *service_name(enum service s);

/* Paths come with or without their query. */

/* ADMIN, which answers 404, for unknown paths. */
enum service service_of(struct str path);
/* Whether a WebSocket may ask for it. */
bool service_is_for_websocket(struct str path);

#endif
