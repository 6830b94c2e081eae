/* user_profile: one's own profile, and finding other people. */
#ifndef CGI_USER_PROFILE_H
#define CGI_USER_PROFILE_H

#include "web/web.h"

struct profile_args {
	struct str display_name, avatar, bio;
	json_t *meta;
};

struct user_get_args {
	int64_t user_id;
};

struct user_list_args {
	struct str username, q;
	struct web_ids ids;
	int64_t limit;
};

int user_me(struct web_request *rq, struct error *err);
int user_me_change(struct web_request *rq, struct error *err);
int user_get(struct web_request *rq, struct error *err);
int user_list(struct web_request *rq, struct error *err);

#endif
