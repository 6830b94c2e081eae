/* ws_conn: a connection that speaks WebSocket: its frames, in and out. */
#ifndef LIVE_WS_CONN_H
#define LIVE_WS_CONN_H

#include <stddef.h>
#include <uv.h>

#include "base/str.h"
#include "net/conn.h"

void ws_conn_start(uv_loop_t *loop);
void ws_conn_bytes(struct conn *c, const char *p, size_t n);
void ws_conn_ping(struct conn *c);
/* Puts our close frame; whoever calls it also ends the connection. */
void ws_conn_close(struct conn *c, int code, struct str reason);

#endif
