/*
 * query: the pairs of a query string (application/x-www-form-urlencoded of
 * the URL standard) and percent-escapes.  Text that comes out is UTF-8
 * without NUL.
 */
#ifndef WEB_QUERY_H
#define WEB_QUERY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct web_pair {
	struct str name, value;
};

/* Empty pieces ("a=1&&b=2") are passed over.  Errors: INVALID_ARGUMENT. */
int web_query_parse(struct arena *a, struct str query,
    struct web_pair **pairs_out, size_t *n_out, struct error *err);

/* False when an escape is malformed or gives NUL or no UTF-8. */
bool web_unescape(struct arena *a, struct str s, bool plus_is_blank,
    struct str *out);

#endif
