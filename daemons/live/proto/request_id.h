/*
 * request_id: the id of the request that a connection begins with, for the
 * logs of all programs: the client's own, or the random number of this process
 * and the number of the connection, which takes no memory.
 */
#ifndef LIVE_REQUEST_ID_H
#define LIVE_REQUEST_ID_H

#include "base/str.h"
#include "http/request_id.h"
#include "proto/http_conn.h"

#define REQUEST_ID_SIZE (HTTP_REQUEST_ID_MAX + 1)

void request_id_start(void);
/* What the client calls it, which is ignored if it is invalid. */
void request_id_take(struct http_conn *h, struct str given);
/* Writes it to dst, and returns that. */
const char *request_id_text(char dst[REQUEST_ID_SIZE],
    const struct http_conn *h);

#endif
