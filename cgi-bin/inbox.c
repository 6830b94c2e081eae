/* The inbox service: cold start, pull, heads. */
#include "inbox.h"

#include "im/conv/archive.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "im/conv/member.h"
#include "im/conv/reaction.h"
#include "im/user/chat_setting.h"
#include "im/user/mark.h"
#include "im/user/personal.h"
#include "service.h"

static const struct web_route *const groups[] = { inbox_sync_routes,
	inbox_pull_routes, inbox_head_routes, inbox_live_routes,
	service_ping_routes, NULL };

static const struct db_stmt *const *const statements[] = { conv_statements,
	entry_statements, archive_statements, member_statements,
	place_statements, mark_statements, reaction_statements,
	chat_setting_statements, NULL };

int main(int argc, char **argv)
{
	return service_main(argc, argv, "inbox", groups, statements);
}
