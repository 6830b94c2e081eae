/* message_read: the handlers that read the log. */
#ifndef CGI_MESSAGE_READ_H
#define CGI_MESSAGE_READ_H

#include "web/web.h"

struct history_args {
	int64_t conv_id;
	bool has_before, has_after, has_around;
	int64_t before, after, around, limit;
	bool users;
};

struct get_args {
	int64_t msg_id;
};

int message_history(struct web_request *rq, struct error *err);
int message_get(struct web_request *rq, struct error *err);

#endif
