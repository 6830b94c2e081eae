/* user_session: sessions, and what live connections are opened with. */
#ifndef CGI_USER_SESSION_H
#define CGI_USER_SESSION_H

#include "web/web.h"

struct session_list_args {
	int64_t limit, cursor;
};

struct session_args {
	int64_t session_id;
};

struct live_open_args {
	struct str ticket, origin, host;
};

int user_sessions(struct web_request *rq, struct error *err);
int user_session_current(struct web_request *rq, struct error *err);
int user_session_end(struct web_request *rq, struct error *err);
int user_session_end_current(struct web_request *rq, struct error *err);
int user_ticket(struct web_request *rq, struct error *err);

/* For im-live: whose connection this is. */
int user_live_open(struct web_request *rq, struct error *err);

#endif
