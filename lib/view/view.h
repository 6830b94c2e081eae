/*
 * view: domain structs as the JSON of the wire contract.
 *
 * The functions write one object (or, where the comment says "members", the
 * members of an object that the caller has opened) and nothing else.
 */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include <stdint.h>

#include "im/user/chat.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "im/conv/group.h"
#include "im/conv/member.h"
#include "im/user/user.h"
#include "im/user/user_setting.h"
#include "io/json_writer.h"

/* {user_id,username,display_name,avatar?,bio?,bot,meta?,created_at} */
void view_user(struct json_writer *w, const struct user *u);
/* The same with `disabled`, for the app's server. */
void view_user_admin(struct json_writer *w, const struct user *u);
/* {user_id,username,display_name,avatar?}: for `users` maps. */
void view_user_short(struct json_writer *w, const struct user *u);

/* floor: the lowest index of the conversation that the reader may see. */
void view_entry(struct json_writer *w, const struct entry *e, int64_t floor);
/* Members: those that do not depend on a place in the log. */
void view_entry_content(struct json_writer *w, const struct entry *e,
    int64_t floor);
/* Those that it was sent with, if any. */
void view_flags(struct json_writer *w, int64_t flags, bool is_ephemeral);

/* my_role 0: omitted.  peer: of a direct conversation, else NULL. */
void view_conv(struct json_writer *w, const struct conv *c, int64_t my_role,
    const struct user *peer);

/* {user_id,user?,role,alias?,joined_index,muted_until?,read_index?}; user NULL:
 * the user is deleted; read_index -1: omitted. */
void view_member(struct json_writer *w, const struct member *m,
    const struct user *user);

/* The body of a `member` entry: im/group's group_body_fn. */
struct str view_member_body(struct arena *a, const struct group_news *news);
/* The body of a `settings` entry: those of c that changed, null for those that
 * were taken away.  changed: by place in conv_settings[]. */
struct str view_settings_body(struct arena *a, const struct conv *c,
    const bool *changed);

/* {dnd:{from,to,tz,days}|null,push_preview,read_receipts,last_seen,
 * add_to_groups,meta} */
void view_settings(struct json_writer *w, const struct user_setting *s);

/* {notify,muted_until?,pinned,folder?,background?,hidden,
 * draft:{text,version}|null,marked_unread,remark?}: a user's own settings of a
 * chat. */
void view_me(struct json_writer *w, const struct chat *c);

#endif
