/* conversation_read: the handlers that only read. */
#ifndef CGI_CONVERSATION_READ_H
#define CGI_CONVERSATION_READ_H

#include "im/conv/member.h"
#include "web/web.h"

struct list_args {
	int64_t limit;
	struct str cursor, folder;
	bool unread, users;
};

struct conv_args {
	int64_t conv_id;
};

struct members_args {
	int64_t conv_id, limit, cursor;
	int64_t role;
	struct str q;
	bool users;
};

int conversation_list(struct web_request *rq, struct error *err);
int conversation_get(struct web_request *rq, struct error *err);
int conversation_members(struct web_request *rq, struct error *err);

/* One member object; user NULL when they are gone; read_index -1 when it is
 * not known. */
struct user;
void member_write(struct json_writer *w, const struct member *m,
    const struct user *user);

#endif
