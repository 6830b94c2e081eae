/*
 * route: which of a program's routes answers a request.
 *
 * Paths are compared undecoded, byte by byte; a placeholder takes one
 * segment that is not empty and whose escapes are well formed and hide
 * neither a slash nor a NUL.  So every resource has one spelling and all
 * others are 404.  Where several paths match, the one with the
 * earliest literal segment wins: /v1/users/me before /v1/users/{id}.
 */
#ifndef WEB_ROUTE_H
#define WEB_ROUTE_H

#include "web/web.h"

#define WEB_PLACEHOLDERS_MAX 8

struct web_match {
	const struct web_route *path;  /* NULL: no such path */
	const struct web_route *route; /* NULL: the path lacks the method */
	/* Undecoded, one for each WEB_PATH argument of the route. */
	struct str values[WEB_PLACEHOLDERS_MAX];
};

void web_route_find(const struct web_request *rq, struct web_match *out);

/* For Allow: "GET, HEAD, PATCH, OPTIONS". */
struct str web_route_methods(const struct web_request *rq,
    const struct web_route *path);

/* The most bytes that the route takes as a body. */
size_t web_route_body_max(const struct web_route *route);

/* GET and HEAD: what came as a body is not looked at. */
bool web_route_takes_body(const struct web_route *route);

#endif
