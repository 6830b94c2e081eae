/*
 * app: the tenants of an installation.
 *
 * The secret of an app is the HMAC key of the JWTs that its server signs, so it
 * is stored as it is, unlike an API key (app_key.h).
 */
#ifndef IM_APP_H
#define IM_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

#define APP_NAME_MAX      64 /* a-z0-9._- */
#define APP_TITLE_MAX     256
#define APP_ORIGINS_MAX   4096
#define APP_SECRET_PREFIX "ims_"

/* Which of a user's devices may be logged in at once; a device has one session
 * in any case. */
enum app_login { APP_LOGIN_ALL, APP_LOGIN_ONE_PER_PLATFORM, APP_LOGIN_ONE };
#define APP_LOGINS "all|one_per_platform|one" /* from 1 */

struct app {
	int64_t app_id;
	struct str name, title;
	struct str secret;    /* ims_...; this text is the HMAC key */
	struct str origins;   /* blank separated; "*" is any */
	int64_t open_signup;  /* anybody may create an account */
	int64_t login_policy; /* an enum app_login */
	int64_t created_ms, disabled_ms;
	/* The secret before, which is good until then; p NULL: none. */
	struct str old_secret;
	int64_t old_secret_until_ms;
};

/* Without those that only im-admin executes. */
extern const struct db_stmt *const app_statements[];

/* 1 found, 0 none.  Disabled apps are found, too. */
int app_find(struct db *db, struct arena *a, int64_t app_id, struct app *out,
    struct error *err);
int app_find_named(struct db *db, struct arena *a, struct str name,
    struct app *out, struct error *err);
/*
 * The app of who names none: that of user.default_app, else the only one that
 * is not disabled.  1; 0: no default, and no or several apps.  A default that
 * does not exist or is disabled is INVALID_ARGUMENT with field "app", and is
 * logged: it is a fault of the settings, and never stands for another app.
 */
int app_find_default(struct db *db, struct arena *a, struct app *out,
    struct error *err);
bool app_is_default(const struct app *app);
/* What user.default_app says; empty: nothing. */
struct str app_default_name(void);
/* All apps, by name; at most 1000. */
int app_list(struct db *db, struct arena *a, struct app **out, size_t *n_out,
    struct error *err);

/* in: name, title, origins, open_signup, login_policy.  Fills the rest with
 * a new secret.  CONFLICT with field "name" if the name is taken. */
int app_create(struct db *db, struct arena *a, struct app *app,
    struct error *err);

/* The next log-ins follow it. */
int app_set_logins(struct db *db, int64_t app_id, enum app_login policy,
    struct error *err);
/* Writes title, origins, open_signup and disabled_ms. */
int app_update(struct db *db, const struct app *app, struct error *err);
/* A new secret, in *app; the one before is good for keep_s seconds more. */
int app_rotate_secret(struct db *db, struct arena *a, struct app *app,
    int64_t keep_s, struct error *err);
/* The secrets that are good now, the present one first: 1 or 2. */
size_t app_secrets(struct db *db, const struct app *app, struct str out[2]);

bool app_has_origin(struct str origins, struct str origin);

#endif
