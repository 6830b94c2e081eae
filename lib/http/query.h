/*
 * query: the parameters of a query string
 * (application/x-www-form-urlencoded of the URL standard), decoded into an
 * arena.  Empty pieces ("a=1&&b=2") are skipped.
 */
#ifndef HTTP_QUERY_H
#define HTTP_QUERY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct http_param {
	struct str name, value;
};

/*
 * Takes the next parameter from *rest: 1, 0 at the end, or -1 with
 * INVALID_ARGUMENT, after which the caller may continue.
 */
int http_query_next(struct arena *a, struct str *rest, struct http_param *out,
    struct error *err);

/* All of them, in order; stops at the first that is malformed. */
int http_query_parse(struct arena *a, struct str query,
    struct http_param **params_out, size_t *n_out, struct error *err);

#endif
