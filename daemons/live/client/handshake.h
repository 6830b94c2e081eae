/*
 * handshake: from the first byte of a connection until its user is known.
 *
 * Checks are made in the order of the API: route 404, method 405, credential
 * 401 (asked of the user service), fields 400, origin 403, limits 429/503.  A
 * WebSocket with an invalid ticket is accepted and then closed with a reason,
 * because browsers hide any other answer from a page.
 */
#ifndef LIVE_HANDSHAKE_H
#define LIVE_HANDSHAKE_H

#include <uv.h>

#include "net/conn.h"

void handshake_start(uv_loop_t *loop);
/* An accepted connection: reads its head. */
void handshake_begin(struct conn *c);

#endif
