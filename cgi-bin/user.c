/* The user service: accounts, profiles, sessions, tickets. */
#include "user.h"

#include "service.h"

static const struct web_route *const groups[] = { user_signup_routes,
	user_search_routes, user_profile_routes, user_login_routes,
	user_session_routes, user_live_routes, user_settings_routes,
	user_password_routes, user_presence_routes, service_ping_routes, NULL };

/* It has no statements beyond those of all services. */
static const struct db_stmt *const *const statements[] = { NULL };

int main(int argc, char **argv)
{
	return service_main(argc, argv, "user", groups, statements);
}
