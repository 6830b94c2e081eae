/*
 * user: the people and bots of an app.
 *
 * Usernames are unique in an app and never change; display names may be chosen
 * freely.  Facts are cached under u:<user_id> with seq = version.
 */
#ifndef IM_USER_H
#define IM_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/user/inbox.h"
#include "io/cache.h"
#include "io/db.h"

#define USER_NAME_MAX    64   /* a-z0-9._- */
#define USER_DISPLAY_MAX 64   /* characters */
#define USER_AVATAR_MAX  512  /* bytes */
#define USER_BIO_MAX     1024 /* characters */
#define USER_META_MAX    4096 /* bytes */

struct user {
	int64_t user_id, app_id;
	struct str username, display_name;
	struct str avatar, bio, meta; /* p NULL: none; meta: JSON */
	int64_t bot;
	int64_t created_ms, disabled_ms;
	int64_t version;
};

/* Without those that only im-admin executes. */
extern const struct db_stmt *const user_statements[];
/* Of user_load() and user_find(). */
extern const struct db_stmt *const user_reader_statements[];

/* Facts of n users, ascending user_id, unknown ones left out. */
int user_load(struct db *db, struct cache *cache, struct arena *a,
    const int64_t *ids, size_t n, struct user **out, size_t *n_out,
    struct error *err);

/* What begins the username of an erased user, of whom only a tombstone is left:
 * see erasure.h.  Nobody finds it here. */
#define USER_ERASED '~'
bool user_is_erased(const struct user *u);
/* The row, tombstones as well; NULL: there is none. */
int user_read(struct db *db, struct arena *a, int64_t user_id,
    struct user **out, struct error *err);
/* After the commit of a change: u as it is now. */
void user_changed(struct db *db, struct cache *cache, struct arena *a,
    const struct user *u);

/* Finds one in an array of user_load(); NULL if missing. */
const struct user *user_pick(const struct user *users, size_t n, int64_t id);

/* One user of an app: 1 found, 0 none (or of another app). */
int user_find(struct db *db, struct cache *cache, struct arena *a,
    int64_t app_id, int64_t user_id, struct user *out, struct error *err);
int user_find_named(struct db *db, struct arena *a, int64_t app_id,
    struct str username, struct user *out, struct error *err);

/* Users of an app above after_id, ascending, disabled ones as well. */
int user_page(struct db *db, struct arena *a, int64_t app_id, int64_t after_id,
    int64_t limit, struct user **out, size_t *n_out, struct error *err);
extern const struct db_stmt *const user_page_statements[];

bool user_is_name(struct str username);
/* 1 to USER_DISPLAY_MAX characters that show something in one line. */
bool user_is_display_name(struct str s);

struct user_patch {
	bool has_display_name, has_avatar, has_bio, has_meta;
	struct str display_name;
	struct str avatar, bio, meta; /* p NULL clears it */
};

/*
 * Changes the profile and adds an event to the user's own inbox.
 * event_out->user_index is 0 if nothing changed.
 */
int user_update(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, const struct user_patch *patch, struct user *out,
    struct inbox_row *event_out, struct error *err);

/* 1 found, 0 none: the account has no password. */
int user_password_hash(struct db *db, struct arena *a, int64_t user_id,
    struct str *hash_out, struct error *err);
int user_set_password(struct db *db, int64_t user_id, struct str hash,
    struct error *err);
extern const struct db_stmt *const user_disable_statements[];
/* 1 done, 0 no such user.  The caller must also end their sessions. */
int user_set_disabled(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, bool is_disabled, struct error *err);

#endif
