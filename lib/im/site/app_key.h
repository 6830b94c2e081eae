/*
 * app_key: the keys with which an app's own servers call the API.
 *
 * A key is shown once, when it is created; only its SHA-256 is stored.
 */
#ifndef IM_APP_KEY_H
#define IM_APP_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "io/db.h"

#define APP_KEY_PREFIX "imk_"

struct app_key {
	int64_t key_id, app_id;
	struct str name;
	int64_t created_ms, revoked_ms;
};

/* Without those that only im-admin executes. */
extern const struct db_stmt *const app_key_statements[];

int app_key_create(struct db *db, struct arena *a, int64_t app_id,
    struct str name, struct str *key_out, struct error *err);
/* Of an app that is not disabled: 1 valid, 0 not. */
int app_key_check(struct db *db, struct arena *a, struct str key,
    struct app_key *out, struct error *err);
extern const struct db_stmt *const app_key_list_statements[];
/* The oldest first, revoked ones as well; at most 1000. */
int app_key_list(struct db *db, struct arena *a, int64_t app_id,
    struct app_key **out, size_t *n_out, struct error *err);
/* 1 revoked, 0 no such key. */
int app_key_revoke(struct db *db, int64_t key_id, struct error *err);

#endif
