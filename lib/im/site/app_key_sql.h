/* app_key_sql: the statements of im/site/app_key. */
#ifndef IM_APP_KEY_SQL_H
#define IM_APP_KEY_SQL_H

#include "im/site/app_key.h"

struct app_key_row {
	struct str key_hash;
	int64_t key_id, app_id;
	struct str name;
	int64_t created_ms;
};

int app_key_sql_insert(struct db *db, const struct app_key_row *row,
    struct error *err);
/* 1 a valid key of an app that is not disabled, 0 none. */
int app_key_sql_find(struct db *db, struct arena *a, struct str key_hash,
    struct app_key *out, struct error *err);
int app_key_sql_list(struct db *db, struct arena *a, int64_t app_id,
    struct app_key **out, size_t *n_out, struct error *err);
/* 1 revoked, 0 no such key. */
int app_key_sql_revoke(struct db *db, int64_t key_id, int64_t revoked_ms,
    struct error *err);

#endif
