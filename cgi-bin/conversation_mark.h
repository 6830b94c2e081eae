/* conversation_mark: the handlers of read, delivered and typing. */
#ifndef CGI_CONVERSATION_MARK_H
#define CGI_CONVERSATION_MARK_H

#include "web/web.h"

struct mark_args {
	int64_t conv_id, conv_index;
};

struct typing_args {
	int64_t conv_id, state, type;
};

#define TYPING_EVERY_S 3 /* one start per user and conversation */

int conversation_read(struct web_request *rq, struct error *err);
int conversation_delivered(struct web_request *rq, struct error *err);
int conversation_typing(struct web_request *rq, struct error *err);

#endif
