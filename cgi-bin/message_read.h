/* message_read: the handlers that read the log. */
#ifndef CGI_MESSAGE_READ_H
#define CGI_MESSAGE_READ_H

#include "im/conv/conv.h"
#include "im/conv/member.h"
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

/* The lowest index that a member may see. */
int64_t message_floor(const struct conv *c, const struct member *m);

/*
 * A message that the caller may see, by id.  NOT_FOUND: there is none, or it
 * is not theirs to see.
 */
int message_find(struct web_request *rq, int64_t msg_id, struct entry *out,
    struct error *err);

#endif
