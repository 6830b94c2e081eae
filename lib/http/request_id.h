/*
 * request_id: the id of a request (X-Request-Id) in the logs of all programs
 * that handle it.
 */
#ifndef HTTP_REQUEST_ID_H
#define HTTP_REQUEST_ID_H

#include "base/arena.h"
#include "base/str.h"

#define HTTP_REQUEST_ID_MAX 64 /* bytes */

bool http_request_id_is_valid(struct str id);
/* `given` if it is valid, else a new one in the arena. */
struct str http_request_id(struct arena *a, struct str given);

#endif
