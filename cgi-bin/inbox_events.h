/* inbox_events: inbox rows as event objects, filled in by primary key. */
#ifndef CGI_INBOX_EVENTS_H
#define CGI_INBOX_EVENTS_H

#include "im/user/inbox.h"
#include "view/people.h"
#include "web/web.h"

/* The list of n events of the caller. */
int inbox_events_write(struct web_request *rq, const struct inbox_row *rows,
    size_t n, struct people *people, struct error *err);

#endif
