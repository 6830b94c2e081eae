/*
 * request_id: the id under which a request stands in the logs of all
 * programs that had a part in it (X-Request-Id).
 */
#ifndef HTTP_REQUEST_ID_H
#define HTTP_REQUEST_ID_H

#include "base/arena.h"
#include "base/str.h"

#define HTTP_REQUEST_ID_MAX 64 /* bytes */

/* The one that was given, if it is valid, or a new one in the arena. */
struct str http_request_id(struct arena *a, struct str given);

#endif
