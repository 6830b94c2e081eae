/* The user service: accounts, sessions, profiles, tickets. */
#include "args.h"
#include "im/user/password.h"
#include "service.h"
#include "user_account.h"
#include "user_profile.h"
#include "user_session.h"

#define ARG_APP(S)                                                            \
	ARG(WEB_BODY, WEB_WORD, "app", S, app, .min = 1, .max = APP_NAME_MAX, \
	    .set = "._-",                                                     \
	    .text = "Public name of the app; not needed with an app key "     \
		    "or where there is one app.")

static const struct web_arg signup_args[] = { ARG_APP(struct signup_args),
	ARG(WEB_BODY, WEB_WORD, "username", struct signup_args, username,
	    .min = 1, .max = USER_NAME_MAX, .set = "._-", .flags = WEB_REQUIRED,
	    .text = "Lower case; never changes."),
	ARG(WEB_BODY, WEB_STR, "password", struct signup_args, password,
	    .min = PASSWORD_MIN, .max = PASSWORD_MAX, .flags = WEB_REQUIRED,
	    .text = "Kept as an argon2id hash."),
	ARG(WEB_BODY, WEB_CHARS, "display_name", struct signup_args,
	    display_name, .min = 1, .max = USER_DISPLAY_MAX,
	    .text = "What others see; the username when left out."),
	WEB_ARGS_END };

static const struct web_arg device_args[] = {
	ARG(WEB_BODY, WEB_WORD, "id", struct login_args, device_id, .min = 1,
	    .max = SESSION_DEVICE_MAX, .set = "._-", .flags = WEB_REQUIRED,
	    .text = "Kept by the installation of the client."),
	ARG(WEB_BODY, WEB_ENUM, "platform", struct login_args, platform,
	    .set = SESSION_PLATFORMS, .flags = WEB_REQUIRED,
	    .text = "What it runs on."),
	ARG(WEB_BODY, WEB_CHARS, "name", struct login_args, device_name,
	    .min = 1, .max = 256, .text = "For the list of sessions."),
	WEB_ARGS_END
};

static const struct web_arg login_args[] = { ARG_APP(struct login_args),
	ARG(WEB_BODY, WEB_STR, "username", struct login_args, username,
	    .min = 1, .max = USER_NAME_MAX, .flags = WEB_REQUIRED,
	    .text = "As at sign-up."),
	ARG(WEB_BODY, WEB_STR, "password", struct login_args, password,
	    .min = 1, .max = PASSWORD_MAX, .flags = WEB_REQUIRED,
	    .text = "As at sign-up."),
	ARG_HAS(WEB_BODY, WEB_STRUCT, "device", struct login_args, device_id,
	    has_device, .of = device_args, .flags = WEB_REQUIRED,
	    .text = "A log-in ends the earlier one of the same device."),
	WEB_ARGS_END };

static const struct web_arg session_list_args[] = {
	ARG_LIMIT(struct session_list_args),
	ARG(WEB_QUERY, WEB_ID, "cursor", struct session_list_args, cursor,
	    .text = "Where the page before ended."),
	WEB_ARGS_END
};

static const struct web_arg session_args[] = {
	ARG(WEB_PATH, WEB_ID, "id", struct session_args, session_id,
	    .flags = WEB_REQUIRED, .text = "The session."),
	WEB_ARGS_END
};

static const struct web_arg profile_args[] = {
	ARG(WEB_BODY, WEB_CHARS, "display_name", struct profile_args,
	    display_name, .min = 1, .max = USER_DISPLAY_MAX,
	    .text = "What others see."),
	ARG(WEB_BODY, WEB_STR, "avatar", struct profile_args, avatar, .min = 0,
	    .max = USER_AVATAR_MAX, .flags = WEB_NULLABLE,
	    .text = "A picture's URL; null takes it away."),
	ARG(WEB_BODY, WEB_CHARS, "bio", struct profile_args, bio, .min = 0,
	    .max = USER_BIO_MAX, .flags = WEB_NULLABLE,
	    .text = "About oneself; null takes it away."),
	ARG(WEB_BODY, WEB_OBJECT, "meta", struct profile_args, meta,
	    .max = USER_META_MAX, .flags = WEB_NULLABLE,
	    .text = "Never interpreted; null takes it away."),
	WEB_ARGS_END
};

