#include "http/cors.h"

#define ORIGIN_MAX 300 /* bytes */

bool http_cors_is_origin(struct str origin)
{
	return origin.len >= 1 && origin.len <= ORIGIN_MAX &&
	       str_is_printable(origin, false);
}

enum http_cors_page http_cors_page(size_t n, struct str first)
{
	if (!n)
		return HTTP_CORS_NO_PAGE;
	return n == 1 && http_cors_is_origin(first) ? HTTP_CORS_PAGE
						    : HTTP_CORS_BAD_PAGE;
}
