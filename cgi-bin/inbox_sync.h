/* inbox_sync: the handler of GET /v1/sync. */
#ifndef CGI_INBOX_SYNC_H
#define CGI_INBOX_SYNC_H

#include "web/web.h"

struct sync_args {
	int64_t limit;
	bool users;
};

int inbox_sync(struct web_request *rq, struct error *err);

#endif
