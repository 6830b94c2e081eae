/*
 * endpoint: where endpoints of Web Push may be.
 *
 * Whoever registers one chooses where im-push sends requests to; so only hosts
 * that the configuration names are allowed ([push] webpush_hosts): host,
 * host:port, or *.domain for the names below a domain; without a port it is
 * 443.
 */
#ifndef PUSH_ENDPOINT_H
#define PUSH_ENDPOINT_H

#include "base/arena.h"
#include "base/str.h"

/* NULL, or what is wrong with it. */
const char *push_endpoint_fault(struct str url);

/* Its origin (RFC 6454 section 6.1), of one that is right. */
struct str push_endpoint_origin(struct arena *a, struct str url);

#endif
