/* http_peer: who is behind a request: the client's address and the page. */
#ifndef LIVE_HTTP_PEER_H
#define LIVE_HTTP_PEER_H

#include "base/str.h"
#include "http/cors.h"
#include "net/conn.h"
#include "proto/http_head.h"

enum http_cors_page http_peer_page(const struct http_head *h);
/* The origin of the page; STR_NONE without one that can be understood. */
struct str http_peer_origin(const struct http_head *h);
/* Sets the address to that which a proxy on this host has told. */
void http_peer_ip(struct conn *c, const struct http_head *h);

#endif
