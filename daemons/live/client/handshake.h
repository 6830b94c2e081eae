/*
 * handshake: from the first byte of a connection to what it becomes.
 *
 * In the order of the API: route 404, method 405, credential 401 (asked of
 * the user service), fields 400, origin 403, limits 429/503.  A WebSocket
 * with a ticket that is not valid is accepted and then closed with a reason,
 * because a browser shows a page nothing else.
 */
#ifndef LIVE_HANDSHAKE_H
#define LIVE_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "net/conn.h"

void handshake_new(struct conn *c);
void handshake_free(struct conn *c);
void handshake_bytes(struct conn *c, const char *p, size_t n);
/* The head did not come in time. */
void handshake_too_slow(struct conn *c);
/* From now on new connections are sent away. */
void handshake_refuse_all(void);

#endif
