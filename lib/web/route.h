/*
 * route: finds the route of a request.
 *
 * Paths are compared undecoded, byte by byte.  A placeholder matches one
 * non-empty segment whose escapes are well formed and encode neither a slash
 * nor NUL.  So literal segments have one spelling, and all others get 404.
 * Where several paths match, the one with the earliest literal segment wins:
 * /v1/users/me before /v1/users/{id}.
 */
#ifndef WEB_ROUTE_H
#define WEB_ROUTE_H

#include "web/web.h"

#define WEB_PLACEHOLDERS_MAX 8

struct web_match {
	const struct web_route *path;  /* NULL: no such path */
	const struct web_route *route; /* NULL: not for this method */
	/* Undecoded, one for each WEB_PATH argument of the route. */
	struct str values[WEB_PLACEHOLDERS_MAX];
};

void web_route_find(const struct web_request *rq, struct web_match *out);

/* The value of Allow: "GET, HEAD, PATCH, OPTIONS". */
struct str web_route_methods(const struct web_request *rq,
    const struct web_route *path);

/* The largest body that the route accepts, in bytes. */
size_t web_route_body_max(const struct web_route *route);

/* False for GET and HEAD, whose body is ignored. */
bool web_route_takes_body(const struct web_route *route);

#endif
