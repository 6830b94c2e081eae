/* kept: what users keep for themselves about messages, as the JSON of the wire
 * contract. */
#ifndef VIEW_KEPT_H
#define VIEW_KEPT_H

#include "im/conv/scheduled.h"
#include "im/user/reminder.h"
#include "im/user/star.h"
#include "io/json_writer.h"

/* {msg_id,conv_id,conv_index,starred_at} */
void view_star(struct json_writer *w, const struct star *s);
/* Members: msg_id,conv_id,conv_index,remind_at,note? */
void view_reminder(struct json_writer *w, const struct reminder *r);
/* {msg_id,conv_id,send_at,state,reason?,...}: with what is to be sent. */
void view_scheduled(struct json_writer *w, const struct scheduled *s);

#endif
