/* message: the groups of routes of the message service. */
#ifndef CGI_MESSAGE_H
#define CGI_MESSAGE_H

#include "im/conv/append.h"
#include "web/web.h"

extern const struct web_route message_send_routes[];
extern const struct web_route message_batch_routes[];
extern const struct web_route message_read_routes[];
extern const struct web_route message_recall_routes[];
extern const struct web_route message_edit_routes[];
extern const struct web_route message_react_routes[];
extern const struct web_route message_pin_routes[];
extern const struct web_route message_hide_routes[];
extern const struct web_route message_star_routes[];
extern const struct web_route message_reminder_routes[];
extern const struct web_route message_schedule_routes[];
extern const struct web_route message_report_routes[];

/* Serves the members of small conversations with the sends. */
extern const struct append_server message_server;
void message_server_init(void);
void message_server_release(void);

/* Creates and frees the process's appender, with its server. */
void message_send_init(void);
void message_send_release(void);

#endif
