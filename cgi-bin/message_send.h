/* message_send: the handler of POST .../messages. */
#ifndef CGI_MESSAGE_SEND_H
#define CGI_MESSAGE_SEND_H

#include "message_content.h"
#include "web/web.h"

struct send_args {
	int64_t conv_id;
	struct str client_msg_id;
	int64_t type;
	json_t *content;
	struct web_ids mentions;
	bool mention_all;
	int64_t reply_to;
	struct web_ids forward_of;
	json_t *flags;
	json_t *meta;
	int64_t seen_index;
};

int message_send(struct web_request *rq, struct error *err);

/* Runs the service with its one appender. */
int message_main(int argc, char **argv, const struct web_route *routes);

#endif
