/* conversation_create: the handler of POST /v1/conversations. */
#ifndef CGI_CONVERSATION_CREATE_H
#define CGI_CONVERSATION_CREATE_H

#include "web/web.h"

struct create_args {
	int64_t kind;
	struct web_ids members;
	bool has_settings;
	struct str client_id;
	/* settings */
	struct str name, photo, announcement, description;
	int64_t join, post, invite, history;
	json_t *meta;
};

int conversation_create(struct web_request *rq, struct error *err);

#endif
