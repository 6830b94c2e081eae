/*
 * ws_conn: the WebSocket side of a connection: frames in and out, and the
 * closing handshake (RFC 6455 section 7).
 */
#ifndef LIVE_WS_CONN_H
#define LIVE_WS_CONN_H

#include <stddef.h>
#include <uv.h>

#include "base/str.h"
#include "proto/http_conn.h"

void ws_conn_start(uv_loop_t *loop);
/* For the floor above: called for each message of an open connection. */
void ws_conn_on_text(void (*hook)(struct conn *c, struct str text));

/* For struct conn_ops. */
void ws_conn_bytes(struct conn *c, const char *p, size_t n);
bool ws_conn_finished(struct conn *c);

void ws_conn_ping(struct http_conn *h);
/* Puts our close frame; the caller also ends the connection. */
void ws_conn_close(struct http_conn *h, int code, struct str reason);

#endif
