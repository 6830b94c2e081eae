/*
 * inbox_live: what im-live asks for its connections, over the gateway alone.
 *
 * Heads: for each of up to HEADS_MAX (user, session) pairs the newest
 * user_index and the badge, and whether the session has ended meanwhile: the
 * heartbeat that reveals whatever a lost bus frame hid.
 */
#ifndef CGI_INBOX_LIVE_H
#define CGI_INBOX_LIVE_H

#include "web/web.h"

#define HEADS_MAX 500

struct heads_args {
	json_t *items;
};

struct ack_args {
	int64_t user_index;
};

int inbox_live_heads(struct web_request *rq, struct error *err);
int inbox_live_ack(struct web_request *rq, struct error *err);

#endif
