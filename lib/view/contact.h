/* contact: contacts and blocks as the JSON of the wire contract. */
#ifndef VIEW_CONTACT_H
#define VIEW_CONTACT_H

#include "im/user/block.h"
#include "im/user/contact.h"
#include "im/user/user.h"
#include "io/json_writer.h"

/* {user_id,user?,state,message?,remark?,created_at,changed_at}; user NULL: the
 * other one is deleted. */
void view_contact(struct json_writer *w, const struct contact *c,
    const struct user *user);
/* {user_id,user?,blocked_at} */
void view_block(struct json_writer *w, const struct block *b,
    const struct user *user);

#endif
