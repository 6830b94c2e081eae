/* Users, their passwords, sessions and tokens. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "admin_sql.h"
#include "base/crypto.h"
#include "im/user/erasure.h"
#include "im/user/password.h"
#include "im/user/session.h"
#include "im/user/user_create.h"
#include "io/bus_wake.h"
#include "view/publish.h"

/*
 * The new password: the first line of stdin, or a random one, which is printed.
 * Never an argument, which every user of the host can see.
 */
static int new_password(struct admin *ad, struct str *out, bool *made_out,
    struct error *err)
{
	char line[PASSWORD_MAX + 2];
	size_t len;

	*made_out = !admin_option(ad, "password-stdin");
	if (*made_out) {
		*out = crypto_token(ad->arena, "");
		return 0;
	}
	if (!fgets(line, sizeof(line), stdin))
		line[0] = '\0';
	len = strcspn(line, "\n");
	*out = arena_str(ad->arena, (struct str){ line, len });
	crypto_wipe(line, sizeof(line));
	if (len < PASSWORD_MIN || len > PASSWORD_MAX)
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "a password must have %d to %d bytes", PASSWORD_MIN,
		    PASSWORD_MAX);
	return 0;
}

static int user_create_command(struct admin *ad, struct error *err)
{
	const char *display = admin_option(ad, "display-name");
	bool bot = admin_option(ad, "bot") != NULL, made = false;
	struct str password = STR_NONE, hash = STR_NONE;
	struct user u = { .username = str_of(ad->words[1]),
		.display_name = str_of(display),
		.bot = bot };
	struct app app;

	if (!user_is_name(u.username))
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "a username must be 1 to %d of a-z 0-9 . _ -",
		    USER_NAME_MAX);
	if (display && !user_is_display_name(u.display_name))
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "a display name must have 1 to %d characters that show "
		    "something in one line",
		    USER_DISPLAY_MAX);
	if (admin_app(ad, ad->words[0], &app, err) < 0 ||
	    (!bot && (new_password(ad, &password, &made, err) < 0 ||
			 password_hash(ad->arena, password, &hash, err) < 0)))
		return -1;
	u.app_id = app.app_id;
	if (user_create(ad->db, ad->arena, &u, hash, err) < 0) {
		if (err->code == ERR_CONFLICT)
			err_set(err, ERR_CONFLICT,
			    "the user %.64s exists already", ad->words[1]);
		return -1;
	}
	if (admin_audit(ad, app.app_id, "user.create", u.user_id, ad->words[1],
		err) < 0)
		return -1;
	printf("user_id=%" PRId64 "\n", u.user_id);
	if (made)
		printf("password=%.*s\n", STR_ARG(password));
	return 0;
}

/* Ends the sessions and tells the live nodes to close their connections. */
static int end_sessions(struct admin *ad, const struct user *u,
    struct error *err)
{
	struct publisher p = { ad->db, ad->cache, NULL, ad->arena };
	struct session_ended *ended;
	size_t n;

	if (session_end_all(ad->db, ad->cache, ad->arena, u->user_id, 0,
		SESSION_KICKED, &ended, &n, err) < 0)
		return -1;
	p.bus = bus_new(ad->cache);
	publish_sessions_ended(&p, u->user_id, ended, n);
	bus_free(&p.bus);
	printf("sessions_ended=%zu\n", n);
	return 0;
}

static int user_passwd_command(struct admin *ad, struct error *err)
{
	struct str password, hash;
	struct app app;
	struct user u;
	bool made;

	if (admin_user(ad, &app, &u, err) < 0 ||
	    new_password(ad, &password, &made, err) < 0 ||
	    password_hash(ad->arena, password, &hash, err) < 0 ||
	    user_set_password(ad->db, u.user_id, hash, err) < 0 ||
	    admin_audit(ad, app.app_id, "user.passwd", u.user_id, "", err))
		return -1;
	if (made)
		printf("password=%.*s\n", STR_ARG(password));
	return end_sessions(ad, &u, err);
}

static int set_disabled(struct admin *ad, bool is_disabled, struct error *err)
{
	struct app app;
	struct user u;

	if (admin_user(ad, &app, &u, err) < 0 ||
	    user_set_disabled(ad->db, ad->cache, ad->arena, u.user_id,
		is_disabled, err) < 0 ||
	    admin_audit(ad, app.app_id,
		is_disabled ? "user.disable" : "user.enable", u.user_id, "",
		err) < 0)
		return -1;
	return is_disabled ? end_sessions(ad, &u, err) : 0;
}

static int user_disable_command(struct admin *ad, struct error *err)
{
	return set_disabled(ad, true, err);
}

static int user_enable_command(struct admin *ad, struct error *err)
{
	return set_disabled(ad, false, err);
}

