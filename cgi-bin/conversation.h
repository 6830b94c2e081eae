/* conversation: the groups of routes of the conversation service. */
#ifndef CGI_CONVERSATION_H
#define CGI_CONVERSATION_H

#include "im/conv/group.h"
#include "im/conv/group_join.h"
#include "im/user/user.h"
#include "web/web.h"

extern const struct web_route conversation_create_routes[];
extern const struct web_route conversation_read_routes[];
extern const struct web_route conversation_member_routes[];
extern const struct web_route conversation_setting_routes[];
extern const struct web_route conversation_role_routes[];
extern const struct web_route conversation_join_routes[];
extern const struct web_route conversation_ban_routes[];
extern const struct web_route conversation_invite_routes[];
extern const struct web_route conversation_mark_routes[];
extern const struct web_route conversation_typing_routes[];
extern const struct web_route conversation_own_routes[];
extern const struct web_route conversation_receipt_routes[];
extern const struct web_route conversation_manage_routes[];

/* The caller, for im/group: in conversation_actor.c. */
struct group_actor conversation_actor(struct web_request *rq);
/* The app's server itself. */
struct group_actor conversation_app_actor(struct web_request *rq);
/* A conversation of the app, dissolved ones as well: conversation_manage.c.
 * NOT_FOUND. */
int conversation_managed(struct web_request *rq, int64_t conv_id,
    struct conv *out, struct error *err);

/* ---- conversation_joined.c ---- */

/* The answer to who has come in, or asked for it. */
int conversation_joined(struct web_request *rq, int64_t conv_id,
    enum group_joined joined, struct error *err);
/* member_get() of a group or channel; CONFLICT. */
int conversation_group(struct web_request *rq, int64_t conv_id,
    struct conv *conv_out, struct member *me_out, struct error *err);
/* 1 a user of the app, 0 not. */
int conversation_user(struct web_request *rq, int64_t user_id,
    struct error *err);

/* ---- conversation_member.c ---- */

/* What has become of each who was to be added, and the version: its answer. */
void conversation_write_added(struct web_request *rq, struct group_add *adds,
    size_t n, const struct user *users, size_t n_users, int64_t version);

/* ---- conversation_changed.c ---- */

/* A change of a conversation is made, or about to be committed: fan-out is
 * woken, and the cached list of members is replaced. */
void conversation_changed(struct web_request *rq, const struct conv *conv);
/* Returns -1.  What conversation_changed() does is owed where nobody knows
 * whether it has changed. */
int conversation_failed(struct web_request *rq, const struct error *err);

#endif
