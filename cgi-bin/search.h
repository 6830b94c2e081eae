/* search: the groups of routes of the search service. */
#ifndef CGI_SEARCH_H
#define CGI_SEARCH_H

#include "web/web.h"

extern const struct web_route search_message_routes[];
extern const struct web_route search_peer_routes[];

#endif