static int user_list_command(struct admin *ad, struct error *err)
{
	const char *after = admin_option(ad, "after");
	struct admin_user_row *rows;
	struct app app;
	int64_t limit;
	size_t n;

	if (admin_number(ad, "limit", 1, 10000, 100, &limit, err) < 0 ||
	    admin_app(ad, ad->words[0], &app, err) < 0 ||
	    admin_sql_users(ad->db, ad->arena, app.app_id,
		str_of(after ? after : ""), limit, &rows, &n, err) < 0)
		return -1;
	puts("user_id\tusername\tbot\tcreated\tdisabled\tdisplay_name");
	for (size_t i = 0; i < n; i++)
		printf("%" PRId64 "\t%.*s\t%s\t%s\t%s\t%.*s\n", rows[i].user_id,
		    STR_ARG(rows[i].username), rows[i].bot ? "yes" : "no",
		    admin_time(rows[i].created_ms),
		    admin_time(rows[i].disabled_ms),
		    STR_ARG(rows[i].display_name));
	return 0;
}

static int session_list_command(struct admin *ad, struct error *err)
{
	struct session *rows;
	struct app app;
	struct user u;
	size_t n;

	if (admin_user(ad, &app, &u, err) < 0 ||
	    session_list(ad->db, ad->arena, u.user_id, 0, SESSIONS_MAX, &rows,
		&n, err) < 0)
		return -1;
	puts("session_id\tplatform\tdevice_id\tcreated\tlast_seen\t"
	     "expires\tip");
	for (size_t i = 0; i < n; i++)
		printf("%" PRId64 "\t%.*s\t%.*s\t%s\t%s\t%s\t%.*s\n",
		    rows[i].session_id,
		    STR_ARG(str_word(SESSION_PLATFORMS, rows[i].platform)),
		    STR_ARG(rows[i].device_id), admin_time(rows[i].created_ms),
		    admin_time(rows[i].last_seen_ms),
		    admin_time(rows[i].expires_ms), STR_ARG(rows[i].ip));
	return 0;
}

static int token_create_command(struct admin *ad, struct error *err)
{
	const char *device = admin_option(ad, "device");
	struct str token = crypto_token(ad->arena, SESSION_TOKEN_PREFIX);
	struct session s = { .platform = PLATFORM_OTHER };
	struct session_ended *ended;
	struct app app;
	struct user u;
	size_t n;

	s.device_id = str_of(device ? device : "im-admin");
	if (!s.device_id.len || s.device_id.len > SESSION_DEVICE_MAX ||
	    !str_is_alnum_or(s.device_id, "._-"))
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "a device id must be 1 to %d of A-Z a-z 0-9 . _ -",
		    SESSION_DEVICE_MAX);
	if (admin_user(ad, &app, &u, err) < 0)
		return -1;
	s.user_id = u.user_id;
	s.app_id = app.app_id;
	if (session_create(ad->db, ad->cache, ad->arena, &s, token, false,
		&ended, &n, err) < 0) {
		if (err->code == ERR_UNAUTHENTICATED)
			err_set(err, ERR_FORBIDDEN, "the user is disabled");
		return -1;
	}
	if (admin_audit(ad, app.app_id, "token.create", u.user_id, "", err))
		return -1;
	printf("token=%.*s\nsession_id=%" PRId64 "\nexpires=%s\n",
	    STR_ARG(token), s.session_id, admin_time(s.expires_ms));
	return 0;
}

static int session_end_command(struct admin *ad, struct error *err)
{
	struct app app;
	struct user u;

	if (admin_user(ad, &app, &u, err) < 0 ||
	    admin_audit(ad, app.app_id, "session.end", u.user_id, "", err) < 0)
		return -1;
	return end_sessions(ad, &u, err);
}

static int user_erase_command(struct admin *ad, struct error *err)
{
	struct app app;
	struct user u;

	if (admin_user(ad, &app, &u, err) < 0 ||
	    admin_audit(ad, app.app_id, "user.erase", u.user_id, "", err) < 0 ||
	    erasure_begin(ad->db, ad->cache, ad->arena, u.user_id, err) < 0)
		return -1;
	bus_wake("erase");
	return end_sessions(ad, &u, err);
}

const struct admin_command admin_user_commands[] = {
	{ "user", "erase", "APP USERNAME", 2, 2, "",
	    "takes a user out for good; im-erase removes what they have said",
	    user_erase_command },
	{ "session", "end", "APP USERNAME", 2, 2, "",
	    "ends all sessions of a user", session_end_command },
	{ "user", "create",
	    "APP USERNAME [--display-name N] [--bot | --password-stdin]", 2, 2,
	    "display-name= bot password-stdin",
	    "creates a user; prints user_id and, unless given, the password",
	    user_create_command },
	{ "user", "passwd", "APP USERNAME [--password-stdin]", 2, 2,
	    "password-stdin", "sets a password and ends all sessions",
	    user_passwd_command },
	{ "user", "list", "APP [--after USERNAME] [--limit N]", 1, 1,
	    "after= limit=", "lists users in the order of their names",
	    user_list_command },
	{ "user", "disable", "APP USERNAME", 2, 2, "",
	    "ends all sessions and refuses further log-ins",
	    user_disable_command },
	{ "user", "enable", "APP USERNAME", 2, 2, "", "allows log-ins again",
	    user_enable_command },
	{ "session", "list", "APP USERNAME", 2, 2, "",
	    "lists the active sessions of a user", session_list_command },
	{ "token", "create", "APP USERNAME [--device ID]", 2, 2, "device=",
	    "creates a session and prints its token", token_create_command },
	{ 0 },
};
