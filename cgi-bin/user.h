/* user: the groups of routes of the user service, and what they share. */
#ifndef CGI_USER_H
#define CGI_USER_H

#include "args.h"
#include "im/site/app.h"
#include "im/user/user.h"
#include "web/web.h"

extern const struct web_route user_signup_routes[];
extern const struct web_route user_search_routes[];
extern const struct web_route user_profile_routes[];
extern const struct web_route user_login_routes[];
extern const struct web_route user_session_routes[];
extern const struct web_route user_live_routes[];
extern const struct web_route user_settings_routes[];
extern const struct web_route user_password_routes[];
extern const struct web_route user_presence_routes[];
extern const struct web_route user_contact_routes[];
extern const struct web_route user_block_routes[];
extern const struct web_route user_erase_routes[];
extern const struct web_route user_export_routes[];
extern const struct web_route user_manage_routes[];
extern const struct web_route user_manage_create_routes[];
extern const struct web_route user_manage_session_routes[];

/* The argument for user_app_find(). */
#define ARG_APP(S)                                                            \
	ARG(WEB_BODY, WEB_WORD, "app", S, app, .min = 1, .max = APP_NAME_MAX, \
	    .set = "._-",                                                     \
	    .text = "Public name of the app; not needed with an app key "     \
		    "or where the host serves one app or has a default.")

/*
 * The app of a request without a user's token: that of the key, the named one,
 * the default or the only one.  1 found, 0 no such app.
 */
int user_app_find(struct web_request *rq, struct str name, struct app *out,
    struct error *err);

/* What users say of themselves. */
struct user_profile {
	struct str display_name, avatar, bio;
	json_t *meta;
};

/* The arguments of a struct with a member `profile`: null, and an empty string,
 * remove a value. */
#define ARGS_PROFILE(S)                                                     \
	ARG(WEB_BODY, WEB_LABEL, "display_name", S, profile.display_name,   \
	    .min = 1, .max = USER_DISPLAY_MAX, .text = "What others see."), \
	    ARG(WEB_BODY, WEB_URL, "avatar", S, profile.avatar, .min = 0,   \
		.max = USER_AVATAR_MAX, .flags = WEB_NULLABLE,              \
		.text = "The https URL of a picture; null or an empty "     \
			"string removes it."),                              \
	    ARG(WEB_BODY, WEB_CHARS, "bio", S, profile.bio, .min = 0,       \
		.max = USER_BIO_MAX, .flags = WEB_NULLABLE,                 \
		.text = "About the user; null removes it."),                \
	    ARG(WEB_BODY, WEB_OBJECT, "meta", S, profile.meta,              \
		.max = USER_META_MAX, .flags = WEB_NULLABLE,                \
		.text = "Never interpreted; null removes it.")

/* What the request changes. */
struct user_patch user_profile_patch(struct web_request *rq,
    const struct user_profile *in);

/* Rows about other users. */
struct user_rows {
	const void *rows;
	size_t n;
	int64_t (*user_id)(const void *rows, size_t i);
	/* user NULL: that user is deleted. */
	void (*put)(struct json_writer *w, const void *rows, size_t i,
	    const struct user *user);
};

/* Writes "items", at most limit of them, "next", for which there are more rows
 * than that, and if wanted "users". */
int user_write_page(struct web_request *rq, const struct user_rows *list,
    int64_t limit, bool users, struct error *err);

/* Before a password is checked: RATE_LIMITED when too many were tried for the
 * account. */
int user_guess(struct web_request *rq, int64_t app_id, struct str username,
    struct error *err);
/* The caller's: user_password.c.  FORBIDDEN with the field if it is wrong, and
 * where there is none, as of bots and users of a JWT; RATE_LIMITED. */
int user_check_password(struct web_request *rq, struct str password,
    const char *field, struct error *err);
/* A user of the app whose server asks: user_manage.c.  NOT_FOUND. */
int user_managed(struct web_request *rq, int64_t user_id, struct user *out,
    struct error *err);

#endif