static const struct web_arg get_args[] = {
	ARG(WEB_PATH, WEB_ID, "id", struct user_get_args, user_id,
	    .flags = WEB_REQUIRED, .text = "The user."),
	WEB_ARGS_END
};

static const struct web_arg list_args[] = {
	ARG(WEB_QUERY, WEB_STR, "username", struct user_list_args, username,
	    .min = 1, .max = USER_NAME_MAX, .text = "Exactly this one."),
	ARG(WEB_QUERY, WEB_CHARS, "q", struct user_list_args, q, .min = 1,
	    .max = USER_DISPLAY_MAX,
	    .text = "How a username or display name begins."),
	ARG(WEB_QUERY, WEB_IDS, "ids", struct user_list_args, ids, .min = 1,
	    .max = 200, .text = "These; unknown ones are left out."),
	ARG_LIMIT(struct user_list_args), WEB_ARGS_END
};

static const struct web_arg live_open_args[] = {
	ARG(WEB_BODY, WEB_STR, "ticket", struct live_open_args, ticket,
	    .min = 0, .max = 4096, .text = "Instead of Authorization."),
	ARG(WEB_BODY, WEB_STR, "origin", struct live_open_args, origin,
	    .min = 0, .max = 4096, .text = "The page that connects."),
	ARG(WEB_BODY, WEB_STR, "host", struct live_open_args, host, .min = 0,
	    .max = 4096, .text = "The server as the page names it."),
	WEB_ARGS_END
};

static const struct web_route routes[] = {
	{ "POST", "/v1/users", "user.create", "Sign up.", WEB_AUTH_OPTIONAL,
	    WEB_RATE_SIGNUP, WEB_IDEMPOTENT, 0, signup_args,
	    sizeof(struct signup_args), user_signup },
	{ "GET", "/v1/users", "user.list", "Find people.", WEB_AUTH_USER,
	    WEB_RATE_READ, 0, 0, list_args, sizeof(struct user_list_args),
	    user_list },
	{ "GET", "/v1/users/me", "user.me", "One's own profile.", WEB_AUTH_USER,
	    WEB_RATE_READ, 0, 0, NULL, 0, user_me },
	{ "PATCH", "/v1/users/me", "user.change", "Change one's own profile.",
	    WEB_AUTH_USER, WEB_RATE_WRITE, 0, 0, profile_args,
	    sizeof(struct profile_args), user_me_change },
	{ "GET", "/v1/users/{id}", "user.get", "Somebody's profile.",
	    WEB_AUTH_USER, WEB_RATE_READ, 0, 0, get_args,
	    sizeof(struct user_get_args), user_get },
	{ "POST", "/v1/sessions", "session.create", "Log in.",
	    WEB_AUTH_OPTIONAL, WEB_RATE_LOGIN, 0, 0, login_args,
	    sizeof(struct login_args), user_login },
	{ "GET", "/v1/sessions", "session.list", "One's own sessions.",
	    WEB_AUTH_USER, WEB_RATE_READ, 0, 0, session_list_args,
	    sizeof(struct session_list_args), user_sessions },
	{ "GET", "/v1/sessions/current", "session.current",
	    "The session of this request.", WEB_AUTH_USER, WEB_RATE_READ, 0, 0,
	    NULL, 0, user_session_current },
	{ "DELETE", "/v1/sessions/current", "session.end_current", "Log out.",
	    WEB_AUTH_USER, WEB_RATE_WRITE, 0, 0, NULL, 0,
	    user_session_end_current },
	{ "DELETE", "/v1/sessions/{id}", "session.end",
	    "Log another device out.", WEB_AUTH_USER, WEB_RATE_WRITE, 0, 0,
	    session_args, sizeof(struct session_args), user_session_end },
	{ "POST", "/v1/tickets", "ticket.create",
	    "A ticket for live connections.", WEB_AUTH_USER, WEB_RATE_WRITE,
	    WEB_IDEMPOTENT, 0, NULL, 0, user_ticket },
	{ "POST", "/internal/live/open", "user.live_open",
	    "Whose connection this is.", WEB_AUTH_OPTIONAL, WEB_RATE_NONE,
	    WEB_INTERNAL | WEB_QUIET, 0, live_open_args,
	    sizeof(struct live_open_args), user_live_open },
	{ .method = NULL }
};

int main(int argc, char **argv)
{
	/* What it prepares, all services do. */
	static const struct db_stmt *const *const statements[] = { NULL };

	return service_main(argc, argv, "user", routes, statements);
}
