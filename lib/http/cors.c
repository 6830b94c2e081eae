#include "http/cors.h"

#define ORIGIN_MAX 300 /* bytes */

bool http_cors_is_origin(struct str origin)
{
	return origin.len >= 1 && origin.len <= ORIGIN_MAX &&
	       str_is_printable(origin, false);
}
