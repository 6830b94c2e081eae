/* message: the groups of routes of the message service. */
#ifndef CGI_MESSAGE_H
#define CGI_MESSAGE_H

#include "web/web.h"

extern const struct web_route message_send_routes[];
extern const struct web_route message_read_routes[];

/* Creates and frees the process's appender, around service_main(). */
void message_send_init(void);
void message_send_release(void);

#endif
