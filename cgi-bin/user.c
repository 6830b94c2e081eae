/* The user service: accounts, profiles, sessions, tickets, contacts, blocks,
 * exports. */
#include "user.h"

#include "im/conv/conv.h"
#include "im/conv/direct.h"
#include "im/conv/refusal.h"
#include "im/user/block.h"
#include "im/user/contact.h"
#include "im/user/erasure.h"
#include "im/user/export.h"
#include "service.h"

static const struct web_route *const groups[] = { user_signup_routes,
	user_search_routes, user_profile_routes, user_login_routes,
	user_session_routes, user_contact_routes, user_block_routes,
	user_erase_routes, user_export_routes, user_manage_routes,
	user_manage_create_routes, user_manage_session_routes, user_live_routes,
	user_settings_routes, user_password_routes, user_presence_routes,
	service_ping_routes, NULL };

static const struct db_stmt *const *const statements[] = { contact_statements,
	block_statements, refusal_statements, direct_statements,
	conv_statements, user_page_statements, user_disable_statements,
	erasure_statements, export_statements, NULL };

int main(int argc, char **argv)
{
	return service_main(argc, argv, "user", groups, statements);
}
