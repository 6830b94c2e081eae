/* admin_info: what this installation can, and how it is. */
#ifndef CGI_ADMIN_INFO_H
#define CGI_ADMIN_INFO_H

#include "web/web.h"

int admin_info(struct web_request *rq, struct error *err);
int admin_live(struct web_request *rq, struct error *err);
int admin_ready(struct web_request *rq, struct error *err);
int admin_metrics(struct web_request *rq, struct error *err);

#endif
