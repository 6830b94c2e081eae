/* The conversation service: creating, listing, members, marks, typing. */
#include "conversation.h"

#include "im/conv/archive.h"
#include "im/conv/away.h"
#include "im/conv/ban.h"
#include "im/conv/burn.h"
#include "im/conv/conv_log.h"
#include "im/conv/direct.h"
#include "im/conv/group_create.h"
#include "im/conv/invite.h"
#include "im/conv/mode.h"
#include "im/conv/join_request.h"
#include "im/conv/reaction.h"
#include "im/conv/receipt.h"
#include "im/conv/refusal.h"
#include "im/site/app_setting.h"
#include "im/user/block.h"
#include "im/user/chat.h"
#include "im/user/chat_setting.h"
#include "im/user/contact.h"
#include "im/user/mark.h"
#include "im/user/personal.h"
#include "service.h"

static const struct web_route *const groups[] = { conversation_create_routes,
	conversation_read_routes, conversation_setting_routes,
	conversation_member_routes, conversation_role_routes,
	conversation_join_routes, conversation_ban_routes,
	conversation_invite_routes, conversation_mark_routes,
	conversation_typing_routes, conversation_own_routes,
	conversation_receipt_routes, conversation_manage_routes,
	service_ping_routes, NULL };

static const struct db_stmt *const *const statements[] = { conv_statements,
	conv_log_statements, direct_statements, group_create_statements,
	member_statements, place_statements, mark_statements,
	chat_write_statements, chat_setting_statements, entry_statements,
	archive_statements, app_setting_statements, reaction_statements,
	personal_write_statements, away_statements, burn_statements,
	receipt_statements, ban_statements, invite_statements,
	join_request_statements, conv_page_statements, mode_statements,
	refusal_statements, block_reader_statements, contact_reader_statements,
	NULL };

int main(int argc, char **argv)
{
	return service_main(argc, argv, "conversation", groups, statements);
}
