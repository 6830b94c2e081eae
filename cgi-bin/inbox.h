/* inbox: the groups of routes of the inbox service, and what they share. */
#ifndef CGI_INBOX_H
#define CGI_INBOX_H

#include "im/user/inbox.h"
#include "im/user/user.h"
#include "view/people.h"
#include "web/web.h"

extern const struct web_route inbox_sync_routes[];
extern const struct web_route inbox_pull_routes[];
extern const struct web_route inbox_head_routes[];
extern const struct web_route inbox_live_routes[];

/* ---- inbox_caller.c; UNAUTHENTICATED when the user is gone ---- */

/* The caller's row of user_seq. */
int inbox_caller_seq(struct web_request *rq, struct inbox_seq *out,
    struct error *err);
int inbox_caller_user(struct web_request *rq, struct user *out,
    struct error *err);

/* ---- inbox_head.c ---- */

/* Writes stream_id, user_index, total_unread to the open object. */
int inbox_head_put(struct web_request *rq, const struct inbox_seq *seq,
    struct error *err);

/* ---- inbox_events.c ---- */

/*
 * Writes the list of the events of n rows of the caller's inbox.
 * seq->last_index is raised to the user_index at which the unread counts of its
 * chats were read: they include every entry up to it, and none above.
 */
int inbox_events_write(struct web_request *rq, struct inbox_seq *seq,
    const struct inbox_row *rows, size_t n, struct people *people,
    struct error *err);

#endif
