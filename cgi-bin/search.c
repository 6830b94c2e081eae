/* The search service: searching one's own messages. */
#include "search.h"

#include "im/conv/archive.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "im/conv/found.h"
#include "im/conv/member.h"
#include "im/conv/place.h"
#include "im/conv/reaction.h"
#include "im/site/health.h"
#include "im/user/personal.h"
#include "service.h"

static const struct web_route *const groups[] = { search_message_routes,
	search_peer_routes, service_ping_routes, NULL };

static const struct db_stmt *const *const statements[] = { entry_statements,
	archive_statements, conv_reader_statements, member_statements,
	place_statements, found_statements, health_statements,
	reaction_statements, NULL };

int main(int argc, char **argv)
{
	return service_main(argc, argv, "search", groups, statements);
}
