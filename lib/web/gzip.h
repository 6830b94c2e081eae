/* gzip: answers over 1 KiB, for clients that take it (RFC 9110 12.5.3). */
#ifndef WEB_GZIP_H
#define WEB_GZIP_H

#include "web/web.h"

bool web_gzip_accepted(struct str accept_encoding);

/* Compresses the body where that pays; adds Vary where it could have. */
void web_gzip(struct web_request *rq);

#endif
