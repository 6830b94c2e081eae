/* user_account: signing up and logging in. */
#ifndef CGI_USER_ACCOUNT_H
#define CGI_USER_ACCOUNT_H

#include "web/web.h"

struct signup_args {
	struct str app, username, password, display_name;
};

struct login_args {
	struct str app, username, password;
	struct str device_id, device_name;
	int64_t platform;
	bool has_device;
};

int user_signup(struct web_request *rq, struct error *err);
int user_login(struct web_request *rq, struct error *err);

#endif
