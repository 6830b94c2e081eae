/* fcgi_request: a call as the bytes of a FastCGI request. */
#ifndef LIVE_FCGI_REQUEST_H
#define LIVE_FCGI_REQUEST_H

#include "base/buf.h"
#include "gateway/fcgi_client.h"

/* Appends to out. */
void fcgi_request_encode(struct buf *out, const struct fcgi_call *call);

#endif
