/*
 * service_publish: live events that requests cause by themselves, beside
 * those of fan-out.  All of them are hints, sent after commit.
 */
#ifndef CGI_SERVICE_PUBLISH_H
#define CGI_SERVICE_PUBLISH_H

#include "im/user/inbox.h"
#include "im/user/mark.h"
#include "web/web.h"

/* An event for one user's connections; members: the event object without
 * braces. */
void publish_to_user(struct web_request *rq, int64_t user_id,
    int64_t user_index, struct str members);

/* An ephemeral event for every member but one. */
void publish_to_others(struct web_request *rq, int64_t conv_id,
    int64_t but_user_id, struct str members);

/* What a moved mark means to its owner (chat) and to the others (read,
 * delivered). */
void publish_mark(struct web_request *rq, const struct mark_result *r);
/* The same for a mark that only moved its delivered index. */
void publish_delivered(struct web_request *rq, const struct mark *m);

#endif
