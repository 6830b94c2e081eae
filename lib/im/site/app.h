/*
 * app: the tenants of an installation, their API keys, and the keys of the
 * installation itself.
 *
 * An API key is shown once, when it is created; only its SHA-256 is stored.
 * The app's secret, in contrast, is stored as it is: it is the HMAC key of the
 * JWTs that the app's server signs.
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
#define APP_KEY_PREFIX    "imk_"
#define APP_SECRET_PREFIX "ims_"

struct app {
	int64_t app_id;
	struct str name, title;
	struct str secret;        /* ims_...; this text is the HMAC key */
	struct str origins;       /* blank separated; "*" is any */
	int64_t open_signup;      /* anybody may create an account */
	int64_t one_per_platform; /* of a user's sessions */
	int64_t created_ms, disabled_ms;
};

extern const struct db_stmt *const app_statements[];

/* 1 found, 0 none.  Disabled apps are found, too. */
int app_find(struct db *db, struct arena *a, int64_t app_id, struct app *out,
    struct error *err);
int app_find_named(struct db *db, struct arena *a, struct str name,
    struct app *out, struct error *err);
/* The app of an installation with exactly one: 1; 0: none or several. */
int app_find_only(struct db *db, struct arena *a, struct app *out,
    struct error *err);
/* All apps, by name; at most 1000. */
int app_list(struct db *db, struct arena *a, struct app **out, size_t *n_out,
    struct error *err);

/* in: name, title, origins, open_signup, one_per_platform.  Fills the rest with
 * a new secret.  CONFLICT with field "name" if the name is taken. */
int app_create(struct db *db, struct arena *a, struct app *app,
    struct error *err);

bool app_has_origin(struct str origins, struct str origin);

/* A new API key, "imk_..." */
int app_key_create(struct db *db, struct arena *a, int64_t app_id,
    struct str name, struct str *key_out, struct error *err);
struct app_key {
	int64_t key_id, app_id;
	struct str name;
	int64_t created_ms, revoked_ms;
};
/* Of an app that is not disabled: 1 valid, 0 not. */
int app_key_check(struct db *db, struct arena *a, struct str key,
    struct app_key *out, struct error *err);
int app_key_list(struct db *db, struct arena *a, int64_t app_id,
    struct app_key **out, size_t *n_out, struct error *err);
/* 1 revoked, 0 no such key. */
int app_key_revoke(struct db *db, int64_t key_id, struct error *err);

/* A key of the installation ("ticket"), 32 bytes, created on first use. */
int app_server_key(struct db *db, struct arena *a, const char *name,
    struct str *key_out, struct error *err);

#endif
