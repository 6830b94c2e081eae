/* inbox_pull: the handlers of GET /v1/inbox and /v1/inbox/head. */
#ifndef CGI_INBOX_PULL_H
#define CGI_INBOX_PULL_H

#include "im/user/inbox.h"
#include "im/user/user.h"
#include "web/web.h"

struct pull_args {
	int64_t after, limit;
	struct str stream_id;
	bool users;
};

int inbox_pull(struct web_request *rq, struct error *err);
int inbox_head(struct web_request *rq, struct error *err);

/* The caller's row of user_seq; UNAUTHENTICATED when there is none. */
int inbox_seq_of(struct web_request *rq, struct inbox_seq *out,
    struct error *err);
int inbox_caller(struct web_request *rq, struct user *out, struct error *err);
/* stream_id, user_index, total_unread into the open object. */
int inbox_put_head(struct web_request *rq, const struct inbox_seq *seq,
    struct error *err);

#endif
