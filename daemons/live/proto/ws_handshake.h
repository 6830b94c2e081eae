/*
 * ws_handshake: whether the head of a request asks for a WebSocket (RFC 6455
 * section 4.2.1), and for which subprotocol.
 */
#ifndef LIVE_WS_HANDSHAKE_H
#define LIVE_WS_HANDSHAKE_H

#include <stdbool.h>

#include "base/err.h"
#include "proto/http_head.h"

/* -1 INVALID_ARGUMENT, with the missing or invalid header as field. */
int ws_handshake_check(const struct http_head *h, struct error *err);

/* Whether the client offers imcloud.v1. */
bool ws_handshake_has_protocol(const struct http_head *h);
/* -1 INVALID_ARGUMENT: it offers only others. */
int ws_handshake_check_protocol(const struct http_head *h, struct error *err);

#endif
