/*
 * fcgi_link: connections to a FastCGI service, kept from one request to the
 * next.
 *
 * A link carries one request at a time.  A service that ends makes the next
 * write fail before it closes, so a request that could not be written over a
 * kept link has not been read by anybody, and goes over another one.
 */
#ifndef LIVE_FCGI_LINK_H
#define LIVE_FCGI_LINK_H

#include <stdbool.h>
#include <sys/types.h>
#include <sys/un.h>
#include <uv.h>

#include "base/buf.h"
#include "base/str.h"

struct fcgi_link;

/* n bytes of the answer to asker's request; n < 0: the service has closed. */
typedef void fcgi_link_read(void *asker, const char *p, ssize_t n);

struct fcgi_links {
	uv_loop_t *loop;
	struct sockaddr_un address;
	fcgi_link_read *on_read;
	struct fcgi_link *idle; /* the one used last comes first */
};

void fcgi_links_init(struct fcgi_links *links, uv_loop_t *loop,
    const char *service, fcgi_link_read *on_read);

/*
 * Sends a request, and what comes back to asker.  NULL: there is no connection;
 * errno says why.  The caller ends it with one of the two below.
 */
struct fcgi_link *fcgi_link_ask(struct fcgi_links *links, struct str request,
    void *asker);
/* The answer was complete: the link is free for the next request. */
void fcgi_link_keep(struct fcgi_link *link);
void fcgi_link_close(struct fcgi_link *link);

#endif
