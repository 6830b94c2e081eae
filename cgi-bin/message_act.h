/* message_act: what the routes of acts share (im/conv/act.h). */
#ifndef CGI_MESSAGE_ACT_H
#define CGI_MESSAGE_ACT_H

#include "im/conv/act.h"
#include "im/conv/reader.h"
#include "web/web.h"

#define ARG_MSG_ID(S)                                                     \
	ARG(WEB_PATH, WEB_ID, "msg_id", S, msg_id, .flags = WEB_REQUIRED, \
	    .text = "The message; 404 for users who may not see it.")

/* The caller, and a message of any conversation. */
struct act_by message_act_by(const struct web_request *rq, int64_t msg_id);

/* For acts that concern the caller alone: a message that they may see.
 * NOT_FOUND. */
int message_act_get(struct web_request *rq, int64_t msg_id, struct entry *out,
    struct reader *reader_out, struct error *err);

/* Behind an act: wakes fan-out if it wrote an entry. */
void message_act_done(struct web_request *rq, const struct act_result *r);

/* The same, and answers with the message as it is now. */
int message_act_answer(struct web_request *rq, struct act_result *r,
    struct error *err);

#endif
